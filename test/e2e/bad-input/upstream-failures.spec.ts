import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import {
  answer,
  emptyBody,
  errorAnswer,
  eventStream,
  hang,
  htmlPage,
  malformedJson,
  pieces,
  resetBeforeHeaders,
  resetInBody,
  type ScriptedAnswer,
} from '../../support/simulator-answers.js';
import { streamEvents } from '../../support/simulator-fixtures.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { MULTIPART, multipart, END_OF_FORM, RawHttp } from '../../support/raw-http.js';
import { AUDIO, audioFile, Bench, form } from './bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());
afterEach(() => bench.expectAftermath(1));

const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };
const [firstDelta = {}] = streamEvents(false);
const FIRST_EVENT = `data: ${JSON.stringify(firstDelta)}\n\n`;

interface Failure {
  readonly what: string;
  readonly scripted: ScriptedAnswer;
  readonly status: number;
  readonly error: { message: string; type: string; code: string; param?: string };
  /** The ledger's name for the failure. */
  readonly outcome: string;
  /** Null where the provider may send a bill. */
  readonly cost: number;
  readonly headers?: Record<string, string>;
}

const unavailable = {
  status: 502,
  error: {
    message: 'The provider could not be reached or failed.',
    type: 'server_error',
    code: 'provider_unavailable',
  },
  outcome: 'unavailable',
  cost: 0,
} as const;
const badResponse = {
  status: 502,
  error: {
    message: 'The provider sent an answer that cannot be understood.',
    type: 'server_error',
    code: 'provider_bad_response',
  },
  outcome: 'bad_response',
  // A second of audio: the provider may bill it, and has not said how much.
  cost: 0.0001,
} as const;

const failures: readonly Failure[] = [
  { what: 'resets the connection before it answers', scripted: resetBeforeHeaders(), ...unavailable },
  { what: 'resets the connection in its answer', scripted: resetInBody('{"text":"The'), ...unavailable },
  { what: 'answers a web page with 200', scripted: htmlPage(200), ...badResponse },
  { what: 'answers a web page with 502', scripted: htmlPage(502), ...unavailable },
  { what: 'answers broken JSON', scripted: malformedJson(), ...badResponse },
  { what: 'answers nothing', scripted: emptyBody(), ...badResponse },
  { what: 'answers JSON of another kind', scripted: answer(200, { hello: 'world' }), ...badResponse },
  {
    what: 'redirects',
    scripted: answer(302, '', { location: 'https://example.com/' }),
    status: 502,
    error: {
      message: 'The address of this deployment leads nowhere. Its api_base has to be checked.',
      type: 'server_error',
      code: 'provider_misconfigured',
    },
    outcome: 'misconfigured',
    cost: 0,
  },
  { what: 'fails', scripted: errorAnswer(500, { message: 'oh no', type: 'server_error' }), ...unavailable },
  {
    what: 'limits the rate',
    scripted: errorAnswer(429, { message: 'slow down' }, { 'retry-after': '7' }),
    status: 429,
    error: {
      message: "The provider's rate limit has been reached. Please try again later.",
      type: 'rate_limit_exceeded',
      code: 'rate_limit_exceeded',
    },
    outcome: 'rate_limited',
    cost: 0,
    headers: { 'retry-after': '7' },
  },
  {
    what: 'has not been paid',
    scripted: errorAnswer(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }),
    status: 502,
    error: {
      message: "The provider's quota or credit is used up.",
      type: 'server_error',
      code: 'provider_quota_exhausted',
    },
    outcome: 'quota_exhausted',
    cost: 0,
  },
  {
    what: "rejects the gateway's key",
    scripted: errorAnswer(401, {
      message: `Incorrect API key provided: ${SIMULATOR_KEY}.`,
      code: 'invalid_api_key',
    }),
    status: 502,
    error: {
      message: "The provider rejected the gateway's credential.",
      type: 'server_error',
      code: 'provider_credential_rejected',
    },
    outcome: 'credential_rejected',
    cost: 0,
  },
  {
    what: 'cannot decode the audio',
    scripted: errorAnswer(400, { message: 'Audio file could not be decoded', param: 'file', code: 'invalid_audio' }),
    status: 400,
    error: {
      message: 'Audio file could not be decoded',
      type: 'invalid_request_error',
      param: 'file',
      code: 'invalid_audio',
    },
    outcome: 'audio_rejected',
    cost: 0,
  },
];

describe('a provider that', () => {
  it.each(failures)('$what', async ({ scripted, status, error, outcome, cost, headers = {} }) => {
    bench.simulator.respondWith(scripted);
    const answered = await bench.send(form({ model: 'whisper', file: audioFile() }));
    expect(await answered.json()).toEqual({ error: { param: null, ...error } });
    expect(answered.status).toBe(status);
    expect(Object.fromEntries(answered.headers)).toMatchObject(headers);
    expect(answered.headers.get('x-should-retry')).toBe(status === 429 ? null : 'false');
    const row = await bench.row();
    expect(row).toMatchObject({
      id: answered.headers.get('x-request-id'),
      status: status === 400 ? 'refused' : 'failure',
      http_status: status,
      error_code: error.code,
      provider: 'openai',
      audio_seconds: 1,
      cost_usd: cost,
      attempts: [{ outcome, provider: 'openai', upstream_model: 'whisper-1' }],
      transcript: null,
    });
    expect(JSON.stringify(row)).not.toContain(SIMULATOR_KEY);
  });

  it('is not there', async () => {
    const port = await freePort();
    await bench.gateway.createModel('gone', `http://127.0.0.1:${port}/v1`);
    const answered = await bench.send(form({ model: 'gone', file: audioFile() }));
    expect(answered.status).toBe(502);
    expect(await answered.json()).toEqual({ error: { ...unavailable.error, param: null } });
    expect(await bench.row()).toMatchObject({
      status: 'failure',
      cost_usd: 0,
      attempts: [{ outcome: 'unavailable', upstream_status: null }],
    });
  });

  it('has no name that resolves', async () => {
    await bench.gateway.createModel('unnamed', 'http://provider.invalid/v1');
    const answered = await bench.send(form({ model: 'unnamed', file: audioFile() }));
    expect(answered.status).toBe(502);
    expect(await bench.row()).toMatchObject({ attempts: [{ outcome: 'unavailable' }] });
  });
});

describe('a stream that', () => {
  const failing: readonly [string, () => ScriptedAnswer, string, string][] = [
    ['breaks off', () => resetInBody(FIRST_EVENT, SSE), 'provider_unavailable', 'unavailable'],
    ['ends too early', () => pieces([FIRST_EVENT], SSE), 'provider_bad_response', 'bad_response'],
    [
      'turns into noise',
      () => pieces([FIRST_EVENT, 'data: {"type":\n\n'], SSE),
      'provider_bad_response',
      'bad_response',
    ],
    [
      'reports an error',
      () =>
        eventStream([firstDelta, { error: { message: 'overloaded', type: 'server_error', code: null, param: null } }]),
      'provider_unavailable',
      'unavailable',
    ],
  ];

  it.each(failing)('%s reaches an SDK as an error after what was said', async (_what, scripted, code, outcome) => {
    bench.simulator.respondWith(scripted());
    const client = new OpenAI({ baseURL: `${bench.gateway.url}/v1`, apiKey: bench.key.key, maxRetries: 0 });
    const stream = await client.audio.transcriptions.create({ model: 'gpt4o', file: audioFile(), stream: true });
    const said: string[] = [];
    const reading = (async () => {
      for await (const event of stream) if (event.type === 'transcript.text.delta') said.push(event.delta);
    })();
    await expect(reading).rejects.toThrow(OpenAI.APIError);
    await expect(reading).rejects.toMatchObject({ code, type: 'server_error' });
    expect(said).toEqual(['The beach was a popular spot on a hot summer day.']);
    expect(await bench.row()).toMatchObject({
      status: 'failure',
      stream: true,
      // What the client saw of it.
      http_status: 200,
      error_code: code,
      attempts: [{ outcome }],
      transcript: null,
    });
  });

  it('fails before its first event is an ordinary error', async () => {
    bench.simulator.respondWith(errorAnswer(503, { message: 'busy' }));
    const answered = await bench.send(form({ model: 'gpt4o', stream: 'true', file: audioFile() }));
    expect(answered.status).toBe(502);
    expect(await answered.json()).toEqual({ error: { ...unavailable.error, param: null } });
    expect(await bench.row()).toMatchObject({ status: 'failure', http_status: 502, stream: true });
  });

  it('is left by its client is aborted upstream', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.simulator.respondWith(
      pieces(
        (async function* () {
          yield FIRST_EVENT;
          await held;
        })(),
        SSE,
      ),
    );
    const arrival = bench.simulator.nextRequest();
    const client = await RawHttp.connect(bench.gateway.url);
    const fields = [
      { name: 'model', value: 'gpt4o' },
      { name: 'stream', value: 'true' },
      { name: 'file', value: AUDIO, filename: 'speech.wav' },
    ];
    const body = Buffer.concat([multipart(fields), Buffer.from(END_OF_FORM)]);
    client.head('POST /v1/audio/transcriptions', {
      authorization: `Bearer ${bench.key.key}`,
      'content-type': MULTIPART,
      'content-length': String(body.length),
    });
    client.write(body);
    await client.receive('The beach');
    client.destroy();
    await (
      await arrival
    ).aborted;
    release();
    expect(await bench.row()).toMatchObject({
      status: 'cancelled',
      stream: true,
      error_code: 'client_closed_request',
      attempts: [{ outcome: 'aborted' }],
      cost_usd: 0.0001,
      cost_estimated: true,
    });
  });
});

it('aborts the provider when the client hangs up on an answer that does not come', async () => {
  bench.simulator.respondWith(hang());
  const arrival = bench.simulator.nextRequest();
  const controller = new AbortController();
  const outcome = fetch(bench.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.key.key}` },
    body: form({ model: 'whisper', file: audioFile() }),
    signal: controller.signal,
  }).catch((error: unknown) => error);
  const upstream = await arrival;
  await bench.bodyArrived(upstream);
  controller.abort();
  await upstream.aborted;
  expect(await outcome).toMatchObject({ name: 'AbortError' });
  expect(await bench.row()).toMatchObject({
    status: 'cancelled',
    http_status: 499,
    attempts: [{ outcome: 'aborted' }],
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
