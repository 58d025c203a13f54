import { CLOCK } from '../../../src/http/clock.js';
import { makeWav } from '../../support/audio.js';
import { DEEPGRAM_KEY, DeepgramSimulator } from '../../support/deepgram-simulator.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { NO_BLOCK_MB } from '../../support/no-block.js';
import { ManualClock } from '../../support/manual-clock.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer, errorAnswer, eventStream } from '../../support/simulator-answers.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';
import { groqProfile } from '../../support/simulator-profiles.js';
import { until } from '../../support/upload-server.js';
import { FileServer } from './file-server.js';

const WAV = makeWav({ durationSeconds: 3, toneHz: 440 });
const MEBIBYTE = 1024 * 1024;

const clock = new ManualClock();
let files: FileServer;
let openai: OpenAiSimulator;
let groq: OpenAiSimulator;
let deepgram: DeepgramSimulator;
/** Fetches, and may do so from 127.0.0.1. */
let gateway: TestGateway;
/** As it is by default. */
let cautious: TestGateway;
const keys = new Map<TestGateway, string>();

beforeAll(async () => {
  files = await FileServer.start();
  openai = await OpenAiSimulator.start();
  groq = await OpenAiSimulator.start(groqProfile);
  deepgram = await DeepgramSimulator.start();
  gateway = await startGateway({ FETCH_URLS: 'true', URL_FETCH_ALLOWED_HOSTS: files.host, MAX_FILE_SIZE_MB: '1' });
  cautious = await startGateway({});
  files.serve('/speech.wav', WAV);
});
afterAll(async () => {
  await Promise.all([gateway.close(), cautious.close()]);
  await Promise.all([files.close(), openai.close(), groq.close(), deepgram.close()]);
});
beforeEach(() => {
  files.paths.length = 0;
  for (const upstream of [openai, groq, deepgram]) upstream.requests.length = 0;
});
afterEach(async () => {
  // Deleted right after the answer.
  await until(async () => (await gateway.spooledFiles()).length === 0);
});

async function startGateway(environment: Record<string, string>): Promise<TestGateway> {
  const started = await startTestGateway({ SANDBOX: 'false', UPLOAD_MEMORY_MB: NO_BLOCK_MB, ...environment }, [
    { provide: CLOCK, useValue: clock },
  ]);
  const whisper = { provider: 'openai', upstream_model: 'whisper-1', api_base: openai.url, api_key: SIMULATOR_KEY };
  const turbo = { provider: 'groq', upstream_model: 'whisper-large-v3', api_base: groq.url, api_key: SIMULATOR_KEY };
  const nova = { provider: 'deepgram', upstream_model: 'nova-3', api_base: deepgram.url, api_key: DEEPGRAM_KEY };
  const small = { ...whisper, provider: 'openai-compatible', settings: { max_bytes: 1000 } };
  const models: Record<string, object[]> = {
    files: [whisper],
    streamed: [{ ...whisper, upstream_model: 'gpt-4o-transcribe' }],
    addresses: [turbo],
    deepgram: [nova],
    mixed: [
      { ...whisper, weight: 1000 },
      { ...turbo, weight: 1 },
    ],
    small: [small],
    'small-mixed': [turbo, small],
  };
  for (const [name, deployments] of Object.entries(models)) {
    const { status, body } = await started.admin('POST', 'models', { name, deployments });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
  keys.set(started, (await started.createKey()).key);
  return started;
}

async function send(
  to: TestGateway,
  fields: Record<string, string>,
  options: { path?: string; timeoutMs?: number; file?: File; config?: object } = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (options.file) form.append('file', options.file);
  return await fetch(`${to.url}/v1/audio/${options.path ?? 'transcriptions'}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keys.get(to)}`,
      ...(options.config && { 'x-portkey-config': JSON.stringify(options.config) }),
      ...(options.timeoutMs && { 'x-auricle-timeout-ms': String(options.timeoutMs) }),
    },
    body: form,
  });
}

const rowOf = (to: TestGateway, response: Response) => to.row(response);

async function expectRefusal(response: Response, status: number, error: Record<string, unknown>): Promise<void> {
  expect(await response.json()).toMatchObject({ error });
  expect(response.status).toBe(status);
}

describe("targets of the client's own", () => {
  const targetsOf = (...models: string[]) => models.map((model) => ({ override_params: { model } }));
  const asked = (response: Response) => response.headers.get('x-portkey-last-used-option-index');

  it('get the file where one of them takes no addresses, in their order', async () => {
    const config = { strategy: { mode: 'fallback', on_status_codes: [503] }, targets: targetsOf('addresses', 'files') };
    const url = files.url('/speech.wav');
    const first = await send(gateway, { model: 'any', url }, { config });
    expect([first.status, asked(first)]).toEqual([200, 'config.targets[0]']);
    expect(groq.lastRequest.file?.bytes).toEqual(WAV);
    groq.respondWith(errorAnswer(503, { message: 'away' }));
    const second = await send(gateway, { model: 'any', url }, { config });
    expect([second.status, asked(second)]).toEqual([200, 'config.targets[1]']);
    expect(openai.lastRequest.file?.bytes).toEqual(WAV);
    groq.respondWith(errorAnswer(500, { message: 'broken' }));
    const third = await send(gateway, { model: 'any', url }, { config });
    expect([third.status, asked(third), openai.requests.length]).toEqual([502, 'config.targets[0]', 1]);
  });

  it('get the address where all of them take it', async () => {
    const config = { strategy: { mode: 'fallback' }, targets: targetsOf('addresses', 'addresses') };
    groq.respondWith(errorAnswer(503, { message: 'away' }));
    const response = await send(gateway, { model: 'any', url: files.url('/speech.wav') }, { config });
    expect([response.status, asked(response), files.paths]).toEqual([200, 'config.targets[1]', []]);
  });
});

describe('a provider that takes addresses', () => {
  it.each(['transcriptions', 'translations'])('gets it, and nobody else reads it: %s', async (path) => {
    const url = 'https://audio.example/speech.mp3?signature=a%2Bb';
    const response = await send(cautious, { model: 'addresses', url }, { path });
    expect(response.status).toBe(200);
    expect(groq.lastRequest.value('url')).toBe(url);
    expect(groq.lastRequest.file).toBeUndefined();
    expect(groq.lastRequest.path).toBe(`/v1/audio/${path}`);
    expect(await rowOf(cautious, response)).toMatchObject({
      status: 'success',
      audio_seconds: null,
      audio_bytes: null,
    });
  });

  it('says what it costs, since nobody has measured it', async () => {
    const usage = { type: 'duration', seconds: 36 };
    groq.respondWith(answer(200, { text: SPOKEN, usage }));
    const priced = await send(cautious, { model: 'addresses', url: files.url('/speech.wav') });
    // 0.111 an hour
    expect(await rowOf(cautious, priced)).toMatchObject({ cost_usd: 0.00111, usage_source: 'provider' });
    groq.respondWith(answer(200, { text: SPOKEN }));
    const unknown = await send(cautious, { model: 'addresses', url: files.url('/speech.wav') });
    expect(unknown.headers.get('x-auricle-warning')).toContain('the duration of the audio is not known');
    expect(await rowOf(cautious, unknown)).toMatchObject({ cost_usd: null });
    expect(files.paths).toEqual([]);
  });

  it('gets it in its own spelling, with subtitles made from its times', async () => {
    const url = 'https://audio.example/speech.mp3';
    const response = await send(cautious, { model: 'deepgram', url, response_format: 'srt' });
    expect(await response.text()).toMatch(/^1\n00:00:0/);
    expect(JSON.parse(deepgram.lastRequest.rawBody.toString())).toEqual({ url });
  });

  it('comes first in a model, also where the gateway fetches', async () => {
    for (let times = 0; times < 3; times += 1) {
      expect((await send(gateway, { model: 'mixed', url: files.url('/speech.wav') })).status).toBe(200);
    }
    expect(groq.requests).toHaveLength(3);
    expect(files.paths).toEqual([]);
  });

  it('is followed by the others, with the file, when it fails', async () => {
    groq.respondWith(errorAnswer(500, { message: 'oh no' }));
    const response = await send(gateway, { model: 'mixed', url: files.url('/speech.wav') });
    expect(await response.json()).toMatchObject({ text: SPOKEN });
    expect(openai.lastRequest.file?.bytes.equals(WAV)).toBe(true);
    expect(await rowOf(gateway, response)).toMatchObject({
      provider: 'openai',
      audio_seconds: 3,
      attempts: [
        { provider: 'groq', outcome: 'unavailable' },
        { provider: 'openai', outcome: 'success' },
      ],
      plan: { candidates: [{ format: 'native' }, { format: 'native' }] },
    });
  });

  it('is followed by them also when it finds the recording at fault, and believed when they agree', async () => {
    const refused = (message: string) => errorAnswer(400, { message, code: 'invalid_audio' });
    groq.respondWith(refused('could not process file'));
    expect((await send(gateway, { model: 'mixed', url: files.url('/speech.wav') })).status).toBe(200);
    groq.respondWith(refused('could not process file'));
    openai.respondWith(refused('could not be decoded'));
    const response = await send(gateway, { model: 'mixed', url: files.url('/speech.wav') });
    await expectRefusal(response, 400, { code: 'invalid_audio' });
    expect(openai.requests).toHaveLength(2);
  });
});

describe('what a provider finds wrong with the recording', () => {
  const wrong = { message: 'Invalid file format.', param: 'file' };
  const mistrals = { ...wrong, param: 'file_url' };
  it.each([
    ['that it fetched, as file', 'addresses', () => groq, errorAnswer(400, wrong)],
    ['that it fetched, by its own name', 'addresses', () => groq, errorAnswer(400, mistrals)],
    ['that it fetched, without a name', 'deepgram', () => deepgram, errorAnswer(415, { message: 'no audio' })],
    ['that it fetched: it is too large', 'addresses', () => groq, errorAnswer(413, { message: 'x' })],
    ['that the gateway fetched', 'files', () => openai, errorAnswer(400, wrong)],
    ['that the gateway fetched: it is too large', 'files', () => openai, errorAnswer(413, { message: 'x' })],
  ] as const)('is told of the field that was sent, of one %s', async (_, model, upstream, scripted) => {
    const url = files.url('/speech.wav');
    upstream().respondWith(scripted);
    const asAddress = await send(gateway, { model, url });
    expect(await asAddress.json()).toMatchObject({ error: { param: 'url' } });
    upstream().respondWith(scripted);
    const asFile = await send(gateway, { model }, { file: new File([new Uint8Array(WAV)], 'speech.wav') });
    expect(await asFile.json()).toMatchObject({ error: { param: 'file' } });
  });

  it('is told so inside a stream, too', async () => {
    const failing = { type: 'error', error: wrong };
    openai.respondWith(eventStream([{ type: 'transcript.text.delta', delta: 'Hi' }, failing]));
    const response = await send(gateway, { model: 'streamed', url: files.url('/speech.wav'), stream: 'true' });
    expect(await response.text()).toContain('"param":"url"');
  });
});

describe('a provider that takes files only', () => {
  it('gets what the gateway has fetched, named and labelled by its bytes', async () => {
    files.serve('/talks/Rede%20eins.mp3?x=1', WAV);
    const response = await send(gateway, { model: 'files', url: files.url('/talks/Rede%20eins.mp3?x=1') });
    expect(await response.json()).toMatchObject({ text: SPOKEN });
    expect(openai.lastRequest.file).toMatchObject({ filename: 'Rede eins.wav', mediaType: 'audio/wav' });
    expect(openai.lastRequest.file?.bytes.equals(WAV)).toBe(true);
    expect(openai.lastRequest.keys).not.toContain('url');
    expect(files.paths).toHaveLength(1);
    expect(await rowOf(gateway, response)).toMatchObject({
      status: 'success',
      audio_seconds: 3,
      audio_bytes: WAV.length,
      // Nine seconds reported, three measured.
      cost_usd: 0.0009,
      measured_cost_usd: 0.0003,
    });
  });

  it('gets nothing unless the operator wants the gateway to fetch, and the refusal says how', async () => {
    const response = await send(cautious, { model: 'files', url: files.url('/speech.wav') });
    await expectRefusal(response, 400, {
      param: 'url',
      code: 'unsupported_value',
      message: expect.stringMatching(
        /takes files only.*FETCH_URLS=true\. Models that could: (?=.*addresses)(?=.*deepgram)/,
      ),
    });
    expect(files.paths).toEqual([]);
    // A deployment that takes addresses is enough.
    const mixed = await send(cautious, { model: 'mixed', url: files.url('/speech.wav') });
    expect(mixed.status).toBe(200);
    expect(await rowOf(cautious, mixed)).toMatchObject({
      plan: { left_out: [{ explanation: expect.stringContaining("'url': it takes files only") }] },
    });
  });

  it('is left out when the recording turns out too large for it', async () => {
    const response = await send(gateway, { model: 'small', url: files.url('/speech.wav') });
    await expectRefusal(response, 413, {
      param: 'url',
      code: 'file_too_large',
      message: expect.stringMatching(
        /^'url' cannot be served.* at most 1000 bytes and this one has 96044\. Models that could: (?=.*files)/,
      ),
    });
    expect(openai.requests).toEqual([]);
  });

  it('is left out likewise after one that took the address has failed, which is then what the client is told', async () => {
    groq.respondWith(errorAnswer(500, { message: 'oh no' }));
    const response = await send(gateway, { model: 'small-mixed', url: files.url('/speech.wav') });
    await expectRefusal(response, 502, { code: 'provider_unavailable' });
    expect(openai.requests).toEqual([]);
    expect(await rowOf(gateway, response)).toMatchObject({
      plan: { left_out: [{ explanation: expect.stringContaining('at most 1000 bytes') }] },
    });
  });
});

describe('a recording that cannot be had', () => {
  const unreachable = (reason: string) => ({
    param: 'url',
    code: 'url_unreachable',
    message: `The recording at 'url' could not be fetched: ${reason}`,
  });

  it('is not there', async () => {
    const response = await send(gateway, { model: 'files', url: files.url('/nowhere.wav') });
    await expectRefusal(response, 400, unreachable('its server answered 404'));
    expect(await rowOf(gateway, response)).toMatchObject({ status: 'refused', cost_usd: 0, attempts: [] });
  });

  it.each<[string, (large: Buffer) => Parameters<FileServer['serve']>[1]]>([
    ['with a length', (large) => large],
    [
      'in pieces',
      (large) => (response) => {
        response.write(large.subarray(0, 1000));
        response.end(large.subarray(1000));
      },
    ],
  ])('is too large, sent %s', async (_, how) => {
    files.serve('/large.wav', how(makeWav({ durationSeconds: 60, toneHz: 440 }).subarray(0, MEBIBYTE + 1)));
    const response = await send(gateway, { model: 'files', url: files.url('/large.wav') });
    await expectRefusal(response, 413, {
      param: 'url',
      code: 'file_too_large',
      message: expect.stringContaining('1 MiB'),
    });
  });

  it.each<[string, Buffer, string]>([
    ['a page', Buffer.from('<!doctype html><html></html>'), 'Invalid file format: the file is an HTML page'],
    ['nothing', Buffer.alloc(0), "The file at 'url' is empty"],
    ['no sound', makeWav({ durationSeconds: 0 }), 'The audio is empty'],
  ])('is %s', async (_, bytes, message) => {
    files.serve('/wrong.wav', bytes);
    const response = await send(gateway, { model: 'files', url: files.url('/wrong.wav') });
    await expectRefusal(response, 400, {
      param: 'url',
      code: 'invalid_audio',
      message: expect.stringContaining(message),
    });
    expect(openai.requests).toEqual([]);
  });

  it('does not come before the deadline', async () => {
    let closed: Promise<unknown> | undefined;
    files.serve('/slow.wav', (response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      response.write(WAV.subarray(0, 1000));
      clock.advance(700);
    });
    const response = await send(gateway, { model: 'files', url: files.url('/slow.wav') }, { timeoutMs: 700 });
    await expectRefusal(response, 504, { code: 'timeout' });
    await closed;
  });

  it.each([
    'http://127.0.0.1:1/speech.wav',
    'http://127.0.0.1/speech.wav',
    'http://localhost/speech.wav',
    'http://[::1]/speech.wav',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/speech.wav',
    'http://[::ffff:127.0.0.1]/speech.wav',
    'http://no-such-host.invalid/speech.wav',
  ])('is not fetched from %s', async (url) => {
    const response = await send(gateway, { model: 'files', url });
    await expectRefusal(response, 400, {
      param: 'url',
      code: 'invalid_value',
      message: url.includes(':1/')
        ? "Invalid 'url': only the ports 80 and 443 are fetched from"
        : "Invalid 'url': its host has no public address",
    });
  });

  it('is not fetched from where a redirect leads into the network', async () => {
    files.serve('/redirect.wav', (response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end());
    const response = await send(gateway, { model: 'files', url: files.url('/redirect.wav') });
    await expectRefusal(response, 400, { param: 'url', message: "Invalid 'url': its host has no public address" });
    files.serve('/moved.wav', (to) => to.writeHead(302, { location: '/speech.wav' }).end());
    expect((await send(gateway, { model: 'files', url: files.url('/moved.wav') })).status).toBe(200);
  });
});

describe('a request', () => {
  const file = new File([Uint8Array.from(WAV)], 'speech.wav');
  it.each<[string, Record<string, string>, File | undefined, object]>([
    [
      'with both',
      { url: 'https://audio.example/x.mp3' },
      file,
      { param: 'url', message: "Invalid 'url': it cannot be combined with 'file'" },
    ],
    [
      'with neither',
      {},
      undefined,
      { param: 'file', message: "Missing required field 'file': send a recording, or its address in 'url'" },
    ],
    ['with what is no address', { url: 'speech.mp3' }, undefined, { param: 'url' }],
    [
      'with a password',
      { url: 'https://me:secret@audio.example/' },
      undefined,
      { param: 'url', message: "Invalid 'url': it must not contain credentials" },
    ],
  ])('%s is refused', async (_, fields, upload, error) => {
    const response = await send(gateway, { model: 'addresses', ...fields }, { file: upload });
    await expectRefusal(response, 400, { type: 'invalid_request_error', ...error });
  });
});
