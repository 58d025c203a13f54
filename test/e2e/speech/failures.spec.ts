import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { z } from 'zod';
import { speechBodyOf, speechEvents } from '../../support/openai-speech-simulator.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import {
  answer,
  emptyBody,
  errorAnswer,
  eventStream,
  hang,
  htmlPage,
  pieces,
  resetInBody,
  type ScriptedAnswer,
} from '../../support/simulator-answers.js';
import { inPieces, spokenAudio } from '../../support/spoken-audio.js';
import { until } from '../../support/upload-server.js';
import { ASKED, bytesOf, eventsIn, type SpeechBench, startSpeechBench } from './speech-bench.js';

let bench: SpeechBench;
let second: OpenAiSimulator;
beforeAll(async () => {
  bench = await startSpeechBench();
  second = await OpenAiSimulator.start();
  const deployment = (upstream: OpenAiSimulator, weight: number) => ({
    provider: 'openai',
    upstream_model: 'tts-1',
    api_base: `${upstream.origin}/v1`,
    api_key: SIMULATOR_KEY,
    weight,
  });
  const { status } = await bench.gateway.admin('POST', 'models', {
    name: 'both',
    deployments: [deployment(bench.upstream, 1), deployment(second, 0)],
  });
  expect(status).toBe(201);
});
afterAll(async () => {
  await bench.close();
  await second.close();
});

const audioType = { 'content-type': 'audio/mpeg' };
const mp3 = spokenAudio('mp3');

async function* after(ms: number, ...chunks: Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    yield chunk;
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

describe('an answer without speech', () => {
  it.each<[string, ScriptedAnswer, string]>([
    ['nothing', emptyBody(), 'bad_response'],
    ['no audio under the type of audio', answer(200, '', audioType), 'bad_response'],
    ['an error in JSON', errorAnswer(200, { message: 'overloaded', type: 'server_error' }), 'unavailable'],
    [
      'an error in JSON under the type of audio',
      answer(200, '{"error":{"message":"overloaded"}}', audioType),
      'unavailable',
    ],
    ['JSON', answer(200, { ok: true }), 'bad_response'],
    ['a web page', htmlPage(200), 'bad_response'],
    ['text under the type of audio', answer(200, 'No more credits, please pay. Thank you.', audioType), 'bad_response'],
    ['another format', answer(200, spokenAudio('flac'), audioType), 'bad_response'],
    ['events without audio', eventStream([{ type: 'speech.audio.done', usage: {} }]), 'bad_response'],
    ['a 500', errorAnswer(500, { message: 'no' }), 'unavailable'],
    ['a connection that is cut at once', resetInBody(''), 'unavailable'],
  ])('(%s) is a failure, and the next deployment is asked', async (_what, scripted, outcome) => {
    bench.upstream.respondWith(scripted);
    const response = await bench.speak({ model: 'both' });
    expect(response.status).toBe(200);
    expect(await bytesOf(response)).toEqual(mp3);
    expect(await bench.gateway.row(response)).toMatchObject({
      status: 'success',
      attempts: [{ outcome }, { outcome: 'success' }],
    });
  });

  it.each(['wav', 'flac'] as const)('(no %s at all) is a failure', async (response_format) => {
    bench.upstream.respondWith(answer(200, spokenAudio('pcm'), audioType));
    const response = await bench.speak({ model: 'both', response_format });
    expect(await bytesOf(response)).toEqual(spokenAudio(response_format));
    expect(await bench.gateway.row(response)).toMatchObject({
      attempts: [{ outcome: 'bad_response' }, { outcome: 'success' }],
    });
  });

  it('is told when nobody else is there', async () => {
    bench.upstream.respondWith(answer(200, { ok: true }));
    const response = await bench.speak();
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'provider_bad_response' } }]);
    expect(await bench.gateway.row(response)).toMatchObject({ status: 'failure', output_audio_seconds: null });
  });

  it('is not asked for again where the caller is to blame', async () => {
    bench.upstream.respondWith(errorAnswer(400, { message: 'No such voice', param: 'voice', code: 'invalid_value' }));
    const response = await bench.speak();
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { message: expect.stringContaining('No such voice'), param: 'voice' } },
    ]);
  });

  it('that comes with the wrong type is audio all the same', async () => {
    bench.upstream.respondWith(answer(200, mp3, { 'content-type': 'application/json' }));
    expect(await bytesOf(await bench.speak())).toEqual(mp3);
    bench.upstream.respondWith(answer(200, mp3, { 'content-type': 'text/html' }));
    const response = await bench.speak();
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect(await bytesOf(response)).toEqual(mp3);
  });

  it('passes nothing on of what a hostile provider says in headers', async () => {
    bench.upstream.respondWith(
      answer(200, mp3, {
        'content-type': 'text/html; charset=utf-8',
        'content-disposition': 'attachment; filename=evil.exe',
        'set-cookie': 'a=b',
        'access-control-allow-origin': '*',
        'x-auricle-provider': 'evil',
        'x-request-id': 'x'.repeat(8_000),
        'content-language': 'x'.repeat(2_000),
      }),
    );
    const response = await bench.speak();
    expect(await bytesOf(response)).toEqual(mp3);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'audio/mpeg',
      'x-auricle-provider': 'openai',
    });
    for (const name of ['content-disposition', 'set-cookie', 'content-language']) {
      expect(response.headers.get(name)).toBeNull();
    }
    const [attempt] = (await bench.gateway.row(response)).attempts;
    expect(String(attempt.upstream_request_id).length).toBeLessThanOrEqual(8_000);
  });
});

describe('speech that breaks off', () => {
  it('cuts the connection, and is a failed attempt that may be billed', async () => {
    bench.upstream.respondWith(resetInBody(mp3.subarray(0, 9_000), audioType));
    const response = await bench.speak({ model: 'both' });
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
    expect(await bench.gateway.row(response)).toMatchObject({
      status: 'failure',
      http_status: 200,
      error_code: 'provider_unavailable',
      output_audio_seconds: expect.any(Number),
      cost_usd: 0.0003,
      cost_estimated: true,
      attempts: [{ outcome: 'unavailable', cost_estimated: true }],
    });
  });

  it('is an error as the last of the events', async () => {
    const cut = [...speechEvents(mp3)].slice(0, 3);
    bench.upstream.respondWith(eventStream(cut));
    const response = await bench.speak({ model: 'mini', stream_format: 'sse' });
    const events = eventsIn(await response.text());
    expect(events).toHaveLength(4);
    expect(events[3]).toMatchObject({ error: { code: 'provider_bad_response', type: 'server_error' } });
    expect(await bench.gateway.row(response)).toMatchObject({ status: 'failure', http_status: 200 });
  });

  it('because the client leaves', async () => {
    const upstream = bench.upstream.nextRequest();
    bench.upstream.respondWith(pieces(after(100, ...inPieces(mp3, 1_000)), audioType));
    const leaving = new AbortController();
    const response = await bench.speak({}, { signal: leaving.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    await (
      await upstream
    ).aborted;
    await until(async () => (await bench.gateway.logs('limit=1'))[0]?.['id'] === response.headers.get('x-request-id'));
    expect(await bench.gateway.row(response)).toMatchObject({
      status: 'cancelled',
      http_status: 200,
      attempts: [{ outcome: 'aborted', cost_estimated: true }],
      output_audio_seconds: expect.any(Number),
    });
  });

  it('because the client leaves before it begins', async () => {
    const upstream = bench.upstream.nextRequest();
    bench.upstream.respondWith(hang());
    const leaving = new AbortController();
    const gone = bench.speak({ input: 'before' }, { signal: leaving.signal });
    const asked = await upstream;
    leaving.abort();
    await expect(gone).rejects.toThrow('aborted');
    await asked.aborted;
    await until(async () => (await bench.gateway.logs('limit=1'))[0]?.['transcript'] === null);
    expect((await bench.gateway.logs('limit=1'))[0]).toMatchObject({ status: 'cancelled', http_status: 499 });
  });

  it('because the provider falls silent', async () => {
    async function* stalling(): AsyncGenerator<Buffer> {
      yield mp3.subarray(0, 5_000);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
    bench.upstream.respondWith(pieces(stalling(), audioType));
    const response = await bench.speak({ timeout: 0.7 });
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
    expect(await bench.gateway.row(response)).toMatchObject({ status: 'failure', error_code: 'timeout' });
  });
});

/** More than all buffers between the provider and the client have. */
const MAX_GIVEN = 32 * 1024 * 1024;

describe('a client that does not read', () => {
  it('holds the provider back', async () => {
    let given = 0;
    function* endless(): Generator<Buffer> {
      yield mp3;
      for (;;) {
        given += 65_536;
        yield Buffer.alloc(65_536, 1);
      }
    }
    bench.upstream.respondWith(pieces(endless(), audioType));
    const { hostname, port } = new URL(bench.gateway.url);
    const body = JSON.stringify(ASKED);
    const sent = httpRequest({
      host: hostname,
      port,
      method: 'POST',
      path: '/v1/audio/speech',
      headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json' },
    });
    sent.on('error', () => undefined).end(body);
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(200);
    // It ends when what the system keeps on the way is full, however long that takes.
    let before = -1;
    await until(async () => {
      const isStill = given === before || given >= MAX_GIVEN;
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 500));
      return isStill;
    });
    expect(given).toBeLessThan(MAX_GIVEN);
    sent.destroy();
    await until(async () => (await bench.gateway.logs('limit=1'))[0]?.['status'] === 'cancelled');
  });
});

describe('many at once', () => {
  it('are a hundred answers and a hundred logs', async () => {
    const before = (await bench.gateway.logs('limit=100&task=speak')).map(({ id }) => id);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const response = await bench.speak({ input: `Number ${index}`, response_format: index % 2 ? 'wav' : 'mp3' });
        return [index, response.status, (await bytesOf(response)).equals(spokenAudio(index % 2 ? 'wav' : 'mp3'))];
      }),
    );
    expect(answers).toEqual(answers.map((_, index) => [index, 200, true]));
    await until(async () => {
      const logs = await bench.gateway.logs('limit=100&task=speak');
      return logs.every(({ id, status }) => !before.includes(id) && status === 'success');
    });
    const logs = await bench.gateway.logs('limit=100&task=speak');
    expect(new Set(logs.map(({ transcript }) => transcript)).size).toBe(100);
  });
});

describe('what the client wishes', () => {
  it('other models, where its own cannot answer', async () => {
    bench.upstream.respondWith(errorAnswer(500, { message: 'no' }));
    const response = await bench.speak({ model: 'tts', fallbacks: ['mini'] });
    expect([response.status, response.headers.get('x-auricle-model')]).toEqual([200, 'mini']);
    await bytesOf(response);
  });

  it('further attempts', async () => {
    bench.upstream.respondWith(errorAnswer(500, { message: 'no' }));
    const response = await bench.speak({ num_retries: 1 });
    expect([response.status, response.headers.get('x-auricle-attempts')]).toEqual([200, '2']);
    await bytesOf(response);
  });

  it('its own notes in the log', async () => {
    const response = await bench.speak({
      metadata: { job: 7 },
      user: 'u-1',
      tags: ['a', 'b'],
      cache: { 'no-cache': true },
    });
    await bytesOf(response);
    expect(response.headers.get('x-auricle-warning')).toBe('cache was not applied: these answers are not cached');
    expect((await bench.gateway.row(response)).metadata).toEqual({ job: 7, user: 'u-1', tags: ['a', 'b'] });
  });
});

describe('a config of Portkey’s', () => {
  const speak = (config: object, fields: Record<string, unknown> = {}) =>
    bench.speak(fields, { headers: { 'x-portkey-config': JSON.stringify(config) } });

  it('lays out who is asked, and for what', async () => {
    bench.upstream.respondWith(errorAnswer(500, { message: 'no' }));
    const targets = [
      { override_params: { model: 'tts' } },
      { override_params: { model: 'mini', voice: 'coral', speed: 1.25, response_format: 'wav' } },
    ];
    const response = await speak({ strategy: { mode: 'fallback' }, targets }, { input: '1e3' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect(await bytesOf(response)).toEqual(spokenAudio('wav'));
    expect(speechBodyOf(bench.upstream.lastRequest)).toMatchObject({
      model: 'gpt-4o-mini-tts',
      input: '1e3',
      voice: 'coral',
      speed: 1.25,
    });
    expect(await bench.gateway.row(response)).toMatchObject({
      response_format: 'wav',
      attempts: [{ outcome: 'unavailable' }, { outcome: 'success' }],
    });
  });

  it('may not say who is called with which key', async () => {
    const response = await speak({ override_params: { api_base: 'http://evil' } });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'api_base' } }]);
  });
});

describe('a client token', () => {
  it('speaks within its seconds of audio, by the length of the text', async () => {
    const response = await fetch(`${bench.gateway.url}/v1/client_tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ max_audio_seconds: 2 }),
    });
    const { token } = z.object({ token: z.string() }).parse(await response.json());
    const headers = { authorization: `Bearer ${token}` };
    const allowed = await bench.speak({ input: 'x'.repeat(15) }, { headers });
    expect(allowed.status).toBe(200);
    await bytesOf(allowed);
    const refused = await bench.speak({ input: 'x'.repeat(16) }, { headers });
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'insufficient_quota' } }]);
  });
});
