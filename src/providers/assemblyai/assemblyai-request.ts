import type { TranscriptionRequest } from '../../domain/transcription.js';
import { readJsonOptions } from '../json-options.js';
import { rejected } from '../option-fields.js';
import { assemblyAiOptions } from './assemblyai-options.js';
import { speechModelsOf } from './assemblyai.models.js';

/**
 * The body of `POST /v2/transcript`, without what was not asked for: AssemblyAI's own defaults rule there. Only the
 * language differs: without a hint it is detected, where AssemblyAI would take the recording for English.
 * @throws ProviderError `request_rejected` when an option has an impossible value
 */
export function encodeTranscript(
  request: TranscriptionRequest,
  upstreamModel: string,
  audioUrl: string,
): Readonly<Record<string, unknown>> {
  const { prompt, temperature, keywords } = request;
  return {
    audio_url: audioUrl,
    speech_models: speechModelsOf(upstreamModel),
    ...encodeLanguage(request),
    prompt,
    temperature,
    keyterms_prompt: keywords.length > 0 ? keywords : undefined,
    ...encodeOptions(request),
  };
}

function encodeOptions(request: TranscriptionRequest): Readonly<Record<string, unknown>> {
  const options = readJsonOptions(assemblyAiOptions, request.providerOptions);
  if (request.responseFormat !== 'diarized_json') return options;
  if (options.speaker_labels === false) {
    throw rejected('speaker_labels', "response_format 'diarized_json' needs 'speaker_labels'");
  }
  return { ...options, speaker_labels: true };
}

function encodeLanguage({ language, languages }: TranscriptionRequest): Readonly<Record<string, unknown>> {
  if (language !== undefined) return { language_code: toLanguageCode(language) };
  return {
    language_detection: true,
    language_detection_options:
      languages.length > 0 ? { expected_languages: languages.map(toLanguageCode) } : undefined,
  };
}

/** The only variants of a language that AssemblyAI tells apart, by the region of BCP-47. */
const ENGLISH_VARIANTS: Readonly<Record<string, string>> = { au: 'en_au', gb: 'en_uk', uk: 'en_uk', us: 'en_us' };

/** AssemblyAI's code for a language given as ISO-639-1 or BCP-47. */
function toLanguageCode(language: string): string {
  const [primary = '', region = ''] = language.trim().toLowerCase().split(/[-_]/);
  return (primary === 'en' && Object.hasOwn(ENGLISH_VARIANTS, region) && ENGLISH_VARIANTS[region]) || primary;
}
