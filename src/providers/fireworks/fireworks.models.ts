import type { Capabilities } from '../../domain/capabilities.js';
import type { Retirement } from '../../domain/retirement.js';
import { flag, integerBetween, oneOf, type OptionRule } from '../option-fields.js';

/** Fireworks' own fields. */
export const fireworksOptions: Readonly<Record<string, OptionRule>> = {
  vad_model: oneOf('silero', 'whisperx-pyannet'),
  alignment_model: oneOf('mms_fa', 'tdnn_ffn', 'gentle'),
  preprocessing: oneOf('none', 'dynamic', 'soft_dynamic', 'bass_dynamic'),
  diarize: flag,
  min_speakers: integerBetween(1, Number.MAX_SAFE_INTEGER),
  max_speakers: integerBetween(1, Number.MAX_SAFE_INTEGER),
};

const whisper: Capabilities = {
  tasks: ['transcribe', 'translate'],
  // Its `verbose_json` has bare segments, and null where OpenAI's leaves a list out.
  formats: ['json', 'text', 'srt', 'vtt'],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: true,
  fields: ['language', 'prompt', 'temperature'],
  options: Object.keys(fireworksOptions),
  accepts_url: true,
  // No `containers`: "formats like MP3, FLAC, and WAV" is no list (https://docs.fireworks.ai/guides/querying-asr-models).
  max_bytes: 1_000_000_000,
};

/** Only the full-size whisper was trained to translate. */
const whisperTurbo: Capabilities = { ...whisper, tasks: ['transcribe'] };

/** When Fireworks switched its serverless audio off, as users of LiteLLM tell. */
const serverlessRetirement: Retirement = {
  date: '2026-06-10',
  source: 'https://github.com/BerriAI/litellm/issues/30916',
  as_of: '2026-11',
  confidence: 'reported',
};

/** The models of the serverless service: https://docs.fireworks.ai/api-reference/audio-transcriptions */
export const fireworksModels: Readonly<Record<string, Capabilities>> = {
  'whisper-v3': { ...whisper, retirement: serverlessRetirement },
  'whisper-v3-turbo': { ...whisperTurbo, retirement: serverlessRetirement },
};

/**
 * The capabilities of a model by its name, known or not.
 * @param isDedicated whether the customer runs it, so that the end of the serverless service does not concern it
 */
export function fireworksCapabilities(upstreamModel: string, isDedicated: boolean): Capabilities {
  const serverless =
    !isDedicated && Object.hasOwn(fireworksModels, upstreamModel) ? fireworksModels[upstreamModel] : undefined;
  return serverless ?? (isTurbo(upstreamModel) ? whisperTurbo : whisper);
}

/** Whether the name is one of the distilled model. */
export function isTurbo(upstreamModel: string): boolean {
  return /turbo/i.test(upstreamModel);
}
