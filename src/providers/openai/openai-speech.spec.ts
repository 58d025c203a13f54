import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { SPEECH_USAGE, speechBodyOf, speechEvents } from '../../../test/support/openai-speech-simulator.js';
import { answer, eventStream, pieces, resetInBody } from '../../../test/support/simulator-answers.js';
import { describeSpeechContract, listen, plainSpeech, speakingOf } from '../../../test/support/speech-contract.js';
import { inPieces, spokenAudio } from '../../../test/support/spoken-audio.js';
import type { SpeechRequest } from '../../domain/speech.js';
import { ProviderHttp } from '../provider-http.js';
import type { SpeechCall } from '../speaking.js';
import { tokenUsage } from '../../domain/usage.js';
import { openAi, type OpenAiSettings } from './openai.adapter.js';

const errorBody = (message: string): object => ({ error: { message, type: 'x', param: null, code: null } });

/** An audio stream of which the first piece comes, and then nothing. */
async function* firstPiece(audio: Buffer): AsyncGenerator<Buffer> {
  yield audio.subarray(0, 4_000);
  await new Promise<never>(() => {});
}

describeSpeechContract('openai tts-1', {
  create: openAi,
  start: () => OpenAiSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  upstreamModel: 'tts-1',
  voice: 'alloy',
  inputOf: (request) => speechBodyOf(request)?.['input'],
  errorBody,
  opening: () => pieces(firstPiece(spokenAudio('mp3')), { 'content-type': 'audio/mpeg' }),
  torn: () =>
    resetInBody(spokenAudio('mp3').subarray(0, 4_000), { 'content-type': 'audio/mpeg', 'content-length': '9000' }),
});

describeSpeechContract('openai gpt-4o-mini-tts', {
  create: openAi,
  start: () => OpenAiSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  upstreamModel: 'gpt-4o-mini-tts',
  voice: 'verse',
  inputOf: (request) => speechBodyOf(request)?.['input'],
  errorBody,
  opening: () =>
    eventStream(
      (async function* () {
        yield { type: 'speech.audio.delta', audio: 'SUQzBA==' };
        await new Promise<never>(() => {});
      })(),
    ),
  torn: () => eventStream([{ type: 'speech.audio.delta', audio: 'SUQzBA==' }]),
});

describe('speech of openai', () => {
  let upstream: OpenAiSimulator;
  const http = new ProviderHttp();
  const speech = speakingOf(openAi(http));

  beforeEach(async () => {
    upstream = await OpenAiSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(upstreamModel: string, request: Partial<SpeechRequest> = {}): SpeechCall<OpenAiSettings> {
    return {
      request: plainSpeech(request),
      upstreamModel,
      upstreamFormat: request.responseFormat ?? 'wav',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: {},
      signal: new AbortController().signal,
    };
  }

  it('asks the newer models for events, because only they tell the tokens, and the first generation for audio', async () => {
    const newer = await listen(speech.speak(callFor('gpt-4o-mini-tts')));
    expect(speechBodyOf(upstream.lastRequest)).toMatchObject({ stream_format: 'sse' });
    expect(newer.end).toMatchObject({ usage: tokenUsage({ audio: 0, text: 14, output: 101 }) });
    const first = await listen(speech.speak(callFor('tts-1')));
    expect(speechBodyOf(upstream.lastRequest)).not.toHaveProperty('stream_format');
    expect(first.end).toEqual({ type: 'done', upstreamRequestId: 'req_simulated' });
    expect(newer.audio.equals(first.audio)).toBe(true);
  });

  it('takes bare audio from a server that does not know events', async () => {
    upstream.respondWith(pieces(inPieces(spokenAudio('wav')), { 'content-type': 'audio/wav' }));
    const { audio } = await listen(speech.speak(callFor('gpt-4o-mini-tts')));
    expect(audio.equals(spokenAudio('wav'))).toBe(true);
  });

  it('sends only what was asked for, and a voice by its id as an object', async () => {
    await listen(speech.speak(callFor('tts-1')));
    expect(speechBodyOf(upstream.lastRequest)).toEqual({
      model: 'tts-1',
      input: 'The quick brown fox.',
      voice: 'alloy',
      response_format: 'wav',
    });
    const request = { voice: 'voice_1234', isVoiceId: true, instructions: 'whisper', speed: 1.5 };
    await listen(speech.speak(callFor('gpt-4o-mini-tts', request)));
    expect(speechBodyOf(upstream.lastRequest)).toMatchObject({
      voice: { id: 'voice_1234' },
      instructions: 'whisper',
      speed: 1.5,
    });
  });

  it.each([
    ['an error event', [{ type: 'error', error: { message: 'overloaded', code: 'server_error' } }], 'unavailable'],
    ['no audio', [{ type: 'speech.audio.done', usage: SPEECH_USAGE }], 'bad_response'],
    ['something that is no JSON', ['hello'], 'bad_response'],
    ['nothing', [], 'bad_response'],
  ])('explains a stream with %s', async (_what, events, reason) => {
    upstream.respondWith(eventStream(events));
    await expect(listen(speech.speak(callFor('gpt-4o-mini-tts')))).rejects.toMatchObject({ reason });
  });

  it('takes a stream that ends with [DONE]', async () => {
    const [audio] = speechEvents(spokenAudio('wav').subarray(0, 100));
    upstream.respondWith(eventStream([audio ?? {}, '[DONE]']));
    const said = await listen(speech.speak(callFor('gpt-4o-mini-tts')));
    expect([said.audio.length, said.end?.usage]).toEqual([100, undefined]);
  });

  it.each([
    ['wav', 'mp3'],
    ['mp3', 'wav'],
    ['flac', 'opus'],
    ['pcm', 'wav'],
  ] as const)('does not pass on %s where %s was answered', async (asked, answered) => {
    upstream.respondWith(answer(200, spokenAudio(answered), { 'content-type': 'application/octet-stream' }));
    const failure = listen(speech.speak(callFor('tts-1', { responseFormat: asked })));
    await expect(failure).rejects.toMatchObject({ reason: 'bad_response', message: expect.stringContaining(answered) });
  });

  it('passes on audio whatever the answer says of its type', async () => {
    upstream.respondWith(answer(200, spokenAudio('wav'), { 'content-type': 'application/json' }));
    await expect(listen(speech.speak(callFor('tts-1')))).resolves.toMatchObject({ audio: spokenAudio('wav') });
  });

  it('says that there is no route for speech where there is none', async () => {
    upstream.respondWith(answer(404, { detail: 'Not Found' }));
    await expect(listen(speech.speak(callFor('tts-1')))).rejects.toMatchObject({ reason: 'unsupported' });
  });
});
