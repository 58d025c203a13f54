import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import OpenAI, { toFile } from 'openai';
import { z } from 'zod';
import { AudioChatSimulator, openAiChat } from '../../support/audio-chat-simulator.js';
import { makeWav } from '../../support/audio.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer, hang } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { object } from '../admin/openapi-document.js';
import { audioFile, Bench, form } from '../bad-input/bench.js';
import { heard } from '../chat/chat-bench.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Two seconds and a half. */
const AUDIO = makeWav({ durationSeconds: 2.5, toneHz: 440 });

let bench: Bench;
let chats: AudioChatSimulator;
beforeAll(async () => {
  bench = await Bench.start({ UPLOAD_MEMORY_MB: '64' });
  chats = await AudioChatSimulator.start(openAiChat);
  await bench.gateway.createModel('gpt-audio', `${chats.origin}/v1`, {
    upstream_model: 'gpt-audio',
    api_key: SIMULATOR_KEY,
  });
  await bench.gateway.createModel('tts', bench.simulator.url, { upstream_model: 'tts-1', api_key: SIMULATOR_KEY });
});
afterAll(async () => {
  await bench.close();
  await chats.close();
});
beforeEach(() => {
  passUntilNext(MINUTE_MS);
});
afterEach(() => bench.gateway.admin('PATCH', 'gateway', { limits: null }));

/** Time passes until the next minute or day has begun. */
function passUntilNext(lengthMs: number): void {
  bench.clock.advance(lengthMs - (bench.clock.epochMs() % lengthMs));
}

const newKey = (limits: object, fields: object = {}) => bench.gateway.createKey({ limits, ...fields });

const send = (key: string, fields: Record<string, string> = {}, file = AUDIO, signal?: AbortSignal) =>
  fetch(bench.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form({ model: 'whisper', file: audioFile(file), ...fields }),
    signal,
  });

/** Its status, and what the answer says of limits. */
async function seen(asked: Promise<Response>): Promise<Record<string, unknown>> {
  const response = await asked;
  const told = [...response.headers].filter(([name]) => /^(x-ratelimit|retry-after|x-should)/.test(name));
  const text = await response.text();
  const error = response.ok ? {} : { error: object(object(JSON.parse(text))['error']) };
  return { status: response.status, ...Object.fromEntries(told), ...error };
}

describe('requests', () => {
  it('are counted in a minute, and told of in the headers of every answer', async () => {
    const { id, key } = await newKey({ requests_per_minute: 2 });
    bench.clock.advance(500);
    expect(await seen(send(key))).toEqual({
      status: 200,
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': '59.5s',
    });
    expect(await seen(send(key, { model: 'gpt4o', stream: 'true' }))).toMatchObject({
      status: 200,
      'x-ratelimit-remaining-requests': '0',
    });
    bench.clock.advance(MINUTE_MS - 501);
    const refused = await send(key);
    expect(await seen(Promise.resolve(refused.clone()))).toEqual({
      status: 429,
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1ms',
      'retry-after': '1',
      'retry-after-ms': '1',
      error: {
        message: 'This API key is limited to 2 requests a minute, of which none is left. Try again in 1ms.',
        type: 'rate_limit_exceeded',
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
    expect(await bench.gateway.row(refused)).toMatchObject({
      status: 'refused',
      http_status: 429,
      error_code: 'rate_limit_exceeded',
      attempts: [],
      key_id: id,
    });
    bench.clock.advance(1);
    expect(await seen(send(key))).toMatchObject({ status: 200 });
  });

  it('of a day begin anew at midnight (UTC), and nobody is to wait for that', async () => {
    passUntilNext(DAY_MS);
    bench.clock.advance(DAY_MS - 2 * MINUTE_MS);
    const { key } = await newKey({ requests_per_day: 1, requests_per_minute: 9 });
    expect(await seen(send(key))).toMatchObject({ 'x-ratelimit-limit-requests': '1' });
    bench.clock.advance(2 * MINUTE_MS - 1);
    expect(await seen(send(key))).toMatchObject({ status: 429, 'x-should-retry': 'false', 'retry-after': '1' });
    bench.clock.advance(1);
    expect(await seen(send(key))).toMatchObject({ status: 200, 'x-ratelimit-remaining-requests': '0' });
  });

  it('of all keys of a team count together, and all of them in the gateway; who is refused by one counts in none', async () => {
    await bench.gateway.admin('POST', 'teams', { name: 'narrow', limits: { requests_per_minute: 2 } });
    const [one, two] = [
      await newKey({ requests_per_minute: 5 }, { team: 'narrow' }),
      await newKey({ requests_per_minute: 5 }, { team: 'narrow' }),
    ];
    await bench.gateway.admin('PATCH', 'gateway', { limits: { requests_per_minute: 3 } });
    expect(await seen(send(one.key))).toMatchObject({ status: 200, 'x-ratelimit-limit-requests': '2' });
    expect(await seen(send(two.key))).toMatchObject({ status: 200 });
    expect(await seen(send(two.key))).toMatchObject({
      status: 429,
      error: { message: expect.stringMatching(/^The team of this API key is limited to 2 requests a minute, /) },
    });
    expect(await seen(send(MASTER_KEY))).toMatchObject({ status: 200, 'x-ratelimit-remaining-requests': '0' });
    expect(await seen(send(MASTER_KEY))).toMatchObject({
      status: 429,
      error: { message: expect.stringMatching(/^This gateway is limited to 3 requests a minute, /) },
    });
    const me = await fetch(`${bench.gateway.url}/v1/me`, { headers: { authorization: `Bearer ${two.key}` } });
    expect(object(await me.json())['limits']).toEqual([
      { scope: 'key', limit: 'requests_per_minute', most: 5, left: 4, resets_at: expect.stringMatching(/:00\.000Z$/) },
      { scope: 'team', limit: 'requests_per_minute', most: 2, left: 0, resets_at: expect.any(String) },
      { scope: 'gateway', limit: 'requests_per_minute', most: 3, left: 0, resets_at: expect.any(String) },
    ]);
  });

  it('are counted whatever is asked, and not of lists of models', async () => {
    const { key } = await newKey({ requests_per_minute: 2 });
    const post = (path: string, body: object) =>
      fetch(`${bench.gateway.url}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const models = await fetch(`${bench.gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(models.headers.get('x-ratelimit-limit-requests')).toBeNull();
    const speech = { model: 'tts', input: 'Hello.', voice: 'alloy' };
    const spoken = await post('audio/speech', speech);
    await spoken.arrayBuffer();
    expect([spoken.status, spoken.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '1']);
    expect(await seen(post('chat/completions', { model: 'gpt-audio', messages: [heard()] }))).toMatchObject({
      status: 200,
      'x-ratelimit-remaining-requests': '0',
    });
    expect((await seen(post('audio/speech', speech)))['status']).toBe(429);
    expect((await seen(post('chat/completions', { model: 'gpt-audio', messages: [heard()] })))['status']).toBe(429);
  });

  it('that are too many cost no upload', async () => {
    const { key } = await newKey({ requests_per_minute: 1 });
    await seen(send(key));
    // Nothing of the body is ever sent.
    const asked = request(bench.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': 1e6,
      },
    });
    asked.on('error', () => undefined).flushHeaders();
    const [answer] = z.tuple([z.instanceof(IncomingMessage)]).parse(await once(asked, 'response'));
    expect(answer.statusCode).toBe(429);
    asked.destroy();
  });

  it('at the same time are as many as may be, and free their places however they end', async () => {
    const { key } = await newKey({ concurrent_requests: 1 });
    bench.simulator.respondWith(hang());
    const gone = new AbortController();
    const arrived = bench.simulator.nextRequest();
    const running = send(key, {}, AUDIO, gone.signal).catch(() => 'gone');
    await arrived;
    expect(await seen(send(key))).toEqual({
      status: 429,
      'retry-after': '1',
      'retry-after-ms': '1000',
      error: expect.objectContaining({
        code: 'rate_limit_exceeded',
        message: 'This API key is limited to 1 requests at the same time, of which none is left. Try again in 1s.',
      }),
    });
    gone.abort();
    expect(await running).toBe('gone');
    bench.simulator.respondWith(errorAnswer(400, { message: 'no' }));
    await until(async () => (await seen(send(key)))['status'] !== 429);
    expect(await seen(send(key))).toMatchObject({ status: 200 });
  });
});

describe('audio', () => {
  it('is counted before a provider is called, and given back where none was', async () => {
    const { key } = await newKey({ audio_seconds_per_minute: 6 });
    expect(await seen(send(key))).toEqual({
      status: 200,
      'x-ratelimit-limit-audio-seconds': '6',
      'x-ratelimit-remaining-audio-seconds': '3.5',
      'x-ratelimit-reset-audio-seconds': '1m0s',
    });
    // There is no deployment that takes it, so that nobody is asked.
    expect(await seen(send(key, { model: 'gpt-audio' }))).toMatchObject({ status: 400 });
    bench.simulator.respondWith(errorAnswer(401, { message: 'no' }));
    expect((await seen(send(key)))['status']).not.toBe(429);
    const fits = await seen(send(key));
    expect(fits).toMatchObject({ status: 200, 'x-ratelimit-remaining-audio-seconds': '1' });
    expect(await seen(send(key))).toMatchObject({
      status: 429,
      'x-ratelimit-remaining-audio-seconds': '1',
      error: {
        message:
          'This API key is limited to 6 s of audio a minute, of which 1 s are left; this request has 2.5 s. Try again in 1m0s.',
      },
    });
  });

  it('of an hour or a day is not waited for', async () => {
    const { key } = await newKey({ audio_seconds_per_hour: 3, audio_seconds_per_day: 100 });
    await seen(send(key));
    expect(await seen(send(key))).toMatchObject({ status: 429, 'x-should-retry': 'false' });
  });

  it('that is longer than one request may be, or a window is, is refused for good', async () => {
    const [long, window] = [await newKey({ max_audio_seconds: 2 }), await newKey({ audio_seconds_per_day: 2 })];
    expect(await seen(send(long.key))).toMatchObject({
      status: 413,
      error: {
        message: 'This request has 2.5 s of audio. This API key is limited to 2 s in one request.',
        param: 'file',
        code: 'audio_too_long',
      },
    });
    expect(await seen(send(window.key))).toMatchObject({ status: 413, error: { code: 'audio_too_long' } });
  });

  it('of chats is counted, too, and what is spoken is not', async () => {
    const { key } = await newKey({ audio_seconds_per_day: 3 });
    const chat = () =>
      fetch(`${bench.gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-audio', messages: [heard()] }),
      });
    expect(await seen(chat())).toMatchObject({ status: 200, 'x-ratelimit-remaining-audio-seconds': '1' });
    expect(await seen(chat())).toMatchObject({ status: 429 });
  });

  it('of which nobody knows the length is refused', async () => {
    const { key } = await newKey({ max_audio_seconds: 100 });
    const body = form({ model: 'whisper', url: 'https://example.com/a.wav' });
    const asked = fetch(bench.url, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });
    expect((await seen(asked))['status']).toBeGreaterThanOrEqual(400);
  });
});

describe('a file', () => {
  it('is refused as soon as it is larger than it may be', async () => {
    const { key } = await newKey({ max_file_bytes: 1024 });
    expect(await seen(send(key))).toMatchObject({
      status: 413,
      error: { message: 'The file is larger than 1 KiB, the limit of this API key', code: 'file_too_large' },
    });
  });

  it('within a chat as well', async () => {
    const { key } = await newKey({ max_file_bytes: 1024 });
    const asked = fetch(`${bench.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-audio', messages: [heard()] }),
    });
    expect(await seen(asked)).toMatchObject({
      status: 413,
      error: { message: expect.stringMatching(/is larger than 1 KiB, the limit of this API key$/) },
    });
  });
});

describe('limits', () => {
  it('are replaced as a whole, and none where nothing is limited', async () => {
    const { id } = await newKey({ requests_per_minute: 5, max_file_bytes: 10 });
    const changed = async (limits: unknown) =>
      (await bench.gateway.admin('PATCH', `keys/${id}`, { limits })).body.limits;
    expect(await changed({ max_audio_seconds: 3 })).toMatchObject({ requests_per_minute: null, max_audio_seconds: 3 });
    expect(await changed({})).toBeNull();
    expect(await changed({ requests_per_day: 1 })).toMatchObject({ requests_per_day: 1 });
    expect(await changed(null)).toBeNull();
  });

  it.each([[{ requests_per_minute: 0 }], [{ requests_per_day: 1.5 }], [{ max_file_bytes: 1e20 }], [{ tokens: 1 }]])(
    '%p are none',
    async (limits) => {
      expect((await bench.gateway.admin('PATCH', 'gateway', { limits })).status).toBe(400);
    },
  );

  it("are LiteLLM's as far as it has them", async () => {
    const litellm = async (path: string, body: object) => {
      const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
      const answer = await fetch(bench.gateway.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: object(await answer.json()) };
    };
    const { body } = await litellm('/key/generate', { rpm_limit: 1, max_parallel_requests: 7 });
    expect(body).toMatchObject({ rpm_limit: 1, max_parallel_requests: 7, tpm_limit: null });
    const key = String(body['key']);
    expect((await seen(send(key)))['status']).toBe(200);
    expect((await seen(send(key)))['status']).toBe(429);
    expect((await litellm('/key/update', { key, rpm_limit: 2 })).body).toMatchObject({
      rpm_limit: 2,
      max_parallel_requests: 7,
    });
    expect((await seen(send(key)))['status']).toBe(200);
    const tokens = await litellm('/team/new', { team_alias: 'tokens', tpm_limit: 5 });
    expect([tokens.status, JSON.stringify(tokens.body)]).toEqual([
      400,
      expect.stringMatching(/tokens are not what speech is measured in/),
    ]);
    expect((await litellm('/team/new', { team_alias: 'requests', rpm_limit: 5 })).body).toMatchObject({ rpm_limit: 5 });
  });

  it('that are not understood refuse', async () => {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: bench.gateway.databaseUrl });
    await client.connect();
    const { id, key } = await newKey({ requests_per_minute: 5 });
    await client.query(`UPDATE virtual_key SET limits = '{"requests_per_fortnight": 1}' WHERE id = $1`, [id]);
    await client.query(`INSERT INTO gateway_setting (id) VALUES (1) ON CONFLICT DO NOTHING`);
    await client.query(`UPDATE gateway_setting SET limits = '{"requests_per_fortnight": 1}'`);
    await bench.gateway.heard();
    expect(await seen(send(key))).toMatchObject({ status: 401, error: { code: 'key_blocked' } });
    expect(await seen(send(MASTER_KEY))).toMatchObject({ status: 503, error: { code: 'limits_not_understood' } });
    await client.end();
  });

  it('are counted where they refuse', async () => {
    const { key } = await newKey({ requests_per_minute: 1 });
    await seen(send(key));
    await seen(send(key));
    const metrics = await fetch(`${bench.gateway.url}/metrics`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
    expect(await metrics.text()).toMatch(
      /^auricle_limit_refusals_total\{scope="key",limit="requests_per_minute"\} [1-9]\d*$/m,
    );
  });
});

describe('what clients see', () => {
  it("OpenAI's waits for the next minute, and for no day", async () => {
    const { key } = await newKey({ requests_per_minute: 1, requests_per_day: 2 });
    let asked = 0;
    const client = new OpenAI({
      apiKey: key,
      baseURL: `${bench.gateway.url}/v1`,
      fetch: async (...told) => {
        const answer = await fetch(...told);
        // It asks for something else first, to find out what can be sent.
        if (answer.headers.has('x-request-id')) asked += 1;
        if (answer.status === 429) bench.clock.advance(100);
        return answer;
      },
    });
    const transcribe = async () =>
      client.audio.transcriptions.create({ model: 'whisper', file: await toFile(AUDIO, 'a.wav') });
    bench.clock.advance(MINUTE_MS - 100);
    await transcribe();
    expect((await transcribe()).text).not.toBe('');
    expect(asked).toBe(3);
    passUntilNext(MINUTE_MS);
    await expect(transcribe()).rejects.toThrow(/limited to 2 requests a day/);
    expect(asked).toBe(4);
  });

  it('none of the limits that providers tell of theirs', async () => {
    const { key } = await newKey({ requests_per_minute: 5 });
    const headers = { 'x-ratelimit-limit-tokens': '9', 'x-ratelimit-remaining-requests': '77' };
    for (const scripted of [
      errorAnswer(429, { message: 'slow' }, headers),
      errorAnswer(400, { message: 'no' }, headers),
    ]) {
      bench.simulator.respondWith(scripted);
      const told = await seen(send(key));
      expect(told['x-ratelimit-limit-tokens']).toBeUndefined();
      expect(['4', '3']).toContain(told['x-ratelimit-remaining-requests']);
    }
  });

  it('the same behind every door, and pages may read it', async () => {
    const { key } = await newKey({ requests_per_minute: 9 });
    for (const path of [
      '/litellm/v1/audio/transcriptions',
      '/openai/v1/audio/transcriptions',
      '/audio/transcriptions',
    ]) {
      const answer = await fetch(bench.gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, origin: 'https://app.example.com' },
        body: form({ model: 'whisper', file: audioFile(AUDIO) }),
      });
      await answer.text();
      expect([path, answer.status, answer.headers.get('x-ratelimit-limit-requests')]).toEqual([path, 200, '9']);
      expect(answer.headers.get('access-control-expose-headers')).toMatch(/x-ratelimit-reset-audio-seconds/);
    }
  });
});
