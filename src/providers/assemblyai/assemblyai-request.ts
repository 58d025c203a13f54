import { languageTag, whisperCode } from '../../domain/language.js';
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
  const options = encodeOptions(request);
  return {
    audio_url: audioUrl,
    speech_models: speechModelsOf(upstreamModel),
    ...encodeLanguage(request, options.language_codes !== undefined),
    prompt,
    temperature,
    keyterms_prompt: keywords.length > 0 ? keywords : undefined,
    ...options,
  };
}

function encodeOptions(request: TranscriptionRequest): Readonly<Record<string, unknown>> {
  const options = readJsonOptions(assemblyAiOptions, request.providerOptions);
  // A channel is a speaker.
  if (request.responseFormat !== 'diarized_json' || options.multichannel === true) return options;
  if (options.speaker_labels === false) {
    throw rejected('speaker_labels', "response_format 'diarized_json' needs 'speaker_labels'");
  }
  return { ...options, speaker_labels: true };
}

function encodeLanguage(
  { language, languages }: TranscriptionRequest,
  isNamed: boolean,
): Readonly<Record<string, unknown>> {
  if (isNamed) {
    if (language === undefined && languages.length === 0) return {};
    throw rejected('language_codes', 'the request already names a language');
  }
  if (language !== undefined) return { language_code: toLanguageCode(language) };
  return {
    language_detection: true,
    language_detection_options:
      languages.length > 0 ? { expected_languages: [...new Set(languages.map(toLanguageCode))] } : undefined,
  };
}

/** The only variants of a language that AssemblyAI tells apart. */
const ENGLISH_VARIANTS: Readonly<Record<string, string>> = { 'en-au': 'en_au', 'en-gb': 'en_uk', 'en-us': 'en_us' };

/** AssemblyAI's code for a language: whisper's, but for those variants. */
function toLanguageCode(language: string): string {
  const tag = languageTag(language) ?? language;
  return (Object.hasOwn(ENGLISH_VARIANTS, tag) && ENGLISH_VARIANTS[tag]) || whisperCode(tag);
}
