import { makeWav } from '../../support/audio.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { AdminClient } from './admin-client.js';
import type { Json } from './openapi-document.js';

let gateway: TestGateway;
let admin: AdminClient;
let simulator: OpenAiSimulator;
let rows: Json[];
const keys: { id: string; key: string }[] = [];
const WAV = makeWav({ durationSeconds: 2, toneHz: 440 });

beforeAll(async () => {
  simulator = await OpenAiSimulator.start();
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  await gateway.createModel('whisper', simulator.url, { api_key: SIMULATOR_KEY });
  keys.push(await gateway.createKey({ name: 'first' }), await gateway.createKey({ name: 'second' }));
  // Two of everything that a filter can tell apart.
  await send({ model: 'whisper', prompt: 'names: Ada' });
  await send({ model: 'sandbox' }, { by: 1 });
  await send({ model: 'sandbox-error' });
  await send({ model: 'nope' }, { by: 1 });
  await send({ model: 'whisper' }, { path: 'translations' });
  await send({ model: 'sandbox', response_format: 'srt' }, { by: 1, path: 'translations' });
  await send({ model: 'sandbox-rate-limited' });
  rows = (await admin.get('logs?fields=all&limit=100')).body.data;
});
afterAll(async () => {
  await gateway.close();
  await simulator.close();
});

async function send(fields: Record<string, string>, { by = 0, path = 'transcriptions' } = {}): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new File([Uint8Array.from(WAV)], 'speech.wav'));
  const headers = { authorization: `Bearer ${keys[by]?.key}`, 'user-agent': 'logs-spec/1.0' };
  return await fetch(`${gateway.url}/v1/audio/${path}`, { method: 'POST', headers, body: form });
}

const ids = (found: readonly Json[]) => found.map((row) => row['id']);
const at = (index: number) => String(rows[index]?.['created_at']);

it('tells everything about a request, newest first', () => {
  expect(rows.map((row) => [row['model'], row['task'], row['status'], row['http_status']])).toEqual([
    ['sandbox-rate-limited', 'transcribe', 'failure', 429],
    ['sandbox', 'translate', 'success', 200],
    ['whisper', 'translate', 'success', 200],
    ['nope', 'transcribe', 'refused', 404],
    ['sandbox-error', 'transcribe', 'failure', 502],
    ['sandbox', 'transcribe', 'success', 200],
    ['whisper', 'transcribe', 'success', 200],
  ]);
  const deployment = expect.stringMatching(/^[0-9a-f-]{36}$/);
  const milliseconds = expect.any(Number);
  // What was measured where there was something to measure.
  const { upload_ms, probe_ms, ...told } = rows.at(-1) ?? {};
  expect([upload_ms, probe_ms]).not.toContain(undefined);
  expect(told).toEqual({
    object: 'log',
    id: deployment,
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    key_id: keys[0]?.id,
    key_name: 'first',
    team_id: null,
    team_name: null,
    model: 'whisper',
    model_known: true,
    provider: 'openai',
    deployment_id: deployment,
    upstream_model: 'whisper-1',
    upstream_request_id: 'req_simulated',
    task: 'transcribe',
    response_format: 'json',
    stream: false,
    status: 'success',
    http_status: 200,
    error_code: null,
    feedback: null,
    error_message: null,
    audio_seconds: 2,
    duration_method: 'counted',
    audio_bytes: WAV.length,
    language: null,
    input_characters: null,
    output_audio_seconds: null,
    cost_usd: 0.0009,
    cost_estimated: false,
    // 2 s at 0.006 USD a minute: more than 5 % beside the 9 s that the provider reports.
    measured_cost_usd: 0.0002,
    cost_steps: null,
    usage: { type: 'duration', seconds: 9 },
    usage_source: 'provider',
    input_tokens: null,
    output_tokens: null,
    latency_ms: milliseconds,
    provider_latency_ms: milliseconds,
    overhead_ms: milliseconds,
    first_byte_ms: null,
    retries: 0,
    fallbacks: 0,
    rescued: false,
    translated: false,
    attempts: [
      {
        deployment_id: deployment,
        model: 'whisper',
        provider: 'openai',
        upstream_model: 'whisper-1',
        outcome: 'success',
        upstream_status: 200,
        upstream_request_id: 'req_simulated',
        latency_ms: milliseconds,
        started_ms: milliseconds,
        waited_ms: 0,
        first_byte_ms: milliseconds,
        hedge: false,
        cost_usd: 0.0009,
        cost_estimated: false,
        price_origin: { by: 'built_in', source: expect.any(String), as_of: expect.stringMatching(/^20/) },
        error: null,
      },
    ],
    plan: {
      candidates: [{ model: 'whisper', deployment_id: deployment, format: 'native' }],
      left_out: [],
      features: ['prompt'],
    },
    metadata: null,
    warnings: [],
    end_user: null,
    tags: [],
    trace_id: null,
    cache: null,
    cached_request_id: null,
    client_ip: '127.0.0.1',
    user_agent: 'logs-spec/1.0',
    transcript: 'The beach was a popular spot on a hot summer day. People were swimming.',
    question: null,
    said: 'The beach was a popular spot on a hot summer day. People were swimming.',
  });
});

it('shows one row by its id as in the list, with when its words were said', async () => {
  for (const row of rows) {
    const { segments, segments_missing, ...alike } = (await admin.get(`logs/${String(row['id'])}`)).body;
    expect(alike).toEqual(row);
    expect(segments === null).toBe(segments_missing !== null);
    expect(segments_missing === 'not_kept').toBe(row['transcript'] === null);
  }
});

describe('filters', () => {
  // As functions: the rows are made in beforeAll.
  const filters: readonly [string, () => string, (row: Json, index: number) => boolean][] = [
    ['key_id', () => `key_id=${keys[1]?.id}`, (row) => row['key_name'] === 'second'],
    ['model', () => 'model=whisper', (row) => row['model'] === 'whisper'],
    ['provider', () => 'provider=sandbox', (row) => row['provider'] === 'sandbox'],
    ['status', () => 'status=failure', (row) => row['status'] === 'failure'],
    ['status', () => 'status=refused', (row) => row['model'] === 'nope'],
    ['task', () => 'task=translate', (row) => row['task'] === 'translate'],
    ['request_id', () => `request_id=${String(rows[2]?.['id'])}`, (_row, index) => index === 2],
    ['from', () => `from=${at(3)}`, (row) => String(row['created_at']) >= at(3)],
    ['to', () => `to=${at(3)}`, (row) => String(row['created_at']) < at(3)],
    [
      'from and to',
      () => `from=${at(5)}&to=${at(1)}`,
      (row) => String(row['created_at']) >= at(5) && String(row['created_at']) < at(1),
    ],
    [
      'several at once',
      () => `key_id=${keys[1]?.id}&provider=sandbox&status=success&task=transcribe&model=sandbox`,
      (row) => row['key_name'] === 'second' && row['model'] === 'sandbox' && row['task'] === 'transcribe',
    ],
    ['two that never come together', () => 'model=nope&status=success', () => false],
    [
      'what indexes tell, and what they do not',
      () => `provider=sandbox&status=success&latency_ms_min=0&from=${at(5)}`,
      (row) => row['provider'] === 'sandbox' && row['status'] === 'success' && String(row['created_at']) >= at(5),
    ],
    ['a model that nobody asked for', () => 'model=whisp', () => false],
    ['a time zone', () => 'from=2020-01-01T00:00:00%2B05:00', () => true],
  ];
  it.each(filters)('%s', async (_name, query, matches) => {
    const expected = ids(rows.filter(matches));
    expect(ids((await admin.get(`logs?${query()}`)).body.data)).toEqual(expected);
    expect(ids(await admin.walk(`logs?${query()}`, 1))).toEqual(expected);
  });
});

it('is walked exactly once while requests come in', async () => {
  let sent = 0;
  const walked = await admin.walk('logs', 3, async () => {
    await send({ model: 'nope' });
    sent += 1;
  });
  expect(sent).toBe(3);
  expect(ids(walked)).toEqual(ids(rows));
});

it('keeps the name of a key that is gone', async () => {
  await admin.delete(`keys/${keys[1]?.id}`);
  const { body } = await admin.get(`logs?key_id=${keys[1]?.id}`);
  expect(body.data.length).toBe(3);
  expect(body.data[0]).toMatchObject({ key_name: 'second', key_id: keys[1]?.id });
});
