import { AzureSimulator } from '../../../test/support/azure-simulator.js';
import { SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { speechBodyOf } from '../../../test/support/openai-speech-simulator.js';
import { pieces, resetInBody } from '../../../test/support/simulator-answers.js';
import { describeSpeechContract } from '../../../test/support/speech-contract.js';
import { spokenAudio } from '../../../test/support/spoken-audio.js';
import { azure, azureSettingsSchema } from './azure.adapter.js';
import { azureSpeech } from './azure-speech.js';

for (const [upstreamModel, url_style] of [
  ['tts-hd', 'deployment'],
  ['gpt-4o-mini-tts', 'v1'],
] as const) {
  describeSpeechContract(`azure ${upstreamModel} (${url_style})`, {
    create: azure,
    start: () => AzureSimulator.start(),
    apiBase: (upstream) => upstream.origin,
    settings: azureSettingsSchema.parse({ url_style }),
    apiKey: SIMULATOR_KEY,
    upstreamModel,
    voice: 'alloy',
    inputOf: (request) => speechBodyOf(request)?.['input'],
    errorBody: (message) => ({ error: { message, code: 'x' } }),
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
}

describe('speech of azure', () => {
  it.each([
    ['tts', ['speed'], '2026-12-15'],
    ['my-tts-hd', ['speed'], '2026-12-15'],
    ['eu-gpt-4o-mini-tts', ['instructions', 'speed'], '2027-06-15'],
    ['voices', ['speed'], undefined],
  ])('knows what %s can do', (name, fields, retirement_date) => {
    expect(azureSpeech.capabilities(name)).toMatchObject({ fields });
    expect(azureSpeech.capabilities(name).retirement?.date).toBe(retirement_date);
  });

  it('goes by the base model where a setting names it', () => {
    const settings = azureSettingsSchema.parse({ base_model: 'gpt-4o-mini-tts' });
    expect(azureSpeech.capabilities('voices', settings).fields).toEqual(['instructions', 'speed']);
  });
});
