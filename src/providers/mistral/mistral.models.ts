import type { Capabilities } from '../../domain/capabilities.js';
import { retirementByLiteLlm } from '../litellm-source.js';

const transcribe2: Capabilities = {
  tasks: ['transcribe'],
  // Its answers resemble OpenAI's but have another `usage`, and neither duration nor the fields of whisper's segments.
  formats: [],
  // The specification knows `word`, the service refuses it.
  granularities: ['segment'],
  streaming: true,
  stream_formats: ['json', 'text'],
  diarization: true,
  fields: ['language', 'temperature', 'keywords'],
  options: ['diarize', 'context_bias', 'speaker_references'],
  accepts_url: true,
  // No `containers`: its pages on audio formats name none for files.
  max_bytes: 500_000_000,
};

/** Before Voxtral Transcribe 2 there were neither speakers nor context. */
const transcribe1: Capabilities = {
  ...transcribe2,
  diarization: false,
  fields: ['language', 'temperature'],
  options: [],
};

/** Mistral's transcription models: https://docs.mistral.ai/models. */
export const mistralModels: Readonly<Record<string, Capabilities>> = {
  'voxtral-mini-latest': transcribe2,
  'voxtral-small-transcribe-3-0': transcribe2,
  'voxtral-mini-transcribe-3-0': transcribe2,
  'voxtral-mini-2602': { ...transcribe2, retirement: retirementByLiteLlm('2027-04-30') },
  'voxtral-mini-2507': transcribe1,
};

/** The capabilities of a model by its name, known or not. */
export function mistralCapabilities(upstreamModel: string): Capabilities {
  const known = Object.hasOwn(mistralModels, upstreamModel) ? mistralModels[upstreamModel] : undefined;
  return known ?? (upstreamModel.endsWith('-2507') ? transcribe1 : transcribe2);
}
