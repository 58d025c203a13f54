import type { Capabilities } from '../../domain/capabilities.js';
import { assemblyAiOptions } from './assemblyai-options.js';

/**
 * https://www.assemblyai.com/docs/faq/what-audio-and-video-file-types-are-supported-by-your-api. Its list of videos is not exhaustive,
 * as it says: the sound is taken out of them. So the other usual ones are here as well, in the second part.
 */
const CONTAINERS: Capabilities['containers'] = [
  ...([
    '3ga',
    '8svx',
    'aac',
    'ac3',
    'aif',
    'aiff',
    'amr',
    'ape',
    'au',
    'dss',
    'flac',
    'flv',
    'm4a',
    'm4b',
    'm4p',
  ] as const),
  ...(['m4r', 'mp3', 'mpga', 'ogg', 'oga', 'mogg', 'opus', 'qcp', 'tta', 'voc', 'wav', 'wma', 'wv'] as const),
  ...(['webm', 'mts', 'm2ts', 'ts', 'mov', 'mp2', 'mp4', 'm4v', 'mxf'] as const),
  ...(['3gp', 'asf', 'avi', 'mkv', 'mpeg', 'mpg', 'wmv'] as const),
];

const universal2: Capabilities = {
  tasks: ['transcribe'],
  formats: [],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: true,
  fields: ['language', 'languages', 'keywords', 'logprobs'],
  options: Object.keys(assemblyAiOptions),
  accepts_url: true,
  containers: CONTAINERS,
  max_bytes: 2_200_000_000,
  max_duration_seconds: 36_000,
};

/** The third generation is a language model: it can be prompted. */
const universal3: Capabilities = {
  ...universal2,
  fields: ['language', 'languages', 'prompt', 'temperature', 'keywords', 'logprobs'],
};

/**
 * AssemblyAI's models for recordings, from https://www.assemblyai.com/docs/pre-recorded-audio/select-the-speech-model; the
 * newest from @ai-sdk/assemblyai 3.0.85 (2026-11-20), which says that universal-3-5-pro is deprecated, without a date.
 */
export const assemblyAiModels: Readonly<Record<string, Capabilities>> = {
  'assemblyai-stt-3-7': universal3,
  'universal-3-5-pro': universal3,
  'universal-3-pro': universal3,
  'universal-2': universal2,
  best: universal3,
};

/** The capabilities of a model by its name, known or not. */
export function assemblyAiCapabilities(upstreamModel: string): Capabilities {
  const known = Object.hasOwn(assemblyAiModels, upstreamModel) ? assemblyAiModels[upstreamModel] : undefined;
  return known ?? (upstreamModel.startsWith('universal-2') ? universal2 : universal3);
}

/**
 * AssemblyAI's `speech_models`: in order of preference, the first one that knows the language of the recording works. A
 * deployment gets the one model that it names, at that model's price. `best`, once a model, stands for the recommended
 * one with the 99 languages of the second generation behind it.
 */
export function speechModelsOf(upstreamModel: string): readonly string[] {
  return upstreamModel === 'best' ? ['universal-3-5-pro', 'universal-2'] : [upstreamModel];
}
