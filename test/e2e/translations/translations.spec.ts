import { toFile } from 'openai';
import { CHAT_MODEL, completion, messagesOf, toSimulatedEnglish } from '../../support/chat-simulator.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { SelfHostedSimulator } from '../../support/self-hosted-simulator.js';
import { answer, errorAnswer, hang, malformedJson, resetBeforeHeaders } from '../../support/simulator-answers.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';
import { until } from '../../support/upload-server.js';
import { RECORDING, TranslationBench } from './translation-bench.js';

const SENTENCES = ['The beach was a popular spot on a hot summer day.', 'People were swimming.'];
const ENGLISH = SENTENCES.map(toSimulatedEnglish);
/** 100 input tokens at 0.15 a million and 20 output tokens at 0.60. */
const CALL_USD = 0.000027;
/** Nine seconds of whisper-large-v3-turbo at 0.04 an hour: Groq bills at least ten. */
const TIMED_USD = 0.000111111;
/** 12 audio and 2 text tokens at 2.50 a million, 45 output tokens at 10. */
const PLAIN_USD = 0.000485;

let bench: TranslationBench;
beforeAll(async () => {
  bench = await TranslationBench.start();
});
afterAll(() => bench.close());
beforeEach(() => {
  for (const upstream of [bench.chat, bench.openai, bench.groq]) upstream.requests.length = 0;
});

describe('a model that only transcribes translates', () => {
  it('text, as the official client asks for it', async () => {
    const file = await toFile(RECORDING, 'rede.wav');
    const { data, response } = await bench
      .client()
      .audio.translations.create({ file, model: 'plain', prompt: 'Colour, not color.' })
      .withResponse();
    expect(data).toEqual({ text: toSimulatedEnglish(SPOKEN) });
    expect(bench.openai.lastRequest.path).toBe('/v1/audio/transcriptions');
    // The prompt is about the English text.
    expect(bench.openai.lastRequest.value('prompt')).toBeUndefined();
    expect(messagesOf(bench.chat.lastRequest)[0]?.content).toContain('Colour, not color.');
    expect(bench.chat.batches).toEqual([[SPOKEN]]);
    expect(response.headers.get('x-auricle-provider')).toBe('openai');
    expect(response.headers.get('x-auricle-cost-usd')).toBe('0.000512');
    expect(await bench.row(response)).toMatchObject({
      task: 'translate',
      status: 'success',
      provider: 'openai',
      upstream_model: 'gpt-4o-transcribe',
      upstream_request_id: 'req_simulated',
      language: 'en',
      transcript: toSimulatedEnglish(SPOKEN),
      segments_missing: 'no_times',
      cost_usd: PLAIN_USD + CALL_USD,
      cost_steps: [
        { step: 'transcribe', provider: 'openai', upstream_model: 'gpt-4o-transcribe', cost_usd: PLAIN_USD },
        { step: 'translate', provider: 'chat-translation', upstream_model: CHAT_MODEL, cost_usd: CALL_USD },
      ],
      attempts: [
        { provider: 'openai', outcome: 'success', upstream_request_id: 'req_simulated' },
        {
          provider: 'chat-translation',
          upstream_model: CHAT_MODEL,
          model: 'plain',
          outcome: 'success',
          upstream_request_id: 'req_chat',
        },
      ],
    });
  });

  it('verbose_json, each segment at its time', async () => {
    const response = await bench.translate({ model: 'timed', response_format: 'verbose_json' });
    expect(await response.json()).toMatchObject({
      task: 'translate',
      language: 'english',
      duration: 8.470000267028809,
      text: ENGLISH.join(' '),
      segments: [
        { id: 0, start: 0, end: 3.319999933242798, text: ENGLISH[0], tokens: [] },
        { id: 1, start: 3.319999933242798, end: 8.470000267028809, text: ENGLISH[1], tokens: [] },
      ],
    });
    expect(bench.groq.lastRequest.value('response_format')).toBe('verbose_json');
    expect(bench.chat.batches).toEqual([SENTENCES]);
    expect(messagesOf(bench.chat.lastRequest)[0]?.content).toContain('in english');
    const row = await bench.row(response);
    expect(row).toMatchObject({
      cost_steps: [{ cost_usd: TIMED_USD }, { cost_usd: CALL_USD }],
      attempts: [{ price_origin: { by: 'built_in' } }, { price_origin: { by: 'settings', source: null } }],
      segments: [
        { start_seconds: 0, end_seconds: 3.32, text: ENGLISH[0] },
        { start_seconds: 3.32, end_seconds: 8.47, text: ENGLISH[1] },
      ],
    });
    expect(row['cost_usd']).toBeCloseTo(TIMED_USD + CALL_USD, 12);
  });

  it('srt and vtt, at the times of the original', async () => {
    const srt = await (await bench.translate({ model: 'timed', response_format: 'srt' })).text();
    expect(srt).toMatch(/^1\n00:00:00,000 --> 00:00:0\d,\d{3}\nEN:THE BEACH WAS A POPULAR/);
    expect(srt).toMatch(/00:00:03,320 --> 00:00:08,470\nEN:PEOPLE WERE SWIMMING\.\n/);
    const vtt = await (await bench.translate({ model: 'timed', response_format: 'vtt' })).text();
    expect(vtt).toMatch(/^WEBVTT\n\n/);
    expect(vtt).toContain('00:00:03.320 --> 00:00:08.470\nEN:PEOPLE WERE SWIMMING.');
  });

  it('text and a stream', async () => {
    const text = await bench.translate({ model: 'plain', response_format: 'text' });
    expect(await text.text()).toBe(`${toSimulatedEnglish(SPOKEN)}\n`);
    const stream = await bench.translate({ model: 'plain', stream: 'true' });
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const body = await stream.text();
    expect(body).toContain(`"type":"transcript.text.done","text":"${toSimulatedEnglish(SPOKEN)}"`);
    expect(body).toMatch(/data: \[DONE\]\n\n$/);
    expect(bench.openai.lastRequest.value('stream')).toBeUndefined();
    expect(await bench.row(stream)).toMatchObject({ stream: true, cost_usd: PLAIN_USD + CALL_USD });
  });

  it('a long recording in few calls, nothing lost and in order', async () => {
    const texts = Array.from({ length: 90 }, (_, index) => `Satz ${index}.`);
    const segments = texts.map((text, id) => ({ id, start: id, end: id + 1, text }));
    bench.groq.respondWith(answer(200, { text: texts.join(' '), language: 'german', duration: 90, segments }));
    const response = await bench.translate({ model: 'timed', response_format: 'verbose_json' });
    expect(await response.json()).toMatchObject({
      segments: texts.map((text, start) => ({ text: toSimulatedEnglish(text), start })),
    });
    expect(bench.chat.batches.map((it) => it.length)).toEqual([40, 40, 10]);
    expect(messagesOf(bench.chat.lastRequest)[0]?.content).toContain('in german');
    expect(await bench.row(response)).toMatchObject({
      attempts: [{ provider: 'groq' }, ...Array.from({ length: 3 }, () => ({ provider: 'chat-translation' }))],
      cost_steps: [{}, ...Array.from({ length: 3 }, () => ({ cost_usd: 0.000027 }))],
    });
  });

  it('silence, without a call', async () => {
    bench.groq.respondWith(answer(200, { text: '', duration: 3, segments: [] }));
    const response = await bench.translate({ model: 'timed', response_format: 'srt' });
    expect(response.status).toBe(200);
    expect((await response.text()).trim()).toBe('');
    expect(bench.chat.requests).toEqual([]);
    expect(await bench.row(response)).toMatchObject({ cost_steps: null, attempts: [{ provider: 'groq' }] });
  });

  it('not into subtitles when it reports no times, and names who could', async () => {
    const response = await bench.translate({ model: 'plain', response_format: 'srt' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        message: expect.stringMatching(/reports no timestamps\. Models that could: (?!.*plain).*timed/),
        param: 'response_format',
        code: 'unsupported_value',
      },
    });
  });
});

describe('a translation of its own', () => {
  it('is preferred, whatever the weights', async () => {
    await bench.createModel('both', [bench.plain({ weight: 1000 }), bench.native({ weight: 1 })]);
    for (let times = 0; times < 5; times += 1) {
      const response = await bench.translate({ model: 'both' });
      expect(await response.json()).toEqual({ text: SPOKEN });
    }
    expect(bench.openai.requests.map((it) => it.path)).toEqual(Array(5).fill('/v1/audio/translations'));
    expect(bench.chat.requests).toEqual([]);
  });

  it('is followed by the chain when it fails', async () => {
    bench.openai.respondWith(errorAnswer(500, { message: 'oh no' }));
    const response = await bench.translate({ model: 'both' });
    expect(await response.json()).toEqual({ text: toSimulatedEnglish(SPOKEN) });
    expect(await bench.row(response)).toMatchObject({
      attempts: [
        { upstream_model: 'whisper-1', outcome: 'unavailable' },
        { upstream_model: 'gpt-4o-transcribe', outcome: 'success' },
        { provider: 'chat-translation', outcome: 'success' },
      ],
    });
  });

  it('of a fallback model takes over when the translation model fails, and both are paid for', async () => {
    await bench.createModel('with-fallback', [bench.plain()], { fallbacks: ['timed', 'native'] });
    bench.chat.respondWith(errorAnswer(401, { message: 'who are you?' }));
    const response = await bench.translate({ model: 'with-fallback' });
    expect(await response.json()).toEqual({ text: SPOKEN });
    // Another transcription would have met the same translation model again.
    expect(bench.groq.requests).toEqual([]);
    expect(await bench.row(response)).toMatchObject({
      upstream_model: 'whisper-1',
      cost_steps: [
        { step: 'transcribe', upstream_model: 'gpt-4o-transcribe', cost_usd: PLAIN_USD },
        // A translation reports no usage, so the three seconds are measured.
        { step: 'translate', upstream_model: 'whisper-1', cost_usd: 0.0003 },
      ],
      cost_usd: PLAIN_USD + 0.0003,
    });
  });
});

describe('the language that is translated from', () => {
  it.each([
    ['de-DE', 'de', 'de-de'],
    ['German', 'de', 'de'],
    ['DE', 'de', 'de'],
    ['auto', undefined, null],
    ['', undefined, null],
  ])('%j reaches a server of the own as %j', async (language, sent, kept) => {
    const server = await SelfHostedSimulator.start({ formats: ['json'] });
    const name = `own-${language}`;
    await bench.gateway.createModel(name, server.url, { provider: 'openai-compatible', api_key: SIMULATOR_KEY });
    server.respondWith(answer(200, { text: 'Hello.' }));
    const response = await bench.translate({ model: name, language });
    expect(response.status).toBe(200);
    expect(server.lastRequest.path).toBe('/v1/audio/translations');
    expect(server.lastRequest.value('language')).toBe(sent);
    expect(await bench.row(response)).toMatchObject({ language: kept });
    await server.close();
  });

  it('is told to who only transcribes', async () => {
    await bench.translate({ model: 'plain', language: 'de-DE' });
    expect(bench.openai.lastRequest.value('language')).toBe('de');
  });

  it('is left out with a warning where translations have no field for it, as at OpenAI', async () => {
    const server = await OpenAiSimulator.start();
    await bench.gateway.createModel('translator', server.url, { upstream_model: 'whisper-1', api_key: SIMULATOR_KEY });
    const response = await bench.translate({ model: 'translator', language: 'de' });
    expect(response.status).toBe(200);
    expect(server.lastRequest.keys).not.toContain('language');
    expect(response.headers.get('x-auricle-warning')).toContain('language');
    await server.close();
  });

  it('is refused when it is none', async () => {
    const response = await bench.translate({ model: 'plain', language: 'gibberish!' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'language', code: 'invalid_value' } });
  });
});

describe('a server without a route for translations', () => {
  it.each([404, 405])('goes on with transcriptions: %i', async (status) => {
    const server = await OpenAiSimulator.start();
    const name = `deaf-${status}`;
    await bench.gateway.createModel(name, server.url, { provider: 'openai-compatible', api_key: SIMULATOR_KEY });
    server.respondWith(errorAnswer(status, { message: 'not here' }));
    const response = await bench.translate({ model: name });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message: 'the provider has no route for translations' } });
    expect(await bench.row(response)).toMatchObject({ status: 'refused', attempts: [{ outcome: 'unsupported' }] });
    const { body } = await bench.gateway.admin('GET', 'deployments/health');
    expect(body.data.find((it: { model: string }) => it.model === name)).toMatchObject({ circuit: 'closed' });
    await server.close();
  });
});

describe('a translation model that fails', () => {
  it.each([
    ['its key is wrong', errorAnswer(401, { message: 'Bad key' }), 502, 'provider_credential_rejected', PLAIN_USD],
    ['it is busy', errorAnswer(429, { message: 'slow down' }), 429, 'rate_limit_exceeded', PLAIN_USD],
    [
      'it is empty',
      errorAnswer(429, { message: 'x', code: 'insufficient_quota' }),
      502,
      'provider_quota_exhausted',
      PLAIN_USD,
    ],
    [
      'it is not there',
      errorAnswer(404, { message: 'x', code: 'model_not_found' }),
      502,
      'provider_model_not_found',
      PLAIN_USD,
    ],
    ['it is down', errorAnswer(503, { message: 'down' }), 502, 'provider_unavailable', PLAIN_USD],
    ['the line is cut', resetBeforeHeaders(), 502, 'provider_unavailable', PLAIN_USD],
    [
      'it refuses the text',
      errorAnswer(400, { message: 'content filter', param: 'messages' }),
      502,
      'provider_error',
      PLAIN_USD,
    ],
    ['the text is too long', errorAnswer(413, { message: 'too many tokens' }), 502, 'provider_error', PLAIN_USD],
    ['it answers nonsense', malformedJson(), 502, 'provider_bad_response', null],
  ])('never blames the caller: %s', async (_, scripted, status, code, cost_usd) => {
    bench.chat.respondWith(scripted);
    const response = await bench.translate({ model: 'plain' });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-should-retry')).toBe(status === 429 ? null : 'false');
    expect(await response.json()).toMatchObject({ error: { code, param: null } });
    expect(await bench.row(response)).toMatchObject({
      status: 'failure',
      http_status: status,
      // The transcription is paid for; what the translation model bills is known only where it surely bills nothing.
      cost_usd,
      attempts: [
        { outcome: 'success' },
        { provider: 'chat-translation', outcome: expect.not.stringMatching(/success/) },
      ],
    });
  });

  it('is paid for what cannot be used', async () => {
    bench.chat.respondWith(completion('Sure!'), completion('Of course!'));
    const response = await bench.translate({ model: 'plain' });
    expect(response.status).toBe(502);
    expect(await bench.row(response)).toMatchObject({
      cost_usd: PLAIN_USD + 2 * CALL_USD,
      cost_steps: [
        { step: 'transcribe', cost_usd: PLAIN_USD },
        { step: 'translate', cost_usd: 2 * CALL_USD },
      ],
    });
  });

  it('is not taken for free where its first answer told nothing and its second call is refused', async () => {
    const choices = [{ message: { content: 'Sure!' } }];
    bench.chat.respondWith(
      answer(200, { choices }),
      errorAnswer(429, { message: 'slow down' }, { 'retry-after': '600' }),
    );
    const response = await bench.translate({ model: 'plain' });
    expect(response.status).toBe(429);
    expect(await bench.row(response)).toMatchObject({
      cost_usd: null,
      attempts: [{ cost_usd: PLAIN_USD }, { outcome: 'rate_limited', cost_usd: null, cost_estimated: true }],
      cost_steps: [
        { step: 'transcribe', cost_usd: PLAIN_USD },
        { step: 'translate', cost_usd: null },
      ],
    });
  });

  it('is shown its mistake once, and both calls are paid for', async () => {
    bench.chat.respondWith(completion('Sure! Here is the translation: The beach'));
    const response = await bench.translate({ model: 'plain' });
    expect(await response.json()).toEqual({ text: toSimulatedEnglish(SPOKEN) });
    expect(await bench.row(response)).toMatchObject({ cost_usd: PLAIN_USD + 2 * CALL_USD });
  });

  it('does not keep anybody waiting beyond the deadline', async () => {
    bench.chat.respondWith(bench.clock.silence(1500));
    const arrived = bench.chat.nextRequest();
    const response = await bench.translate({ model: 'plain' }, { 'x-auricle-timeout-ms': '1500' });
    expect(response.status).toBe(504);
    await (
      await arrived
    ).aborted;
    expect(await bench.row(response)).toMatchObject({
      status: 'failure',
      error_code: 'timeout',
      attempts: [{ outcome: 'success' }, { provider: 'chat-translation', outcome: 'timeout' }],
    });
  });

  it('is called no more once the client has gone', async () => {
    bench.chat.respondWith(hang());
    const arrived = bench.chat.nextRequest();
    const controller = new AbortController();
    const gone = bench.translate({ model: 'plain' }, {}, controller.signal).catch(() => undefined);
    const request = await arrived;
    controller.abort();
    await gone;
    await request.aborted;
    await until(async () => (await bench.gateway.logs('status=cancelled')).length > 0);
    expect(await bench.gateway.logs('status=cancelled')).toMatchObject([
      { http_status: 499, cost_usd: null, attempts: [{ outcome: 'success' }, { outcome: 'aborted' }] },
    ]);
  });
});

describe('the gateway around a translation model', () => {
  it('does not know what it costs without its prices, and says so', async () => {
    const other = await TranslationBench.start({});
    try {
      const response = await other.translate({ model: 'plain' });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-auricle-cost-usd')).toBeNull();
      expect(response.headers.get('x-auricle-warning')).toContain('TRANSLATION_INPUT_USD_PER_MILLION');
      expect(await other.row(response)).toMatchObject({
        cost_usd: null,
        cost_steps: [{ cost_usd: PLAIN_USD }, { cost_usd: null }],
      });
    } finally {
      await other.close();
    }
  });

  it('insists as on any provider', async () => {
    const other = await TranslationBench.start({ MAX_RETRIES: '1' });
    try {
      other.chat.respondWith(errorAnswer(500, { message: 'once' }));
      const response = await other.translate({ model: 'plain' });
      expect(await response.json()).toEqual({ text: toSimulatedEnglish(SPOKEN) });
      expect(await other.row(response)).toMatchObject({
        attempts: [{ provider: 'openai' }, { outcome: 'unavailable' }, { outcome: 'success' }],
      });
      // The audio was heard once.
      expect(other.openai.requests).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});
