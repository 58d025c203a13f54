import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { speechBodyOf } from '../../../test/support/openai-speech-simulator.js';
import { pieces, resetInBody } from '../../../test/support/simulator-answers.js';
import { selfHostedProfile } from '../../../test/support/simulator-profiles.js';
import { describeSpeechContract, listen, plainSpeech, speakingOf } from '../../../test/support/speech-contract.js';
import { spokenAudio } from '../../../test/support/spoken-audio.js';
import { ProviderHttp } from '../provider-http.js';
import { openAiCompatible } from './openai-compatible.adapter.js';

describeSpeechContract('openai-compatible', {
  create: openAiCompatible,
  start: () => OpenAiSimulator.start(selfHostedProfile),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  upstreamModel: 'kokoro',
  voice: 'af_heart',
  inputOf: (request) => speechBodyOf(request)?.['input'],
  errorBody: (message) => ({ detail: message }),
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

describe('speech of any server', () => {
  it('is what the settings say, and otherwise all that OpenAI knows', () => {
    const { capabilities } = speakingOf(openAiCompatible(new ProviderHttp()));
    expect(capabilities('kokoro')).toMatchObject({
      formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'],
      fields: ['instructions', 'speed'],
      voices: { others: true, ids: true },
      options: 'any',
      max_characters: undefined,
    });
    const settings = { speech_formats: ['wav' as const], max_characters: 500, options: ['exaggeration'] };
    expect(capabilities('kokoro', settings)).toMatchObject({
      formats: ['wav'],
      max_characters: 500,
      options: ['exaggeration'],
    });
  });

  it('gets every field that the client sends', async () => {
    const [http, upstream] = [new ProviderHttp(), await OpenAiSimulator.start(selfHostedProfile)];
    const providerOptions = new Map<string, unknown>([
      ['exaggeration', 0.7],
      ['lang_code', 'a'],
    ]);
    await listen(
      speakingOf(openAiCompatible(http)).speak({
        request: plainSpeech({ voice: 'af_sky+af_bella', providerOptions }),
        upstreamModel: 'kokoro',
        upstreamFormat: 'wav',
        apiBase: upstream.url,
        settings: {},
        signal: new AbortController().signal,
      }),
    );
    const body = speechBodyOf(upstream.lastRequest);
    expect(body).toMatchObject({ voice: 'af_sky+af_bella', exaggeration: 0.7, lang_code: 'a' });
    await http.onModuleDestroy();
    await upstream.close();
  });
});
