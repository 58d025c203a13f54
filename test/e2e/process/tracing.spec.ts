import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeWav } from '../../support/audio.js';
import { Collector, type ReceivedSpan } from '../../support/collector.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { storedLog } from '../../support/stored-log.js';
import { buildGateway, GatewayProcess, type End } from './gateway-process.js';

const MASTER_KEY = 'sk-aur-master-of-the-traced';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

let folder: string;
let database: TestDatabase;
let collector: Collector;
let first: OpenAiSimulator;
let second: OpenAiSimulator;
beforeAll(async () => {
  await buildGateway();
  folder = await mkdtemp(join(tmpdir(), 'auricle-tracing-'));
  database = await createTestDatabase();
  [collector, first, second] = await Promise.all([Collector.start(), OpenAiSimulator.start(), OpenAiSimulator.start()]);
});
afterEach(async () => GatewayProcess.killAll());
afterAll(async () => {
  await Promise.all([collector.close(), first.close(), second.close()]);
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function start(environment: Record<string, string>): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start({
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    MASTER_KEY,
    LOG_FORMAT: 'json',
    MAX_RETRIES: '1',
    BACKOFF_BASE_MS: '1',
    COOLDOWN_SECONDS: '0',
    ...environment,
  });
  for (const [name, { url }] of [['main', first] as const, ['spare', second] as const]) {
    const body = {
      name,
      deployments: [{ provider: 'openai', upstream_model: 'gpt-4o-transcribe', api_base: url, api_key: SIMULATOR_KEY }],
    };
    // There may be one of an earlier start.
    expect([201, 409]).toContain((await ask(gateway, '/admin/v1/models', JSON.stringify(body))).status);
  }
  return gateway;
}

async function ask(
  gateway: GatewayProcess,
  path: string,
  body: FormData | string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const json = typeof body === 'string' && { 'content-type': 'application/json' };
  return await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, ...json, ...headers },
    body,
  });
}

/** Sends a recording, and reads the answer to its end. */
async function transcribe(gateway: GatewayProcess, fields: Record<string, string>, headers?: Record<string, string>) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model: 'main', prompt: 'WORDS-TO-HEAR', ...fields }))
    form.append(name, value);
  form.append('file', new File([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))], 'NAME-OF-A-FILE.wav'));
  const response = await ask(gateway, '/v1/audio/transcriptions', form, headers);
  return { status: response.status, text: await response.text(), id: response.headers.get('x-request-id') ?? '' };
}

/** The trace that the ledger has a request in. */
async function traceOf({ id }: { id: string }): Promise<readonly ReceivedSpan[]> {
  for (const span of collector.spans) {
    if (span.attributes['auricle.request_id'] === id) return await collector.trace(span.traceId);
  }
  await new Promise(setImmediate);
  return await traceOf({ id });
}

function requestOf(spans: readonly ReceivedSpan[]): ReceivedSpan {
  const request = spans.find(({ kind }) => kind === 2);
  if (!request) throw new Error('the trace has no request');
  return request;
}

const namesOf = (spans: readonly ReceivedSpan[]) => spans.map(({ name }) => name);
const attemptsOf = (spans: readonly ReceivedSpan[]) => spans.filter(({ kind }) => kind === 3);
const failed = () => errorAnswer(500, { message: 'no' });

describe('with a collector', () => {
  it('traces requests through retries and fallbacks, streams and failures, from the client to the provider', async () => {
    const gateway = await start({ ...collector.environment, OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test' });
    first.respondWith(failed(), failed());
    const before = [first.requests.length, second.requests.length] as const;
    const answered = await transcribe(
      gateway,
      { fallbacks: 'spare' },
      {
        traceparent: `00-${TRACE}-${PARENT}-01`,
        tracestate: 'vendor=1',
        baggage: 'secret=of-the-client',
        'x-auricle-trace-id': 'order-7',
      },
    );
    expect(answered.status).toBe(200);
    const spans = await collector.trace(TRACE);
    const request = requestOf(spans);
    expect(request).toMatchObject({
      parentSpanId: PARENT,
      traceState: 'vendor=1',
      name: 'POST /v1/audio/transcriptions',
      status: { code: 0 },
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/audio/transcriptions',
        'http.response.status_code': expect.anything(),
        'auricle.request_id': answered.id,
        'auricle.model': 'main',
        'auricle.status': 'success',
        'auricle.task': 'transcribe',
      },
    });
    // Whatever belongs to the request stands side by side under it.
    const others = spans.filter((span) => span !== request);
    expect(others.map(({ parentSpanId }) => parentSpanId)).toEqual(others.map(() => request.spanId));
    expect(namesOf(others)).toEqual(expect.arrayContaining(['receive', 'probe', 'plan', 'render', 'ledger']));
    const attempts = attemptsOf(spans);
    const { port } = new URL(first.url);
    expect(attempts).toMatchObject([
      {
        name: 'transcription gpt-4o-transcribe',
        status: { code: 2 },
        attributes: {
          'gen_ai.operation.name': 'transcription',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-transcribe',
          'server.address': '127.0.0.1',
          'error.type': 'unavailable',
          'auricle.retry': false,
        },
      },
      { status: { code: 2 }, attributes: { 'auricle.retry': true, 'auricle.model': 'main' } },
      { status: { code: 0 }, attributes: { 'auricle.retry': false, 'auricle.model': 'spare' } },
    ]);
    expect(attempts.map(({ attributes }) => Number(attributes['http.response.status_code']))).toEqual([500, 500, 200]);
    expect(Number(attempts[0]?.attributes['server.port'])).toBe(Number(port));
    // Every provider is told of its own attempt, and of nothing that the client says to others.
    const heard = [...first.requests.slice(before[0]), ...second.requests.slice(before[1])].map(
      ({ headers }) => headers,
    );
    expect(heard.map(({ traceparent }) => traceparent)).toEqual(
      attempts.map(({ spanId }) => `00-${TRACE}-${spanId}-01`),
    );
    expect(heard).toMatchObject([{ tracestate: 'vendor=1' }, { tracestate: 'vendor=1' }, { tracestate: 'vendor=1' }]);
    expect(heard.filter(({ baggage }) => baggage !== undefined)).toEqual([]);
    expect(collector.resource).toMatchObject({ 'service.name': 'auricle', 'deployment.environment': 'test' });

    const streamed = await transcribe(gateway, { stream: 'true' });
    expect(streamed.text).toContain('[DONE]');
    const stream = await traceOf(streamed);
    expect(requestOf(stream)).toMatchObject({ parentSpanId: '', attributes: { 'auricle.stream': true } });
    expect(attemptsOf(stream)).toMatchObject([{ parentSpanId: requestOf(stream).spanId, status: { code: 0 } }]);

    first.respondWith(failed(), failed());
    const broken = await traceOf(await transcribe(gateway, {}));
    expect(requestOf(broken)).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '502' } });
    expect(attemptsOf(broken)).toMatchObject([{ status: { code: 2 } }, { status: { code: 2 } }]);

    const refused = await traceOf(await transcribe(gateway, { model: 'nowhere' }));
    expect(requestOf(refused)).toMatchObject({ status: { code: 0 }, attributes: { 'auricle.status': 'refused' } });
    const unread = await ask(gateway, '/v1/audio/transcriptions', 'no form');
    const ofUnread = await traceOf({ id: unread.headers.get('x-request-id') ?? '' });
    expect(namesOf(ofUnread)).toEqual(expect.arrayContaining(['receive', 'POST /v1/audio/transcriptions']));

    const log = await fetch(`${gateway.url}/admin/v1/logs/${answered.id}`, {
      headers: { authorization: `Bearer ${MASTER_KEY}` },
    });
    expect(await log.json()).toMatchObject({ metadata: { trace_id: 'order-7' } });
    expect(await storedLog(database.url, answered.id)).toMatchObject({ trace_id: TRACE });

    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual<End>({ code: 0, signal: null });
    // What was asked for last has been sent before it ended.
    expect(collector.text).toContain(`/admin/v1/logs/${answered.id}`);
    expect(collector.text).not.toMatch(/WORDS-TO-HEAR|NAME-OF-A-FILE|of-the-client|sk-aur-master/);
    expect(collector.text).not.toContain(SIMULATOR_KEY);
  });

  it('samples as it is told to, and says so to the provider', async () => {
    const gateway = await start({ ...collector.environment, OTEL_TRACES_SAMPLER: 'always_off' });
    const { id, status } = await transcribe(gateway, {});
    expect([status, first.lastRequest.headers['traceparent']]).toEqual([
      200,
      expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
    ]);
    gateway.kill('SIGTERM');
    await gateway.ended;
    expect(collector.text).not.toContain(id);
  });
});

it('serves as ever while the collector is away, says so once, and stops in time', async () => {
  const gateway = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_BSP_SCHEDULE_DELAY: '10',
    OTEL_EXPORTER_OTLP_TIMEOUT: '50',
  });
  const complaint = 'traces cannot be sent';
  expect((await transcribe(gateway, {})).status).toBe(200);
  await gateway.says(complaint);
  for (let count = 0; count < 5; count += 1) expect((await transcribe(gateway, {})).status).toBe(200);
  gateway.kill('SIGTERM');
  expect(await gateway.ended).toEqual<End>({ code: 0, signal: null });
  expect(gateway.output.split(complaint)).toHaveLength(2);
});

it('is off by default: nothing of it is loaded, and providers are told nothing', async () => {
  const spy = join(folder, 'spy.cjs');
  // The names of its calls, which the client of Prometheus has for exemplars, do nothing by themselves.
  const script = `process.on('exit', () => {
    const loaded = Object.keys(require('node:module')._cache)
      .filter((path) => /@opentelemetry.(?!api.)/.test(path));
    console.log('loaded of OpenTelemetry:', JSON.stringify(loaded));
  });`;
  await writeFile(spy, script);
  const gateway = await start({ NODE_OPTIONS: `--require ${spy}`, OTEL_SERVICE_NAME: 'speech' });
  const sent = await transcribe(gateway, {}, { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1' });
  expect(sent.status).toBe(200);
  const { headers } = first.lastRequest;
  expect(Object.keys(headers).filter((name) => /^trace|^baggage|^b3/.test(name))).toEqual([]);
  gateway.kill('SIGTERM');
  await gateway.ended;
  expect(gateway.output).toContain('loaded of OpenTelemetry: []');
});
