import type { Capabilities } from '../../domain/capabilities.js';

const largeV3: Capabilities = {
  tasks: ['transcribe', 'translate'],
  // No source says how much of OpenAI's form its `verbose_json` has; it is what the other formats are made from.
  formats: ['json'],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: false,
  fields: ['language', 'prompt', 'temperature'],
  options: [],
};

/** Only the full-size whisper was trained to translate. */
const largeV3Turbo: Capabilities = { ...largeV3, tasks: ['transcribe'] };

/** Language models that listen write text only. */
const voxtral: Capabilities = { ...largeV3Turbo, granularities: [] };

/** DeepInfra's transcription models: https://deepinfra.com/models/automatic-speech-recognition */
export const deepInfraModels: Readonly<Record<string, Capabilities>> = {
  'openai/whisper-large-v3': largeV3,
  'openai/whisper-large-v3-turbo': largeV3Turbo,
  'mistralai/Voxtral-Mini-3B-2507': voxtral,
};

/** What a name suggests, first match first. */
const FAMILIES: readonly (readonly [RegExp, Capabilities])[] = [
  [/turbo|distil/i, largeV3Turbo],
  [/voxtral/i, voxtral],
];

/** The capabilities of a model by its name, known or not. */
export function deepInfraCapabilities(upstreamModel: string): Capabilities {
  const known = Object.hasOwn(deepInfraModels, upstreamModel) ? deepInfraModels[upstreamModel] : undefined;
  return known ?? FAMILIES.find(([name]) => name.test(upstreamModel))?.[1] ?? largeV3;
}
