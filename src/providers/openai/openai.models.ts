import { openAiExtensions } from '../../domain/audio-container.js';
import type { Capabilities } from '../../domain/capabilities.js';
import type { Retirement } from '../../domain/retirement.js';
import { retirementByLiteLlm } from '../litellm-source.js';
import { OPENAI_DEPRECATIONS } from './openai.deprecations.js';

/** OpenAI refuses larger request bodies with a 413 that names this number. */
const MAX_BYTES = 26_214_400;

/** Files that it takes. */
export const openAiContainers: Capabilities['containers'] = [...openAiExtensions];

/**
 * OpenAI's notice of 26 August 2026 for whisper-1, the gpt-4o transcription models and translations, as those tell who have
 * copied it: developersdigest.tech/blog/whisper-1-gpt-4o-transcribe-deprecation (17 October 2026).
 */
const retirement: Retirement = {
  date: '2027-02-26',
  source: OPENAI_DEPRECATIONS,
  as_of: '2026-11-27',
  confidence: 'reported',
  replacement: 'gpt-transcribe',
};

const whisper: Capabilities = {
  tasks: ['transcribe', 'translate'],
  formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
  granularities: ['word', 'segment'],
  // `stream` is accepted and ignored.
  streaming: false,
  diarization: false,
  fields: ['language', 'prompt', 'temperature'],
  options: [],
  containers: openAiContainers,
  max_bytes: MAX_BYTES,
};

const gpt4o: Capabilities = {
  tasks: ['transcribe'],
  // The specification says json only, the live API's own error message says "Use 'json' or 'text' instead".
  formats: ['json', 'text'],
  granularities: [],
  streaming: true,
  diarization: false,
  fields: ['language', 'prompt', 'temperature', 'logprobs', 'chunking_strategy'],
  options: [],
  containers: openAiContainers,
  max_bytes: MAX_BYTES,
  max_duration_seconds: 1_500,
};

const gpt4oDiarize: Capabilities = {
  ...gpt4o,
  formats: ['json', 'text', 'diarized_json'],
  // Only in `diarized_json`, which is where subtitles are made from.
  granularities: ['segment'],
  diarization: true,
  fields: ['language', 'temperature', 'chunking_strategy', 'known_speakers'],
  max_duration_seconds: 1_400,
};

const gptTranscribe: Capabilities = {
  tasks: ['transcribe'],
  formats: ['json'],
  granularities: [],
  streaming: true,
  diarization: false,
  fields: ['language', 'prompt', 'temperature', 'keywords', 'languages'],
  options: [],
  containers: openAiContainers,
  max_bytes: MAX_BYTES,
};

/** OpenAI's transcription models, from its API specification and model pages. */
export const openAiModels: Readonly<Record<string, Capabilities>> = {
  'gpt-transcribe': gptTranscribe,
  'gpt-4o-transcribe': { ...gpt4o, retirement },
  'gpt-4o-mini-transcribe': { ...gpt4o, retirement },
  'gpt-4o-mini-transcribe-2025-03-20': { ...gpt4o, retirement: retirementByLiteLlm('2027-01-20') },
  'gpt-4o-mini-transcribe-2025-12-15': { ...gpt4o, retirement },
  'gpt-4o-transcribe-diarize': { ...gpt4oDiarize, retirement },
  'whisper-1': { ...whisper, retirement },
};

/** What a name suggests, first match first; a snapshot or a successor keeps its family's abilities. */
const FAMILIES: readonly (readonly [RegExp, Capabilities])[] = [
  [/diarize/i, gpt4oDiarize],
  [/gpt-4o/i, gpt4o],
  [/whisper/i, whisper],
];

/** The capabilities of a model by its name, known or not. */
export function openAiCapabilities(upstreamModel: string): Capabilities {
  const known = Object.hasOwn(openAiModels, upstreamModel) ? openAiModels[upstreamModel] : undefined;
  return known ?? FAMILIES.find(([name]) => name.test(upstreamModel))?.[1] ?? gptTranscribe;
}
