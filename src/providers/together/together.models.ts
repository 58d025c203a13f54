import type { Capabilities } from '../../domain/capabilities.js';

/** `nvidia/parakeet-*` and what else has no more than the endpoint itself promises. */
const plain: Capabilities = {
  tasks: ['transcribe'],
  // Its `verbose_json` has bare segments and a language code; it is what the other formats are made from.
  formats: ['json'],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: false,
  fields: ['language', 'prompt', 'temperature'],
  options: [],
  accepts_url: true,
  // https://github.com/togethercomputer/openapi: the list of /audio/transcriptions, as of May 2026.
  containers: ['wav', 'mp3', 'm4a', 'webm', 'flac', 'ogg', 'opus', 'aac'],
  // A file that is fetched from an address may have 1 GB.
  max_bytes: 80 * 1024 * 1024,
  max_duration_seconds: 4 * 3_600,
};

const whisper: Capabilities = {
  ...plain,
  tasks: ['transcribe', 'translate'],
  diarization: true,
  options: ['diarize', 'min_speakers', 'max_speakers'],
};

/** Language models that listen write text only. */
const voxtral: Capabilities = { ...plain, granularities: [] };

/** Together's transcription models: https://docs.together.ai/docs/speech-to-text */
export const togetherModels: Readonly<Record<string, Capabilities>> = {
  'openai/whisper-large-v3': whisper,
  'mistralai/Voxtral-Mini-3B-2507': voxtral,
};

/** What a name suggests, first match first. */
const FAMILIES: readonly (readonly [RegExp, Capabilities])[] = [
  [/whisper/i, whisper],
  [/voxtral/i, voxtral],
];

/** The capabilities of a model by its name, known or not. */
export function togetherCapabilities(upstreamModel: string): Capabilities {
  const known = Object.hasOwn(togetherModels, upstreamModel) ? togetherModels[upstreamModel] : undefined;
  return known ?? FAMILIES.find(([name]) => name.test(upstreamModel))?.[1] ?? plain;
}
