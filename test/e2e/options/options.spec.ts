import { OpenAI, toFile } from 'openai';
import { makeWav } from '../../support/audio.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer, errorAnswer } from '../../support/simulator-answers.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';
import { selfHostedProfile } from '../../support/simulator-profiles.js';

const WAV = makeWav({ durationSeconds: 6, toneHz: 440 });

let openai: OpenAiSimulator;
let selfHosted: OpenAiSimulator;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  openai = await OpenAiSimulator.start();
  selfHosted = await OpenAiSimulator.start(selfHostedProfile);
  gateway = await startTestGateway({ SANDBOX: 'false' });
  ({ key } = await gateway.createKey());
  const whisper = { provider: 'openai', upstream_model: 'whisper-1', api_base: openai.url, api_key: SIMULATOR_KEY };
  const gpt4o = { ...whisper, upstream_model: 'gpt-4o-transcribe' };
  const own = { provider: 'openai-compatible', upstream_model: 'own', api_base: selfHosted.url };
  const limited = (settings: object) => ({ ...own, settings });
  await create('whisper', [whisper]);
  await create('gpt4o', [gpt4o]);
  await create('own', [own]);
  await create('lenient', [whisper], { drop_params: true });
  await create('mixed', [
    { ...whisper, weight: 1000 },
    { ...own, weight: 1 },
  ]);
  await create('few-bytes', [limited({ max_bytes: 1000 })]);
  await create('few-seconds', [limited({ max_duration_seconds: 2.5 })]);
  await create('room', [
    { ...limited({ max_bytes: 1000, max_duration_seconds: 2 }), weight: 1000 },
    { ...whisper, weight: 1 },
  ]);
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([openai.close(), selfHosted.close()]);
});
beforeEach(() => {
  openai.requests.length = 0;
  selfHosted.requests.length = 0;
});

async function create(name: string, deployments: object[], routing: object = {}): Promise<void> {
  const { status, body } = await gateway.admin('POST', 'models', { name, deployments, routing });
  if (status !== 201) throw new Error(JSON.stringify(body));
}

async function send(
  fields: Record<string, string>,
  { file = WAV, to = gateway, as = key }: { file?: Buffer; to?: TestGateway; as?: string } = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new File([Uint8Array.from(file)], 'speech.wav'));
  return await fetch(`${to.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}` },
    body: form,
  });
}

const rowOf = (response: Pick<Response, 'headers'>) => gateway.row(response);

describe('a field that nobody here knows', () => {
  it.each([
    ['smart_format', / Providers that know it: cloudflare, deepgram\. Models that could: (?=.*\bown\b)/],
    ['vad_filter', / Providers that know it: (?=.*\bcloudflare\b)[^.]*\. Models that could: /],
    ['xyzzy', /it does not know this field\. Models that could: (?=.*\bown\b)/],
  ])('is refused with the providers that know it: %s', async (name, message) => {
    const response = await send({ model: 'whisper', [name]: 'true' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { param: name, code: 'unknown_parameter', message: expect.stringMatching(message) },
    });
    expect(openai.requests).toEqual([]);
  });

  it("of OpenAI's own is refused with the models that know it", async () => {
    const response = await send({ model: 'whisper', 'keywords[]': 'Auricle', drop_params: 'false' });
    expect(await response.json()).toMatchObject({ error: { param: 'keywords', code: 'unsupported_value' } });
  });
});

describe('drop_params', () => {
  const WARNING = 'not applied, because openai/whisper-1 does not know it: keywords, smart_format';
  const fields = { 'keywords[]': 'Auricle', smart_format: 'true', prompt: 'Hello.' };

  it('leaves out what the deployment does not know, and says so', async () => {
    const response = await send({ model: 'whisper', drop_params: 'true', ...fields });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-auricle-warning')).toBe(WARNING);
    expect(openai.lastRequest.value('prompt')).toBe('Hello.');
    expect(openai.lastRequest.keys).not.toEqual(expect.arrayContaining(['drop_params']));
    expect(await rowOf(response)).toMatchObject({ status: 'success', warnings: [WARNING] });
  });

  it('is a setting of the model, which the client can overrule', async () => {
    expect((await send({ model: 'lenient', ...fields })).headers.get('x-auricle-warning')).toBe(WARNING);
    expect((await send({ model: 'lenient', drop_params: 'false', ...fields })).status).toBe(400);
    await gateway.admin('PATCH', 'models/lenient', { routing: { drop_params: false } });
    expect((await send({ model: 'lenient', ...fields })).status).toBe(400);
  });

  it('is a setting of the gateway', async () => {
    const lenient = await startTestGateway({
      DROP_PARAMS: 'true',
      OPENAI_API_KEY: SIMULATOR_KEY,
      OPENAI_BASE_URL: openai.url,
    });
    try {
      const { key: as } = await lenient.createKey();
      const response = await send({ model: 'whisper-1', ...fields }, { to: lenient, as });
      expect(response.headers.get('x-auricle-warning')).toBe(WARNING);
      expect((await send({ model: 'whisper-1', drop_params: 'false', ...fields }, { to: lenient, as })).status).toBe(
        400,
      );
    } finally {
      await lenient.close();
    }
  });

  it('warns on streams, too', async () => {
    const response = await send({ model: 'gpt4o', drop_params: 'true', smart_format: 'true', stream: 'true' });
    expect(response.headers.get('x-auricle-warning')).toBe(
      'not applied, because openai/gpt-4o-transcribe does not know it: smart_format',
    );
    expect(await response.text()).toContain('transcript.text.done');
  });

  it('works with the official client, and gives segments where words cannot be had', async () => {
    const client = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    await create('segments-only', [
      {
        provider: 'openai-compatible',
        upstream_model: 'own',
        api_base: selfHosted.url,
        settings: { granularities: ['segment'] },
      },
    ]);
    const ours = { drop_params: true };
    const { data, response } = await client.audio.transcriptions
      .create({
        file: await toFile(WAV, 'speech.wav'),
        model: 'segments-only',
        response_format: 'verbose_json',
        timestamp_granularities: ['word'],
        ...ours,
      })
      .withResponse();
    expect(data.segments).toHaveLength(2);
    expect(data.words).toBeUndefined();
    expect(response.headers.get('x-auricle-warning')).toContain('timestamp_granularities');
  });

  it('prefers deployments that honour everything, whatever the weights', async () => {
    const response = await send({ model: 'mixed', drop_params: 'true', smart_format: 'true' });
    expect(response.headers.get('x-auricle-provider')).toBe('openai-compatible');
    expect(response.headers.get('x-auricle-warning') ?? '').not.toContain('not applied');
    expect(selfHosted.lastRequest.value('smart_format')).toBe('true');
    // The other one is what is left when that fails.
    selfHosted.respondWith(errorAnswer(500, { message: 'x' }));
    const second = await send({ model: 'mixed', drop_params: 'true', smart_format: 'true' });
    expect(second.headers.get('x-auricle-provider')).toBe('openai');
    expect(second.headers.get('x-auricle-warning')).toContain('smart_format');
  });

  it('does not drop the format', async () => {
    const response = await send({ model: 'gpt4o', drop_params: 'true', response_format: 'srt' });
    expect(await response.json()).toMatchObject({ error: { param: 'response_format' } });
  });
});

describe('audio in which there is nothing to hear', () => {
  it.each<[string, Buffer, string]>([
    ['nothing at all', Buffer.alloc(0), 'The uploaded file is empty'],
    ['a header only', makeWav({ durationSeconds: 0 }), 'The audio is empty: the file has a header and no sound'],
    ['no audio', Buffer.from('Dear Sir or Madam'), 'Invalid file format: the file is text'],
  ])('is refused before anybody is paid: %s', async (_, file, message) => {
    const response = await send({ model: 'whisper' }, { file });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { param: 'file', code: 'invalid_audio', message: expect.stringContaining(message) },
    });
    expect(openai.requests).toEqual([]);
    expect(await rowOf(response)).toMatchObject({ status: 'refused', cost_usd: 0, attempts: [] });
  });
});

describe('digital silence', () => {
  it('reaches the provider, and its empty answer the client', async () => {
    openai.respondWith(answer(200, { text: '', usage: { type: 'duration', seconds: 20 } }));
    const response = await send({ model: 'whisper' }, { file: makeWav({ durationSeconds: 20 }) });
    expect([response.status, await response.json()]).toMatchObject([200, { text: '' }]);
    expect(await rowOf(response)).toMatchObject({
      status: 'success',
      cost_usd: 0.002,
      audio_seconds: 20,
      transcript: '',
    });
  });
});

describe("a model's limits", () => {
  it.each([
    ['few-bytes', 413, 'file_too_large', 'it takes files of at most 1000 bytes and this one has 192044'],
    ['few-seconds', 413, 'file_too_large', 'it takes at most 2.5 seconds of audio and this file has 6.0'],
  ])('are named with the models that could: %s', async (model, status, code, reason) => {
    const response = await send({ model });
    expect(response.status).toBe(status);
    const { error } = Object(await response.json());
    expect(error).toMatchObject({ param: 'file', code, type: 'invalid_request_error' });
    expect(error.message).toContain(`cannot be served by model '${model}': ${reason}. Models that could: `);
    expect(error.message).toMatch(/\bwhisper\b/);
    expect(error.message).not.toMatch(/Models that could:.*few-/);
    expect(selfHosted.requests).toEqual([]);
  });

  it('leave the others of the same model', async () => {
    const response = await send({ model: 'room' });
    expect(response.headers.get('x-auricle-provider')).toBe('openai');
    expect(await rowOf(response)).toMatchObject({
      plan: { left_out: [{ explanation: expect.stringContaining('1000 bytes') }] },
    });
  });
});

describe('the two figures of a cost', () => {
  it.each([
    ['far apart', 9, 0.0009, 0.0006],
    ['close', 6.2, 0.00062, null],
  ])('are kept when they are apart: %s', async (_, seconds, cost_usd, measured_cost_usd) => {
    openai.respondWith(answer(200, { text: SPOKEN, usage: { type: 'duration', seconds } }));
    const response = await send({ model: 'whisper' });
    expect(await rowOf(response)).toMatchObject({
      cost_usd,
      measured_cost_usd,
      usage_source: 'provider',
      cost_steps: null,
    });
  });

  it('are one where the provider reports none', async () => {
    openai.respondWith(answer(200, { text: SPOKEN }));
    expect(await rowOf(await send({ model: 'whisper' }))).toMatchObject({
      cost_usd: 0.0006,
      measured_cost_usd: null,
      usage_source: 'measured',
    });
  });
});

describe('the usage of a stream', () => {
  it.each([
    ['whisper', { type: 'duration', seconds: 9 }],
    ['gpt4o', { type: 'tokens', input_tokens: 14 }],
  ])('is in its last event: %s', async (model, usage) => {
    const events = (await (await send({ model, stream: 'true' })).text()).trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(JSON.parse(events.at(-2)?.slice('data: '.length) ?? '')).toMatchObject({
      type: 'transcript.text.done',
      usage,
    });
  });
});
