import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { AudioChatSimulator, openAiChat } from '../../support/audio-chat-simulator.js';
import { makeWav } from '../../support/audio.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { ofUnknownCodec } from '../../support/lying-audio.js';
import { answer, errorAnswer, eventStream, hang } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { audioFile, Bench, form } from '../bad-input/bench.js';
import { asked, heard, RECORDING } from '../chat/chat-bench.js';

let bench: Bench;
let database: Client;
beforeAll(async () => {
  // Bodies of chats are held in memory.
  bench = await Bench.start({ UPLOAD_MEMORY_MB: '16' });
  database = new Client({ connectionString: bench.gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await bench.close();
});
beforeEach(() => bench.renew());

/** Two seconds and a half. */
const AUDIO = makeWav({ durationSeconds: 2.5, toneHz: 440 });

interface Token {
  readonly id: string;
  readonly token: string;
}

async function tokenOf(maxAudioSeconds: number | null): Promise<Token> {
  const response = await fetch(`${bench.gateway.url}/v1/client_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.key.key}` },
    body: JSON.stringify({ max_audio_seconds: maxAudioSeconds }),
  });
  const body: unknown = await response.json();
  return z.object({ id: z.string(), token: z.string() }).parse(body);
}

const send = (
  { token }: Token,
  fields: Record<string, string> = {},
  { url = bench.gateway.url, headers = {}, signal }: { url?: string; headers?: object; signal?: AbortSignal } = {},
) =>
  fetch(`${url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: form({ model: 'whisper', file: audioFile(AUDIO), ...fields }),
    signal,
  });

/** What the database has counted, in seconds. */
async function usedBy({ id }: Token): Promise<number> {
  const { rows } = await database.query<{ used: number }>(
    'SELECT used_audio_ms / 1000.0::float8 AS used FROM client_token WHERE id = $1',
    [id],
  );
  return rows[0]?.used ?? NaN;
}

async function expectUsedUp(response: Response): Promise<void> {
  expect({
    status: response.status,
    shouldRetry: response.headers.get('x-should-retry'),
    body: await response.json(),
  }).toEqual({
    status: 429,
    shouldRetry: 'false',
    body: {
      error: {
        message: expect.stringContaining('2.5 s that this request takes'),
        type: 'insufficient_quota',
        param: null,
        code: 'insufficient_quota',
      },
    },
  });
}

it('serves up to the limit, to the last millisecond, and not beyond', async () => {
  const token = await tokenOf(5);
  for (const used of [2.5, 5]) {
    expect((await send(token)).status).toBe(200);
    expect(await usedBy(token)).toBe(used);
  }
  const before = bench.simulator.requests.length;
  const refused = await send(token);
  await expectUsedUp(refused);
  expect(bench.simulator.requests).toHaveLength(before);
  expect(await bench.gateway.row(refused)).toMatchObject({
    key_id: bench.key.id,
    http_status: 429,
    error_code: 'insufficient_quota',
    audio_seconds: 2.5,
    attempts: [],
  });
});

it('serves a shorter recording where a longer one is too much', async () => {
  const token = await tokenOf(3);
  expect((await send(token)).status).toBe(200);
  await expectUsedUp(await send(token));
  const short = audioFile(makeWav({ durationSeconds: 0.5, toneHz: 440 }));
  const answered = await bench.send(form({ model: 'whisper', file: short }), { key: token.token });
  expect([answered.status, await usedBy(token)]).toEqual([200, 3]);
});

it('holds exactly when many ask two gateways at once', async () => {
  // The other has a sandbox; providers' secrets are the first one's own.
  const other = await startTestGateway({ DATABASE_URL: bench.gateway.databaseUrl });
  try {
    const token = await tokenOf(25);
    const ask = (gateway: TestGateway, model: string) => send(token, { model }, { url: gateway.url });
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => [ask(bench.gateway, 'whisper'), ask(other, 'sandbox')]).flat(),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((it) => it === 200)).toHaveLength(10);
    expect(statuses.filter((it) => it === 429)).toHaveLength(20);
    expect(await usedBy(token)).toBe(25);
    await Promise.all(answers.map((it) => it.arrayBuffer()));
  } finally {
    await other.close();
  }
});

it('counts while a request is under way, so that no second one slips past', async () => {
  const token = await tokenOf(3);
  let finish: (() => void) | undefined;
  bench.simulator.respondWith({
    run: (response, request) => {
      finish = () => void answer(200, { text: 'at last' }).run(response, request);
    },
  });
  const first = send(token);
  await until(() => finish !== undefined);
  await expectUsedUp(await send(token));
  finish?.();
  expect((await first).status).toBe(200);
  expect(await usedBy(token)).toBe(2.5);
});

it.each([
  ['the provider refuses', () => bench.simulator.respondWith(errorAnswer(400, { message: 'No.' })), {}, 400],
  ['the provider is down', () => bench.simulator.respondWith(errorAnswer(503, { message: 'Later.' })), {}, 502],
  ['the provider is limited', () => bench.simulator.respondWith(errorAnswer(429, { message: 'Wait.' })), {}, 429],
  ['nobody can serve it', () => undefined, { response_format: 'diarized_json' }, 400],
  ['the model is not there', () => undefined, { model: 'no-such' }, 404],
])('gives back what nobody bills: %s', async (_, script, fields: Record<string, string>, status) => {
  const token = await tokenOf(3);
  script();
  expect((await send(token, fields)).status).toBe(status);
  expect(await usedBy(token)).toBe(0);
  expect((await send(token)).status).toBe(200);
});

it('keeps what a provider may bill: a client that leaves gets nothing for free', async () => {
  const token = await tokenOf(3);
  bench.simulator.respondWith(hang());
  const client = new AbortController();
  const called = bench.simulator.nextRequest();
  const gone = send(token, {}, { signal: client.signal }).catch(() => 'gone');
  await bench.bodyArrived(await called);
  client.abort();
  expect(await gone).toBe('gone');
  expect(await bench.row()).toMatchObject({ status: 'cancelled' });
  expect(await usedBy(token)).toBe(2.5);
  await expectUsedUp(await send(token));
});

it('keeps it also when the deadline that a client has set passes', async () => {
  const token = await tokenOf(3);
  bench.simulator.respondWith(bench.clock.silence(1001));
  expect((await send(token, {}, { headers: { 'x-auricle-timeout-ms': '1000' } })).status).toBe(504);
  expect(await usedBy(token)).toBe(2.5);
});

it('keeps it for a stream that was begun', async () => {
  const token = await tokenOf(3);
  bench.simulator.respondWith(eventStream([{ type: 'transcript.text.delta', delta: 'The beach' }]));
  const answered = await send(token, { model: 'gpt4o', stream: 'true' });
  expect(await answered.text()).toContain('The beach');
  expect(await usedBy(token)).toBe(2.5);
});

it('is not lifted by a recording whose length nobody knows', async () => {
  const token = await tokenOf(3);
  const unknown = audioFile(ofUnknownCodec(await readFile('test/fixtures/audio/opus.ogg')), 'speech.ogg');
  const calls = bench.simulator.requests.length;
  const refused = await bench.send(form({ model: 'whisper', file: unknown }), { key: token.token });
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { param: 'file', code: 'unknown_audio_length' } },
  ]);
  const byAddress = await bench.send(form({ model: 'whisper', url: 'https://a.example/speech.wav' }), {
    key: token.token,
  });
  expect([byAddress.status, await byAddress.json()]).toMatchObject([400, { error: { param: 'url' } }]);
  expect(bench.simulator.requests).toHaveLength(calls);
  expect(await usedBy(token)).toBe(0);
  // Without a limit its length does not matter.
  const free = await tokenOf(null);
  expect((await bench.send(form({ model: 'whisper', file: unknown }), { key: free.token })).status).toBe(200);
});

describe('a chat', () => {
  let chats: AudioChatSimulator;
  beforeAll(async () => {
    chats = await AudioChatSimulator.start(openAiChat);
    const deployment = { upstream_model: 'gpt-audio', api_key: SIMULATOR_KEY };
    await bench.gateway.createModel('gpt-audio', `${chats.origin}/v1`, deployment);
  });
  afterAll(() => chats.close());

  const chat = ({ token }: Token, messages: readonly object[], fields: object = {}) =>
    fetch(`${bench.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ model: 'gpt-audio', messages, ...fields }),
    });

  it('counts all its recordings together, and is refused beyond the limit', async () => {
    const token = await tokenOf(7);
    const answered = await chat(token, [asked, heard(), heard()]);
    expect([answered.status, await usedBy(token)]).toEqual([200, 4]);
    const streamed = await chat(token, [heard()], { stream: true });
    expect([streamed.status, await streamed.text(), await usedBy(token)]).toEqual([
      200,
      expect.stringContaining('[DONE]'),
      6,
    ]);
    const calls = chats.requests.length;
    const refused = await chat(token, [heard()]);
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { error: { message: expect.stringContaining('2 s that this request takes'), code: 'insufficient_quota' } },
    ]);
    expect(await bench.gateway.row(refused)).toMatchObject({ task: 'chat', http_status: 429, audio_seconds: 2 });
    expect(chats.requests).toHaveLength(calls);
  });

  it('takes a second at least, and gives back what nobody bills', async () => {
    const token = await tokenOf(1);
    chats.respondWith(errorAnswer(400, { message: 'No.' }));
    const short = heard(makeWav({ durationSeconds: 0.05, toneHz: 440 }).toString('base64'));
    expect([(await chat(token, [short])).status, await usedBy(token)]).toEqual([400, 0]);
    expect([(await chat(token, [short])).status, await usedBy(token)]).toEqual([200, 1]);
    expect((await chat(token, [short])).status).toBe(429);
  });

  it.each<[string, readonly object[], number, string, string]>([
    ['nothing in it is heard', [asked], 403, 'messages', 'client_token_not_allowed'],
    [
      'the length is unknown',
      [heard(Buffer.alloc(3000, 7).toString('base64'), 'pcm16')],
      400,
      'messages[0].content[1].input_audio.data',
      'unknown_audio_length',
    ],
    [
      'there is sound that nobody measures',
      [heard(), { role: 'user', content: [{ type: 'video_url', video_url: { url: 'https://a.example/b.mp4' } }] }],
      400,
      'messages[1].content[0]',
      'unknown_audio_length',
    ],
    [
      'a part stands alone where a list of them belongs',
      [heard(), { role: 'user', content: { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } } }],
      400,
      'messages[1].content',
      'unknown_audio_length',
    ],
    [
      'one of its parts has two types',
      [{ role: 'user', content: 'PARTS' }],
      400,
      'messages[0].content[0].type',
      'invalid_value',
    ],
  ])('is refused where %s', async (_, messages, status, param, code) => {
    const token = await tokenOf(60);
    const calls = chats.requests.length;
    const twice = `[{"type":"input_audio","type":"text","text":"?","input_audio":{"data":"${RECORDING.toString('base64')}"}}]`;
    const refused = await fetch(`${bench.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.token}` },
      body: JSON.stringify({ model: 'gpt-audio', messages }).replace('"PARTS"', twice),
    });
    expect([refused.status, await refused.json()]).toMatchObject([status, { error: { param, code } }]);
    expect(chats.requests).toHaveLength(calls);
    expect(await usedBy(token)).toBe(0);
  });
});
