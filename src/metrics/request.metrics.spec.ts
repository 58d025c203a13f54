import { attemptSchema, type Attempt } from '../domain/attempt.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { LedgerListeners } from '../ledger/writer/ledger-listeners.js';
import { logEntry } from '../../test/support/log-entries.js';
import { readPrometheusText, valueOf } from '../../test/support/prometheus-text.js';
import { KeyMetrics, MAX_KEYS } from './key.metrics.js';
import { MetricsRegistry } from './metrics.registry.js';
import { RequestMetrics } from './request.metrics.js';
import { MAX_TEAMS, TeamMetrics } from './team.metrics.js';
import { SeriesLabels } from './series-labels.js';

let listeners: LedgerListeners;
let registry: MetricsRegistry;
/** Deployments by their model. */
let configured: Map<string, readonly string[]>;
beforeEach(() => {
  listeners = new LedgerListeners();
  registry = new MetricsRegistry();
  configured = new Map([['whisper', ['first', 'second']]]);
  listeners.add(new RequestMetrics(registry, new SeriesLabels({ find: (name) => modelOf(name) })));
});

function modelOf(name: string): CatalogueModel | undefined {
  const times = { createdAt: new Date(), updatedAt: new Date() };
  const deployments = configured.get(name)?.map((id) => ({
    id,
    model: name,
    provider: 'openai',
    upstreamModel: 'whisper-1',
    mode: 'audio_transcription' as const,
    settings: {},
    weight: 1,
    routing: {},
    enabled: true,
    managedBy: 'api' as const,
    ...times,
  }));
  return deployments && { id: name, name, managedBy: 'api', hidden: false, routing: {}, deployments, ...times };
}

function attempt(fields: Partial<Attempt>): Attempt {
  return {
    ...attemptSchema.parse({
      deployment_id: 'first',
      model: 'whisper',
      provider: 'openai',
      upstream_model: 'whisper-1',
      outcome: 'success',
      upstream_status: 200,
      upstream_request_id: null,
      latency_ms: 500,
      error: null,
    }),
    ...fields,
  };
}

async function read() {
  return readPrometheusText(await registry.read());
}

it('counts each attempt by its deployment and outcome', async () => {
  const failed = attempt({ outcome: 'rate_limited', latency_ms: 20 });
  listeners.finished(
    logEntry({ attempts: [failed, attempt({ deployment_id: 'second' })], retries: 2, fallbacks: 1, rescued: true }),
  );
  const metrics = await read();
  const count = (labels: Record<string, string>) => valueOf(metrics, 'auricle_upstream_attempts_total', labels);
  expect(count({ deployment: 'first', outcome: 'rate_limited', model: 'whisper', provider: 'openai' })).toBe(1);
  expect(count({ deployment: 'second', outcome: 'success' })).toBe(1);
  expect(valueOf(metrics, 'auricle_upstream_duration_seconds_sum')).toBeCloseTo(0.52);
  expect(valueOf(metrics, 'auricle_retries_total', { model: 'whisper' })).toBe(2);
  expect(valueOf(metrics, 'auricle_fallbacks_total', { model: 'whisper' })).toBe(1);
  expect(valueOf(metrics, 'auricle_rescued_requests_total', { model: 'whisper' })).toBe(1);
});

it('makes no series of what a caller has named', async () => {
  const model = 'model-of-a-caller';
  listeners.finished(logEntry({ model, attempts: [attempt({ deployment_id: 'of-the-caller', model })] }));
  listeners.finished(logEntry({ model: 'whisper', modelKnown: false }));
  const metrics = await read();
  expect(valueOf(metrics, 'auricle_requests_total', { model: 'unknown' })).toBe(2);
  expect(valueOf(metrics, 'auricle_upstream_attempts_total', { model: 'unknown', deployment: '' })).toBe(1);
  expect(await registry.read()).not.toMatch(/of-(a|the)-caller/);
});

it('tells streams from others', async () => {
  listeners.finished(logEntry({ stream: true, firstByteMs: 300 }));
  listeners.finished(logEntry({ stream: true, firstByteMs: null }));
  listeners.finished(logEntry({ stream: false, firstByteMs: 9000 }));
  const metrics = await read();
  expect(valueOf(metrics, 'auricle_requests_total', { stream: 'true' })).toBe(2);
  expect(valueOf(metrics, 'auricle_time_to_first_event_seconds_count')).toBe(1);
  expect(valueOf(metrics, 'auricle_time_to_first_event_seconds_bucket', { le: '0.5' })).toBe(1);
  expect(valueOf(metrics, 'auricle_time_to_first_event_seconds_bucket', { le: '0.25' })).toBe(0);
});

it('counts an unknown cost apart from none', async () => {
  listeners.finished(logEntry({ costNanoUsd: null }));
  listeners.finished(logEntry({ costNanoUsd: 0n }));
  listeners.finished(logEntry({ costNanoUsd: 1_500_000_000n }));
  listeners.finished(logEntry({ costNanoUsd: null, status: 'refused' }));
  const metrics = await read();
  expect(valueOf(metrics, 'auricle_unpriced_requests_total')).toBe(1);
  expect(valueOf(metrics, 'auricle_cost_dollars_total')).toBeCloseTo(1.5);
});

it('counts what the cache did, speech, and batches', async () => {
  listeners.finished(logEntry({ cache: 'hit' }));
  listeners.finished(logEntry({ task: 'speak', outputAudioSeconds: 2.5 }));
  listeners.wrote({ rows: 2, durationMs: 30 });
  const metrics = await read();
  expect(valueOf(metrics, 'auricle_cache_requests_total', { result: 'hit' })).toBe(1);
  expect(valueOf(metrics, 'auricle_speech_seconds_total', { task: 'speak' })).toBe(2.5);
  expect(valueOf(metrics, 'auricle_ledger_batch_duration_seconds_bucket', { le: '0.025' })).toBe(0);
  expect(valueOf(metrics, 'auricle_ledger_batch_duration_seconds_bucket', { le: '0.05' })).toBe(1);
});

it('counts what was lost with an earlier process, and times of it are not told', async () => {
  listeners.add(new KeyMetrics(registry, { metrics_key_label: true }));
  listeners.lost(logEntry({ status: 'lost', httpStatus: 0, audioSeconds: 2, keyId: 'a', keyName: 'A', latencyMs: 9 }));
  const metrics = await read();
  const labels = { model: 'whisper', provider: 'openai', status: 'lost', http_status: '0', stream: 'false' };
  expect(valueOf(metrics, 'auricle_requests_total', labels)).toBe(1);
  expect(valueOf(metrics, 'auricle_audio_seconds_total', { model: 'whisper', provider: 'openai' })).toBe(2);
  expect(valueOf(metrics, 'auricle_key_requests_total', { key_id: 'a', status: 'lost' })).toBe(1);
  expect(valueOf(metrics, 'auricle_key_audio_seconds_total', { key_id: 'a' })).toBe(2);
  expect(valueOf(metrics, 'auricle_request_duration_seconds_count')).toBeUndefined();
});

it('forgets deployments and models that are gone, and them alone', async () => {
  listeners.finished(logEntry({ attempts: [attempt({}), attempt({ deployment_id: 'second' })] }));
  configured.set('whisper', ['second']);
  let metrics = await read();
  expect(valueOf(metrics, 'auricle_upstream_attempts_total', { deployment: 'first' })).toBeUndefined();
  expect(valueOf(metrics, 'auricle_upstream_duration_seconds_count', { deployment: 'first' })).toBeUndefined();
  expect(valueOf(metrics, 'auricle_upstream_duration_seconds_count', { deployment: 'second' })).toBe(1);
  expect(valueOf(metrics, 'auricle_requests_total', { model: 'whisper' })).toBe(1);
  configured.clear();
  metrics = await read();
  expect(valueOf(metrics, 'auricle_upstream_attempts_total')).toBeUndefined();
  expect(valueOf(metrics, 'auricle_requests_total')).toBeUndefined();
});

it('counts by team, those of none as such, for a thousand teams', async () => {
  listeners.add(new TeamMetrics(registry, { metrics_team_label: true }));
  listeners.lost(logEntry({ status: 'lost', audioSeconds: 2, teamId: 'a', teamName: 'A' }));
  listeners.finished(logEntry({ audioSeconds: 3, teamId: 'a', teamName: 'renamed', costNanoUsd: 1_000_000_000n }));
  listeners.finished(logEntry());
  for (let index = 0; index < MAX_TEAMS; index += 1) {
    listeners.finished(logEntry({ teamId: `team ${index}`, teamName: `name ${index}` }));
  }
  const metrics = await read();
  const a = { team_id: 'a', team_name: 'A' };
  expect(valueOf(metrics, 'auricle_team_requests_total', { ...a, status: 'lost' })).toBe(1);
  expect(valueOf(metrics, 'auricle_team_requests_total', { ...a, status: 'success' })).toBe(1);
  expect(valueOf(metrics, 'auricle_team_audio_seconds_total', a)).toBe(5);
  expect(valueOf(metrics, 'auricle_team_cost_dollars_total', a)).toBe(1);
  expect(valueOf(metrics, 'auricle_team_requests_total', { team_id: 'none', team_name: '' })).toBe(1);
  expect(valueOf(metrics, 'auricle_team_requests_total', { team_id: 'other', team_name: '' })).toBe(2);
});

it('counts by no team where nobody wants it', async () => {
  listeners.add(new TeamMetrics(registry, { metrics_team_label: false }));
  listeners.finished(logEntry({ teamId: 'a', teamName: 'A' }));
  expect((await read()).has('auricle_team_requests_total')).toBe(false);
});

it('gives series of their own to a thousand keys', async () => {
  listeners.add(new KeyMetrics(registry, { metrics_key_label: true }));
  for (let index = 0; index < MAX_KEYS + 5; index += 1) {
    listeners.finished(logEntry({ keyId: `key ${index}`, keyName: `name ${index}`, costNanoUsd: 10n }));
  }
  const metrics = await read();
  expect(metrics.get('auricle_key_requests_total')?.samples).toHaveLength(MAX_KEYS + 1);
  expect(valueOf(metrics, 'auricle_key_requests_total', { key_id: 'other', key_name: '' })).toBe(5);
});
