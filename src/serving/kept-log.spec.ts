import { logEntry } from '../../test/support/log-entries.js';
import { LAXEST, STRICTEST } from '../domain/privacy.js';
import { keptLog } from './kept-log.js';

const attempt = {
  deployment_id: 'd',
  model: 'm',
  provider: 'p',
  upstream_model: 'u',
  outcome: 'request_rejected',
  upstream_status: 400,
  upstream_request_id: null,
  latency_ms: 1,
  started_ms: 0,
  waited_ms: 0,
  first_byte_ms: null,
  hedge: false,
  cost_usd: null,
  cost_estimated: false,
  price_origin: null,
  error: 'you said: secret',
} as const;
const entry = logEntry({
  transcript: 'secret',
  question: 'secret',
  segments: [{ text: 'secret', startSeconds: 0, endSeconds: 1, speaker: 'secret agent' }],
  errorMessage: "Invalid 'prompt': 'secret'",
  attempts: [attempt, { ...attempt, error: null }],
  warnings: ["it has no voice 'secret'", 'not complete'],
  plan: { candidates: [], left_out: [{ model: 'm', deployment_id: 'd', explanation: "no voice 'secret'" }] },
  metadata: { note: 'the client wants it here' },
  endUser: 'alice',
});

it('has everything where everything is kept', () => {
  expect(keptLog(entry, LAXEST)).toBe(entry);
});

it('has no words where no transcripts are kept', () => {
  expect(keptLog(entry, { ...LAXEST, keep_transcripts: false })).toEqual({
    ...entry,
    transcript: null,
    question: null,
    segments: null,
  });
});

it('has nothing that may quote them under zero retention, and all that is the client’s own note', () => {
  const kept = keptLog(entry, STRICTEST);
  expect(JSON.stringify(kept)).not.toContain('secret');
  expect(kept).toMatchObject({ errorMessage: 'not kept: zero retention', endUser: 'alice', metadata: entry.metadata });
  expect(kept.attempts.map(({ error, outcome }) => [error, outcome])).toEqual([
    ['not kept: zero retention', 'request_rejected'],
    [null, 'request_rejected'],
  ]);
  expect(kept.warnings).toEqual(["it has no voice '...'", 'not complete']);
});
