import { blockedAnswer } from '../../../test/support/gemini-fixtures.js';
import { GEMINI_KEY, GeminiSimulator, speechChunks } from '../../../test/support/gemini-simulator.js';
import { answer, eventStream } from '../../../test/support/simulator-answers.js';
import { describeSpeechContract, listen, plainSpeech, speakingOf } from '../../../test/support/speech-contract.js';
import { spokenAudio } from '../../../test/support/spoken-audio.js';
import type { SpeechRequest } from '../../domain/speech.js';
import { tokenUsage } from '../../domain/usage.js';
import { ProviderHttp } from '../provider-http.js';
import { gemini } from './gemini.adapter.js';

function firstChunk(): object {
  const [chunk = {}] = speechChunks(spokenAudio('pcm'));
  return chunk;
}

describeSpeechContract('gemini', {
  create: gemini,
  start: () => GeminiSimulator.start(),
  apiBase: (upstream) => upstream.origin,
  settings: {},
  apiKey: GEMINI_KEY,
  upstreamModel: 'gemini-3.8-flash-tts',
  voice: 'Kore',
  inputOf: ({ rawBody }) => JSON.parse(rawBody.toString()).contents[0].parts[0].text,
  errorBody: (message) => ({ error: { code: 400, message, status: 'X' } }),
  opening: () =>
    eventStream(
      (async function* () {
        yield firstChunk();
        await new Promise<never>(() => {});
      })(),
    ),
  torn: () => eventStream([firstChunk()]),
});

describe('speech of gemini', () => {
  let upstream: GeminiSimulator;
  const http = new ProviderHttp();
  const speech = speakingOf(gemini(http));

  beforeEach(async () => {
    upstream = await GeminiSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  const speak = (upstreamModel: string, request: Partial<SpeechRequest> = {}) =>
    listen(
      speech.speak({
        request: plainSpeech({ voice: 'Kore', ...request }),
        upstreamModel,
        upstreamFormat: 'pcm',
        apiBase: upstream.origin,
        apiKey: GEMINI_KEY,
        settings: {},
        signal: new AbortController().signal,
      }),
    );

  it('has the style beside the text since 3.8, in the text before', async () => {
    const request = { instructions: 'cheerful', providerOptions: new Map([['language_code', 'en-GB']]) };
    const { end } = await speak('gemini-3.8-flash-tts', request);
    expect(upstream.asked).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'The quick brown fox.', speechMetadata: { style: 'cheerful' } }] }],
      generationConfig: {
        responseModalities: ['AUDIO'],
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } }, languageCode: 'en-GB' },
      },
    });
    expect(end).toMatchObject({
      usage: tokenUsage({ audio: 0, text: 8, output: 48 }),
      upstreamRequestId: 'resp-simulated',
    });
    await speak('gemini-2.5-flash-preview-tts', { instructions: 'cheerful' });
    expect(upstream.asked).toMatchObject({ contents: [{ parts: [{ text: 'cheerful\n\nThe quick brown fox.' }] }] });
  });

  it('understands an answer in one piece', async () => {
    const chunks = [...speechChunks(spokenAudio('pcm').subarray(0, 4_096))];
    upstream.respondWith(answer(200, Object.assign({}, chunks[1], { candidates: merged(chunks) })));
    expect((await speak('gemini-3.8-flash-tts')).audio).toEqual(spokenAudio('pcm').subarray(0, 4_096));
  });

  it.each([
    ['a refusal', blockedAnswer('PROHIBITED_CONTENT'), { reason: 'audio_rejected', code: 'content_filter' }],
    ['another rate', chunkOf('audio/L16;codec=pcm;rate=48000'), { reason: 'bad_response' }],
    ['another kind of audio', chunkOf('audio/mpeg'), { reason: 'bad_response' }],
    [
      'text only',
      { candidates: [{ content: { parts: [{ text: 'Hm.' }] }, finishReason: 'STOP' }] },
      { reason: 'bad_response' },
    ],
    [
      'an answer that is cut off',
      { candidates: [{ finishReason: 'MAX_TOKENS' }] },
      { reason: 'bad_response', isFinal: true },
    ],
  ])('explains %s', async (_what, chunk, expected) => {
    upstream.respondWith(eventStream([chunk]));
    await expect(speak('gemini-3.8-flash-tts')).rejects.toMatchObject(expected);
  });

  it('has a voice of its own for each of OpenAI', () => {
    const { names, mapped } = speech.capabilities('gemini-3.8-flash-tts').voices;
    expect(names).toHaveLength(30);
    expect(Object.values(mapped).filter((voice) => !names.includes(voice))).toEqual([]);
  });
});

function chunkOf(mimeType: string): object {
  return { candidates: [{ content: { parts: [{ inlineData: { mimeType, data: 'AAAA' } }] } }] };
}

function merged(chunks: readonly object[]): unknown[] {
  return [Object.assign({}, ...chunks.flatMap((it) => Reflect.get(it, 'candidates')).toReversed())];
}
