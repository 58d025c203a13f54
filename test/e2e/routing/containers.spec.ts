import { readFileSync } from 'node:fs';
import { DEEPGRAM_KEY, DeepgramSimulator } from '../../support/deepgram-simulator.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

let openai: OpenAiSimulator;
let deepgram: DeepgramSimulator;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  openai = await OpenAiSimulator.start();
  deepgram = await DeepgramSimulator.start();
  gateway = await startTestGateway({ SANDBOX: 'false', TRANSCODE: 'off' });
  ({ key } = await gateway.createKey());
  const whisper = { provider: 'openai', upstream_model: 'whisper-1', api_base: openai.url, api_key: SIMULATOR_KEY };
  const nova = { provider: 'deepgram', upstream_model: 'nova-3', api_base: deepgram.url, api_key: DEEPGRAM_KEY };
  await create('whisper', [whisper]);
  await create('nova', [nova]);
  await create('mixed', [
    { ...whisper, weight: 1000 },
    { ...nova, weight: 1 },
  ]);
  await create('narrow', [{ ...nova, routing: { containers: ['flac', 'wav'] } }]);
  const own = {
    provider: 'openai-compatible',
    upstream_model: 'whisper-1',
    api_base: openai.url,
    api_key: SIMULATOR_KEY,
  };
  await create('own', [{ ...own, settings: { containers: ['mp3'] } }]);
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([openai.close(), deepgram.close()]);
});
beforeEach(() => {
  openai.requests.length = 0;
  deepgram.requests.length = 0;
});

async function create(name: string, deployments: object[]): Promise<void> {
  const { status, body } = await gateway.admin('POST', 'models', { name, deployments });
  if (status !== 201) throw new Error(JSON.stringify(body));
}

async function send(model: string, bytes: Buffer, name: string): Promise<Response> {
  const form = new FormData();
  form.append('model', model);
  form.append('file', new File([Uint8Array.from(bytes)], name));
  const headers = { authorization: `Bearer ${key}` };
  return await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
}

it.each([
  ['voice.3gp', 'memo.m4a', 'memo.m4a', 'audio/mp4'],
  ['voice.3gp', 'memo.3gp', 'memo.mp4', 'audio/mp4'],
  ['voice.mov', 'memo.m4a', 'memo.m4a', 'audio/mp4'],
  ['voice.mov', 'memo.mov', 'memo.mp4', 'audio/mp4'],
  ['voice.mkv', 'memo.webm', 'memo.webm', 'audio/webm'],
  ['voice.mkv', 'memo.mkv', 'memo.webm', 'audio/webm'],
  ['opus.ogg', 'memo.opus', 'memo.ogg', 'audio/ogg'],
  ['voice.m4a', 'memo', 'memo.m4a', 'audio/mp4'],
])('%s that is called %s goes to OpenAI as %s', async (file, name, filename, mediaType) => {
  expect((await send('whisper', fixture(file), name)).status).toBe(200);
  expect(openai.lastRequest.file).toMatchObject({ filename, mediaType });
  expect(openai.lastRequest.file?.bytes.equals(fixture(file))).toBe(true);
});

it.each([
  [
    'voice.aac',
    /it takes flac, m4a, [a-z0-9, ]+, webm, and this file is aac\. Providers that take such files: (?=.*gemini)/,
  ],
  ['voice.caf', /and this file is caf\. Models that could: /],
])('a file that no deployment takes is refused with those that do: %s', async (name, message) => {
  const response = await send('whisper', fixture(name), name);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: {
      type: 'invalid_request_error',
      code: 'unsupported_container',
      param: 'file',
      message: expect.stringMatching(message),
    },
  });
  expect(openai.requests).toEqual([]);
  expect(await gateway.row(response)).toMatchObject({ status: 'refused' });
});

it('names the models that could', async () => {
  const { error } = (await (await send('whisper', fixture('voice.caf'), 'x.caf')).json()) as {
    error: { message: string };
  };
  expect(error.message).toMatch(/Models that could: (?=.*\bnova\b)(?=.*\bmixed\b)(?!.*\bnarrow\b)(?!.*\bown\b)/);
});

it('goes to the deployment that takes it, however rarely that one is asked', async () => {
  const response = await send('mixed', fixture('voice.aac'), 'voice.aac');
  expect(response.status).toBe(200);
  expect(response.headers.get('x-auricle-provider')).toBe('deepgram');
  expect(openai.requests).toEqual([]);
});

it('goes to the next where a provider refuses what it was thought to take', async () => {
  openai.respondWith(errorAnswer(400, { message: "Invalid file format. Supported formats: ['flac']", param: 'file' }));
  const response = await send('mixed', fixture('voice.3gp'), 'memo.3gp');
  expect(response.headers.get('x-auricle-provider')).toBe('deepgram');
  expect(openai.requests).toHaveLength(1);
});

it('is a setting of a deployment, and of a server', async () => {
  expect((await send('narrow', fixture('cbr.mp3'), 'x.mp3')).status).toBe(400);
  expect((await send('narrow', fixture('voice.flac'), 'x.flac')).status).toBe(200);
  expect((await send('own', fixture('voice.flac'), 'x.flac')).status).toBe(400);
  expect((await send('own', fixture('cbr.mp3'), 'x.mp3')).status).toBe(200);
  const { status, body } = await gateway.admin('POST', 'models', {
    name: 'wrong',
    deployments: [{ provider: 'sandbox', upstream_model: 'x', routing: { containers: ['mp5'] } }],
  });
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('containers')]);
});

it('is shown with the other capabilities', async () => {
  const { body } = await gateway.admin('GET', 'providers');
  const found = JSON.stringify(body);
  expect(found).toContain('"containers":["flac","m4a"');
  expect(found).toContain('"containers":null');
});
