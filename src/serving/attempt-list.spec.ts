import type { MadeAttempt, Outcome } from '../domain/attempt.js';
import { TRANSLATION_PROVIDER } from '../domain/translation-provider.js';
import type { EndedAttempt } from '../routing/execution.js';
import { AttemptList } from './attempt-list.js';

const RECEIVED_AT_MS = 1_000_000;

function ended({
  on = 'a1',
  outcome = 'success',
  ...other
}: { on?: string; outcome?: Outcome; provider?: string; upstream_request_id?: string } & Partial<
  Pick<EndedAttempt, 'isRetry' | 'target' | 'task'>
> = {}): EndedAttempt {
  const { provider = 'openai', upstream_request_id = null, ...how } = other;
  const attempt: MadeAttempt = {
    deployment_id: on,
    model: on.slice(0, 1),
    provider,
    upstream_model: 'whisper-1',
    outcome,
    upstream_status: null,
    upstream_request_id,
    latency_ms: 200,
    waited_ms: 0,
    first_byte_ms: null,
    hedge: false,
    cost_usd: 0,
    cost_estimated: false,
    price_origin: null,
    error: null,
  };
  const times = { startedAtMs: RECEIVED_AT_MS + 40.4, endedAtMs: RECEIVED_AT_MS + 240 };
  return { attempt, times, isRetry: false, task: 'transcribe', ...how };
}

function listOf(...attempts: readonly EndedAttempt[]): AttemptList {
  const list = new AttemptList(RECEIVED_AT_MS);
  for (const it of attempts) {
    list.begin();
    list.end(it);
  }
  return list;
}

it('says when each began, from the headers of the request on, and how long they took together', () => {
  const list = listOf(ended({ outcome: 'timeout' }), ended());
  expect(list.logged.map(({ started_ms }) => started_ms)).toEqual([40, 40]);
  expect(list.latencyMs).toBe(400);
});

it('knows of one that has not ended', () => {
  const list = listOf(ended());
  expect(list.isOneUnderWay).toBe(false);
  list.begin();
  expect([list.count, list.isOneUnderWay]).toEqual([2, true]);
});

it('counts a deployment once for each target that it stands for', () => {
  const list = listOf(ended({ target: '0' }), ended({ target: '0' }), ended({ target: '1' }), ended({ on: 'a2' }));
  expect([list.countOn('a1', '0'), list.countOn('a1', '1'), list.countOn('a2', undefined)]).toEqual([2, 1, 1]);
});

it('counts models that have failed, each once, and not the one that answered', () => {
  const failed = (on: string) => ended({ on, outcome: 'unavailable' });
  expect(listOf(failed('a1'), failed('b1'), failed('b2'), ended({ on: 'a2' })).failedModelsBeside('a')).toBe(1);
});

describe('the attempt that decides', () => {
  const told = (list: AttemptList, id?: string) => list.decisiveOf(id)?.upstream_request_id;

  it.each([
    ['is the one that succeeded, though another one ended later', ['success', 'aborted'], 'first'],
    ['is the latest where none has', ['timeout', 'unavailable'], 'second'],
  ] as const)('%s', (_, [one, other], id) => {
    const list = listOf(
      ended({ outcome: one, upstream_request_id: 'first' }),
      ended({ outcome: other, upstream_request_id: 'second' }),
      ended({ on: 'translator', upstream_request_id: 'third' }),
    );
    expect(told(list, 'a1')).toBe(id);
  });

  it('is the latest of all where the deployment was not asked', () => {
    expect(told(listOf(ended({ upstream_request_id: 'first' })), 'b1')).toBe('first');
    expect(told(listOf(), 'b1')).toBeUndefined();
  });
});

describe('what it took beside one attempt', () => {
  const plain = { retries: 0, fallbacks: 0, rescued: false, translated: false };

  it.each([
    ['nothing of one', [ended()], plain],
    ['nothing of none', [], plain],
    ['a retry', [ended({ outcome: 'timeout' }), ended({ isRetry: true })], { ...plain, retries: 1, rescued: true }],
    [
      'a fallback, however many of its deployments were asked',
      [ended({ outcome: 'timeout' }), ended({ on: 'b1', outcome: 'timeout' }), ended({ on: 'b2' })],
      { ...plain, fallbacks: 1, rescued: true },
    ],
    ['no rescue from a faster one', [ended(), ended({ on: 'a2', outcome: 'aborted' })], plain],
    [
      'a translation, which is no fallback',
      [ended(), ended({ on: 'translator', provider: TRANSLATION_PROVIDER, task: 'translate' })],
      { ...plain, translated: true },
    ],
    ['two steps of a chat, of which none is a fallback', [ended(), ended({ on: 'c1', task: 'chat' })], plain],
  ])('is %s', (_, attempts, detours) => {
    expect(listOf(...attempts).detours('success')).toEqual(detours);
  });

  it('is no rescue where the request has failed after all', () => {
    const list = listOf(ended({ outcome: 'timeout' }), ended());
    expect(list.detours('cancelled').rescued).toBe(false);
  });
});
