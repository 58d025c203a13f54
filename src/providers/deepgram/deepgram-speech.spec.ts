import { DEEPGRAM_KEY, DeepgramSimulator } from '../../../test/support/deepgram-simulator.js';
import { speechBodyOf } from '../../../test/support/openai-speech-simulator.js';
import { answer, pieces, resetInBody } from '../../../test/support/simulator-answers.js';
import { describeSpeechContract, listen, plainSpeech, speakingOf } from '../../../test/support/speech-contract.js';
import { spokenAudio } from '../../../test/support/spoken-audio.js';
import type { SpeechRequest } from '../../domain/speech.js';
import { ProviderHttp } from '../provider-http.js';
import { deepgram, deepgramSettingsSchema } from './deepgram.adapter.js';
import { aura1Voices, aura2Voices } from './deepgram.voices.js';

const settings = deepgramSettingsSchema.parse({});

describeSpeechContract('deepgram', {
  create: deepgram,
  start: () => DeepgramSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings,
  apiKey: DEEPGRAM_KEY,
  upstreamModel: 'aura-2',
  voice: 'aura-2-thalia-en',
  inputOf: (request) => speechBodyOf(request)?.['text'],
  errorBody: (message) => ({ err_code: 'X', err_msg: message }),
  opening: () =>
    pieces(
      (async function* () {
        yield spokenAudio('mp3').subarray(0, 4_000);
        await new Promise<never>(() => {});
      })(),
      { 'content-type': 'audio/mpeg' },
    ),
  torn: () =>
    resetInBody(spokenAudio('mp3').subarray(0, 4_000), { 'content-type': 'audio/mpeg', 'content-length': '9000' }),
});

describe('speech of deepgram', () => {
  let upstream: DeepgramSimulator;
  const http = new ProviderHttp();
  const speech = speakingOf(deepgram(http));

  beforeEach(async () => {
    upstream = await DeepgramSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  const speak = (request: Partial<SpeechRequest>, mip_opt_out = true) =>
    listen(
      speech.speak({
        request: plainSpeech({ voice: 'aura-2-thalia-en', ...request }),
        upstreamModel: 'aura-2',
        upstreamFormat: request.responseFormat ?? 'mp3',
        apiBase: upstream.url,
        apiKey: DEEPGRAM_KEY,
        settings: { ...settings, mip_opt_out },
        signal: new AbortController().signal,
      }),
    );

  it("takes the voice for the model, and asks for OpenAI's samples", async () => {
    const { end } = await speak({ responseFormat: 'pcm', speed: 1.2 });
    expect(Object.fromEntries(upstream.lastQuery)).toEqual({
      model: 'aura-2-thalia-en',
      encoding: 'linear16',
      container: 'none',
      sample_rate: '24000',
      speed: '1.2',
      mip_opt_out: 'true',
    });
    expect(end?.upstreamRequestId).toMatch(/^6ba2879c/);
  });

  it('passes its own options on, but not against the operator', async () => {
    const providerOptions = new Map<string, unknown>([
      ['tag', ['a', 'b']],
      ['bit_rate', 32_000],
      ['mip_opt_out', false],
    ]);
    await speak({ providerOptions });
    expect(upstream.lastQuery.getAll('tag')).toEqual(['a', 'b']);
    expect(upstream.lastQuery.get('bit_rate')).toBe('32000');
    expect(upstream.lastQuery.getAll('mip_opt_out')).toEqual(['true']);
    await speak({ providerOptions }, false);
    expect(upstream.lastQuery.getAll('mip_opt_out')).toEqual(['false']);
    const wrong = speak({ providerOptions: new Map([['bit_rate', 'much']]) });
    await expect(wrong).rejects.toMatchObject({ reason: 'request_rejected', param: 'bit_rate' });
  });

  it('tells a text that is too long from a fault of its own', async () => {
    await expect(speak({ input: 'a'.repeat(2_001) })).rejects.toMatchObject({ reason: 'too_large' });
    upstream.respondWith(answer(400, { err_code: 'X', err_msg: 'Input text exceeds the maximum limit of 2000' }));
    await expect(speak({})).rejects.toMatchObject({ reason: 'unsupported' });
  });

  it.each([
    ['aura-2', aura2Voices, 'aura-2-thalia-en', ['speed']],
    ['aura', aura1Voices, 'aura-asteria-en', []],
    ['aura-2-zeus-en', aura2Voices, 'aura-2-zeus-en', ['speed']],
    ['aura-luna-en', aura1Voices, 'aura-luna-en', []],
  ])('a deployment of %s has the voices of its generation', (model, names, alloy, fields) => {
    const { voices, fields: known } = speech.capabilities(model);
    expect(voices).toMatchObject({ names, others: false, mapped: { alloy } });
    expect(known).toEqual(fields);
    expect(Object.values(voices.mapped).filter((voice) => !names.includes(voice))).toEqual([]);
  });
});
