import type { Capabilities } from '../../domain/capabilities.js';
import type { Retirement } from '../../domain/retirement.js';
import { elevenLabsOptions } from './elevenlabs-options.js';

/** https://elevenlabs.io/docs/capabilities/speech-to-text, "Supported formats": of sound, then of video. */
const CONTAINERS: Capabilities['containers'] = [
  ...(['aac', 'aif', 'aiff', 'flac', 'm4a', 'mp3', 'mpga', 'oga', 'ogg', 'opus', 'wav'] as const),
  ...(['3gp', 'avi', 'flv', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'webm', 'wmv'] as const),
];

const scribe3: Capabilities = {
  tasks: ['transcribe'],
  // Scribe's answer is of its own shape.
  formats: [],
  granularities: ['word'],
  streaming: false,
  diarization: true,
  fields: ['language', 'temperature', 'keywords', 'logprobs'],
  options: Object.keys(elevenLabsOptions),
  accepts_url: true,
  containers: CONTAINERS,
  // "Less than 5.0 GB", and ten hours; with several channels one hour, which only ElevenLabs can judge.
  max_bytes: 4_999_999_999,
  max_duration_seconds: 36_000,
};

/** Without what came with the third version. */
const scribe2: Capabilities = {
  ...scribe3,
  options: Object.keys(elevenLabsOptions).filter((it) => it !== 'secondary_language_codes' && it !== 'numbers_format'),
};

/** Without what came with the second version. */
const scribe1: Capabilities = {
  ...scribe2,
  fields: ['language', 'temperature', 'logprobs'],
  options: ['tag_audio_events', 'diarize', 'num_speakers', 'diarization_threshold', 'use_multi_channel', 'seed'],
  max_bytes: 2_999_999_999,
};

/** Models worth offering to everybody who has a key; the first version is gone. */
export const elevenLabsModels = ['scribe_v3', 'scribe_v2', 'scribe_v2_medical'] as const;

const firstRetirement: Retirement = {
  date: '2026-07-09',
  source: 'https://elevenlabs.io/docs/changelog/2026/6/8',
  as_of: '2026-11-27',
  confidence: 'announced',
  replacement: 'scribe_v2',
};

/**
 * The capabilities of a model by its name; an unknown one is a successor of the third version.
 * Source: https://elevenlabs.io/docs/api-reference/speech-to-text/convert and elevenlabs 2.78.0 for Python
 */
export function elevenLabsCapabilities(upstreamModel: string): Capabilities {
  if (upstreamModel === 'scribe_v1') return { ...scribe1, retirement: firstRetirement };
  if (upstreamModel.startsWith('scribe_v1')) return scribe1;
  return upstreamModel.startsWith('scribe_v2') ? scribe2 : scribe3;
}
