import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { speechBodyOf } from '../../../test/support/openai-speech-simulator.js';
import { pieces, resetInBody } from '../../../test/support/simulator-answers.js';
import { groqProfile } from '../../../test/support/simulator-profiles.js';
import { describeSpeechContract } from '../../../test/support/speech-contract.js';
import { spokenAudio } from '../../../test/support/spoken-audio.js';
import { groq } from './groq.adapter.js';
import { groqSpeech } from './groq-speech.js';

for (const [upstreamModel, voice] of [
  ['canopylabs/orpheus-v1-english', 'hannah'],
  ['canopylabs/orpheus-arabic-saudi', 'noura'],
] as const) {
  describeSpeechContract(`groq ${upstreamModel}`, {
    create: groq,
    start: () => OpenAiSimulator.start(groqProfile),
    apiBase: (upstream) => upstream.url,
    settings: {},
    apiKey: SIMULATOR_KEY,
    upstreamModel,
    voice,
    inputOf: (request) => speechBodyOf(request)?.['input'],
    errorBody: (message) => ({ error: { message, type: 'x' } }),
    opening: () =>
      pieces(
        (async function* () {
          yield spokenAudio('wav').subarray(0, 4_000);
          await new Promise<never>(() => {});
        })(),
        { 'content-type': 'audio/wav' },
      ),
    torn: () =>
      resetInBody(spokenAudio('wav').subarray(0, 4_000), { 'content-type': 'audio/wav', 'content-length': '9000' }),
  });
}

describe('voices of groq', () => {
  it.each(groqSpeech.knownModels)('has one of its own for each of OpenAI: %s', (model) => {
    const { names, mapped } = groqSpeech.capabilities(model).voices;
    expect(Object.values(mapped).filter((voice) => !names.includes(voice))).toEqual([]);
  });
});
