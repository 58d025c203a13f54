import {
  jsonFlag,
  jsonInteger,
  jsonNumber,
  jsonOneOf,
  type JsonOption,
  jsonText,
  jsonTexts,
  jsonValue,
} from '../json-options.js';

const MAX_SPEAKERS = 1_000;
const MAX_MILLISECONDS = 36_000_000;

/**
 * AssemblyAI's own fields that change the transcript, or find something in it that is passed on beside it. Not here: what
 * makes files (redacted audio), webhooks, and what OpenAI has fields for.
 */
export const assemblyAiOptions: Readonly<Record<string, JsonOption>> = {
  speaker_labels: jsonFlag,
  speakers_expected: jsonInteger(1, MAX_SPEAKERS),
  speaker_options: jsonValue,
  /** Each channel by itself. */
  multichannel: jsonFlag,
  /** Several languages in one recording, `en` among them. */
  language_codes: jsonTexts,
  /** Such as `medical-v1`. */
  domain: jsonText,
  custom_spelling: jsonValue,
  entity_detection: jsonFlag,
  sentiment_analysis: jsonFlag,
  auto_chapters: jsonFlag,
  auto_highlights: jsonFlag,
  content_safety: jsonFlag,
  content_safety_confidence: jsonInteger(25, 100),
  iab_categories: jsonFlag,
  summarization: jsonFlag,
  summary_model: jsonOneOf('informative', 'conversational', 'catchy'),
  summary_type: jsonOneOf('bullets', 'bullets_verbose', 'gist', 'headline', 'paragraph'),
  punctuate: jsonFlag,
  format_text: jsonFlag,
  disfluencies: jsonFlag,
  filter_profanity: jsonFlag,
  remove_audio_tags: jsonOneOf('all'),
  redact_pii: jsonFlag,
  redact_pii_policies: jsonTexts,
  redact_pii_sub: jsonOneOf('hash', 'entity_name'),
  /** Milliseconds, both of them. */
  audio_start_from: jsonInteger(0, MAX_MILLISECONDS),
  audio_end_at: jsonInteger(0, MAX_MILLISECONDS),
  speech_threshold: jsonNumber(0, 1),
  language_confidence_threshold: jsonNumber(0, 1),
};
