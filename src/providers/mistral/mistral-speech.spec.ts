import { MistralSimulator, mistralSpeechEvents, mistralStream } from '../../../test/support/mistral-simulator.js';
import { SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { speechBodyOf } from '../../../test/support/openai-speech-simulator.js';
import { answer } from '../../../test/support/simulator-answers.js';
import { describeSpeechContract, listen, plainSpeech, speakingOf } from '../../../test/support/speech-contract.js';
import { asFloats, spokenAudio } from '../../../test/support/spoken-audio.js';
import type { SpeechRequest } from '../../domain/speech.js';
import { tokenUsage } from '../../domain/usage.js';
import { ProviderHttp } from '../provider-http.js';
import { mistral } from './mistral.adapter.js';
import { IntegerSamples } from './mistral-pcm.js';

describeSpeechContract('mistral', {
  create: mistral,
  start: () => MistralSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  upstreamModel: 'voxtral-mini-tts-3-0',
  voice: 'gb_jane_neutral',
  inputOf: (request) => speechBodyOf(request)?.['input'],
  errorBody: (message) => ({ object: 'error', message, type: 'x', param: null, code: '1' }),
  opening: () =>
    mistralStream(
      (async function* () {
        yield { type: 'speech.audio.delta', audio_data: 'SUQzBA==' };
        await new Promise<never>(() => {});
      })(),
    ),
  torn: () => mistralStream([{ type: 'speech.audio.delta', audio_data: 'SUQzBA==' }]),
});

describe('speech of mistral', () => {
  let upstream: MistralSimulator;
  const http = new ProviderHttp();
  const speech = speakingOf(mistral(http));

  beforeEach(async () => {
    upstream = await MistralSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  const speak = (request: Partial<SpeechRequest> = {}) =>
    listen(
      speech.speak({
        request: plainSpeech({ voice: 'voice_592', ...request }),
        upstreamModel: 'voxtral-mini-tts-3-0',
        upstreamFormat: request.responseFormat ?? 'mp3',
        apiBase: upstream.url,
        apiKey: SIMULATOR_KEY,
        settings: {},
        signal: new AbortController().signal,
      }),
    );

  it('has its own names for what is asked, and tells the tokens', async () => {
    const { end } = await speak();
    expect(speechBodyOf(upstream.lastRequest)).toEqual({
      model: 'voxtral-mini-tts-3-0',
      input: 'The quick brown fox.',
      voice_id: 'voice_592',
      response_format: 'mp3',
      stream: true,
    });
    expect(end).toMatchObject({
      upstreamRequestId: 'mistral-simulated',
      usage: tokenUsage({ audio: 0, text: 9, output: 120 }),
    });
  });

  it('takes a recording to sound like instead of a voice', async () => {
    await speak({ providerOptions: new Map([['ref_audio', 'UklGRg==']]) });
    expect(speechBodyOf(upstream.lastRequest)).toMatchObject({ ref_audio: 'UklGRg==' });
    expect(speechBodyOf(upstream.lastRequest)).not.toHaveProperty('voice_id');
    const wrong = speak({ providerOptions: new Map([['ref_audio', 'no base64!']]) });
    await expect(wrong).rejects.toMatchObject({ param: 'ref_audio' });
  });

  it('understands an answer in one piece', async () => {
    upstream.respondWith(answer(200, { audio_data: spokenAudio('mp3').toString('base64') }));
    expect((await speak()).audio.equals(spokenAudio('mp3'))).toBe(true);
  });

  it('does not take its moderation for a rejected key', async () => {
    upstream.respondWith(answer(403, { object: 'error', message: 'The input was blocked by content moderation.' }));
    await expect(speak()).rejects.toMatchObject({ reason: 'audio_rejected', code: 'content_filter' });
    upstream.respondWith(answer(403, { message: 'You are not allowed to use this model.' }));
    await expect(speak()).rejects.toMatchObject({ reason: 'credential_rejected' });
  });

  it('does not take a stream without audio for speech', async () => {
    upstream.respondWith(mistralStream([...mistralSpeechEvents(Buffer.alloc(0))]));
    await expect(speak()).rejects.toMatchObject({ reason: 'bad_response' });
  });
});

describe('IntegerSamples', () => {
  it('makes the same samples of floats however they are cut', () => {
    const pcm = spokenAudio('pcm').subarray(0, 2_000);
    const floats = asFloats(pcm);
    for (const size of [1, 3, 4, 7, floats.length]) {
      const samples = new IntegerSamples();
      const made: Buffer[] = [];
      for (let at = 0; at < floats.length; at += size) made.push(samples.add(floats.subarray(at, at + size)));
      expect(Buffer.concat(made).equals(pcm)).toBe(true);
    }
  });

  it('bounds what is too loud, and hears nothing in what is no number', () => {
    const floats = Buffer.alloc(16);
    [2, -2, Number.NaN, Number.POSITIVE_INFINITY].forEach((value, index) => floats.writeFloatLE(value, index * 4));
    const made = new IntegerSamples().add(floats);
    expect([0, 2, 4, 6].map((at) => made.readInt16LE(at))).toEqual([32_767, -32_767, 0, 32_767]);
  });
});
