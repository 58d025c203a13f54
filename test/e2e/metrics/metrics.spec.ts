import { MetricsListener } from '../../../src/metrics/metrics.listener.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { readPrometheusText, valueOf, type ExposedMetric } from '../../support/prometheus-text.js';
import { LedgerBench } from '../ledger/ledger-bench.js';

async function scrape(gateway: Pick<TestGateway, 'url'>): Promise<ReadonlyMap<string, ExposedMetric>> {
  const response = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readPrometheusText(await response.text());
}

describe('after traffic', () => {
  let bench: LedgerBench;
  beforeAll(async () => {
    bench = await LedgerBench.start();
  });
  afterAll(() => bench.close());

  it('counts requests, their audio, cost and calls, once each', async () => {
    const { key } = await bench.gateway.createKey({ name: 'a name of an operator' });
    for (const _ of [1, 2, 3]) expect((await bench.transcribe(key)).status).toBe(200);
    expect((await bench.transcribe(key, { model: 'gpt4o', stream: 'true' })).status).toBe(200);
    expect((await bench.transcribe(key, { temperature: 'hot' })).status).toBe(400);
    const metrics = await scrape(bench.gateway);
    const whisper = { task: 'transcribe', model: 'whisper', provider: 'openai' };
    const answered = { ...whisper, status: 'success' };
    expect(valueOf(metrics, 'auricle_requests_total', { ...answered, http_status: '200', stream: 'false' })).toBe(3);
    expect(valueOf(metrics, 'auricle_requests_total', { status: 'refused', http_status: '400' })).toBe(1);
    expect(valueOf(metrics, 'auricle_requests_total', { model: 'gpt4o', stream: 'true' })).toBe(1);
    expect(valueOf(metrics, 'auricle_request_duration_seconds_count', answered)).toBe(3);
    expect(valueOf(metrics, 'auricle_audio_seconds_total', whisper)).toBeCloseTo(18, 1);
    expect(valueOf(metrics, 'auricle_cost_dollars_total', whisper)).toBeCloseTo(0.0027, 9);
    expect(valueOf(metrics, 'auricle_upstream_attempts_total', { model: 'whisper', outcome: 'success' })).toBe(3);
    expect(valueOf(metrics, 'auricle_upstream_duration_seconds_count', { model: 'whisper' })).toBe(3);
    expect(valueOf(metrics, 'auricle_request_overhead_seconds_count', { task: 'transcribe' })).toBe(4);
    expect(valueOf(metrics, 'auricle_tokens_total', { model: 'gpt4o', direction: 'input' })).toBeGreaterThan(0);
    const text = JSON.stringify([...metrics.values()]);
    for (const hidden of [key, MASTER_KEY, 'a name of an operator', 'speech.wav']) expect(text).not.toContain(hidden);
  });

  it('tells of deployments, the ledger, uploads, the build and the process', async () => {
    await bench.gateway.logs();
    const metrics = await scrape(bench.gateway);
    const whisper = { model: 'whisper', provider: 'openai' };
    expect(valueOf(metrics, 'auricle_deployment_info', { ...whisper, upstream_model: 'whisper-1' })).toBe(1);
    expect(valueOf(metrics, 'auricle_deployment_circuit_state', whisper)).toBe(0);
    expect(valueOf(metrics, 'auricle_deployment_enabled', whisper)).toBe(1);
    expect(valueOf(metrics, 'auricle_deployment_in_flight_requests', whisper)).toBe(0);
    expect(valueOf(metrics, 'auricle_ledger_waiting_records')).toBe(0);
    expect(valueOf(metrics, 'auricle_ledger_oldest_waiting_seconds')).toBe(0);
    expect(valueOf(metrics, 'auricle_ledger_rows_written_total')).toBe(5);
    expect(valueOf(metrics, 'auricle_database_up')).toBe(1);
    expect(valueOf(metrics, 'auricle_upload_memory_bytes')).toBe(0);
    expect(valueOf(metrics, 'auricle_upload_memory_max_bytes')).toBe(128 * 1024 * 1024);
    expect(valueOf(metrics, 'auricle_requests_in_flight')).toBe(0);
    expect(valueOf(metrics, 'auricle_build_info', { node_version: process.version })).toBe(1);
    for (const name of [
      'process_start_time_seconds',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ]) {
      expect(valueOf(metrics, name)).toBeGreaterThan(0);
    }
  });

  it('makes one series of 200 models that are not there', async () => {
    const { key } = await bench.gateway.createKey();
    const before = await scrape(bench.gateway);
    for (let index = 0; index < 200; index += 1) {
      expect((await bench.transcribe(key, { model: `sk-guess-${index}` })).status).toBe(404);
    }
    const after = await scrape(bench.gateway);
    expect(valueOf(after, 'auricle_requests_total', { model: 'unknown', http_status: '404' })).toBe(200);
    const added =
      (after.get('auricle_requests_total')?.samples.length ?? 0) -
      (before.get('auricle_requests_total')?.samples.length ?? 0);
    expect(added).toBe(1);
    expect(JSON.stringify([...after.values()])).not.toContain('sk-guess');
  });

  it('shows what waits for the database', async () => {
    const { key } = await bench.gateway.createKey();
    await bench.gateway.logs();
    const release = await bench.holdWrites();
    try {
      await bench.transcribe(key);
      const metrics = await scrape(bench.gateway);
      expect(valueOf(metrics, 'auricle_ledger_waiting_records')).toBe(1);
      expect(valueOf(metrics, 'auricle_ledger_journal_bytes')).toBeGreaterThan(0);
      expect(valueOf(metrics, 'auricle_ledger_journal_max_bytes')).toBeGreaterThan(1e6);
      expect(valueOf(metrics, 'auricle_ledger_full')).toBe(0);
    } finally {
      await release();
    }
  });

  it('forgets the series of a model that is gone', async () => {
    await bench.gateway.createModel('passing', bench.simulator.url, { api_key: SIMULATOR_KEY });
    const { key } = await bench.gateway.createKey();
    expect((await bench.transcribe(key, { model: 'passing' })).status).toBe(200);
    expect(valueOf(await scrape(bench.gateway), 'auricle_requests_total', { model: 'passing' })).toBe(1);
    const { body } = await bench.gateway.admin('GET', 'models');
    const { id } = body.data.find((model: { name: string }) => model.name === 'passing');
    expect((await bench.gateway.admin('DELETE', `models/${id}`)).status).toBe(200);
    const metrics = await scrape(bench.gateway);
    expect(JSON.stringify([...metrics.values()])).not.toContain('passing');
    expect(valueOf(metrics, 'auricle_requests_total', { model: 'whisper' })).toBeGreaterThan(0);
    expect(valueOf(metrics, 'auricle_upstream_duration_seconds_count', { model: 'whisper' })).toBeGreaterThan(0);
  });
});

describe('who may scrape', () => {
  const TOKEN = 'a-token-for-prometheus';

  async function statusOf(url: string, secret?: string): Promise<number> {
    const response = await fetch(url, { headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` } });
    await response.body?.cancel();
    return response.status;
  }

  async function statuses(environment: Record<string, string>) {
    const gateway = await startTestGateway(environment);
    try {
      const { key } = await gateway.createKey();
      const { port } = gateway.app.get(MetricsListener, { strict: false });
      const urls = { main: `${gateway.url}/metrics`, own: port && `http://127.0.0.1:${port}/metrics` };
      const secrets = { nobody: undefined, key, master: MASTER_KEY, token: TOKEN, wrong: `${TOKEN}x` };
      const told: Record<string, Record<string, number>> = {};
      for (const [place, url] of Object.entries(urls)) {
        if (!url) continue;
        told[place] = {};
        for (const [who, secret] of Object.entries(secrets)) told[place][who] = await statusOf(url, secret);
      }
      if (urls.own) told['elsewhere'] = { nobody: await statusOf(urls.own.replace('/metrics', '/admin/v1/keys')) };
      return told;
    } finally {
      await gateway.close();
    }
  }

  it('only the master key, by default', async () => {
    expect(await statuses({})).toEqual({ main: { nobody: 401, key: 401, master: 200, token: 401, wrong: 401 } });
  });

  it('also the holder of METRICS_TOKEN', async () => {
    expect(await statuses({ METRICS_TOKEN: TOKEN })).toEqual({
      main: { nobody: 401, key: 401, master: 200, token: 200, wrong: 401 },
    });
  });

  it('everybody who reaches METRICS_PORT', async () => {
    expect(await statuses({ METRICS_PORT: '0' })).toEqual({
      main: { nobody: 401, key: 401, master: 200, token: 401, wrong: 401 },
      own: { nobody: 200, key: 200, master: 200, token: 200, wrong: 200 },
      elsewhere: { nobody: 404 },
    });
  });

  it('only the holder of METRICS_TOKEN on METRICS_PORT, where there is one', async () => {
    expect(await statuses({ METRICS_PORT: '0', METRICS_TOKEN: TOKEN })).toEqual({
      main: { nobody: 401, key: 401, master: 200, token: 200, wrong: 401 },
      own: { nobody: 401, key: 401, master: 401, token: 200, wrong: 401 },
      elsewhere: { nobody: 404 },
    });
  });

  it('nobody from an address that may not call', async () => {
    const gateway = await startTestGateway({ METRICS_PORT: '0', ALLOWED_IPS: '10.0.0.0/8' });
    try {
      const { port } = gateway.app.get(MetricsListener, { strict: false });
      expect(await statusOf(`http://127.0.0.1:${port}/metrics`)).toBe(403);
      expect(await statusOf(`${gateway.url}/metrics`, MASTER_KEY)).toBe(403);
    } finally {
      await gateway.close();
    }
  });

  it('does nothing else with METRICS_TOKEN', async () => {
    const gateway = await startTestGateway({ METRICS_TOKEN: TOKEN });
    try {
      expect(await statusOf(`${gateway.url}/admin/v1/keys`, TOKEN)).toBe(401);
      expect(await statusOf(`${gateway.url}/v1/models`, TOKEN)).toBe(401);
    } finally {
      await gateway.close();
    }
  });
});

it('counts by key and by team where the operator wants it', async () => {
  const bench = await LedgerBench.start({ METRICS_KEY_LABEL: 'true', METRICS_TEAM_LABEL: 'true' });
  try {
    const { body: team } = await bench.gateway.admin('POST', 'teams', { name: 'newsroom' });
    const { id, key } = await bench.gateway.createKey({ name: 'app', team: 'newsroom' });
    await bench.transcribe(key);
    await bench.transcribe(MASTER_KEY);
    const metrics = await scrape(bench.gateway);
    const app = { key_id: id, key_name: 'app' };
    expect(valueOf(metrics, 'auricle_key_requests_total', { ...app, status: 'success' })).toBe(1);
    expect(valueOf(metrics, 'auricle_key_cost_dollars_total', app)).toBeCloseTo(0.0009, 9);
    expect(valueOf(metrics, 'auricle_key_audio_seconds_total', app)).toBeCloseTo(6, 1);
    expect(valueOf(metrics, 'auricle_key_requests_total', { key_id: 'master' })).toBe(1);
    const ofTeam = { team_id: team.id, team_name: 'newsroom' };
    expect(valueOf(metrics, 'auricle_team_requests_total', { ...ofTeam, status: 'success' })).toBe(1);
    expect(valueOf(metrics, 'auricle_team_cost_dollars_total', ofTeam)).toBeCloseTo(0.0009, 9);
    expect(valueOf(metrics, 'auricle_team_requests_total', { team_id: 'none' })).toBe(1);
  } finally {
    await bench.close();
  }
});

it('tells what turned requests away', async () => {
  const bench = await LedgerBench.start({ MAX_CONCURRENT_REQUESTS: '1', MAX_WRONG_KEYS_PER_MINUTE: '1' });
  try {
    const { key } = await bench.gateway.createKey();
    await bench.gateway.createModel('limited', bench.simulator.url, {
      api_key: SIMULATOR_KEY,
      routing: { max_requests_per_minute: 1 },
    });
    for (const status of [200, 429]) expect((await bench.transcribe(key, { model: 'limited' })).status).toBe(status);
    for (const status of [401, 429]) expect((await bench.transcribe('sk-wrong')).status).toBe(status);
    const metrics = await scrape(bench.gateway);
    const count = (reason: string) => valueOf(metrics, 'auricle_rejections_total', { reason });
    expect([count('deployment_limits'), count('wrong_keys'), count('concurrency'), count('ledger_full')]).toEqual([
      1, 1, 0, 0,
    ]);
    expect(valueOf(metrics, 'auricle_wrong_keys_total')).toBe(2);
    expect(valueOf(metrics, 'auricle_requests_in_flight_max')).toBe(1);
  } finally {
    await bench.close();
  }
});
