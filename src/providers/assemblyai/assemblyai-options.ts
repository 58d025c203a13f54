import { jsonFlag, jsonInteger, jsonNumber, jsonOneOf, type JsonOption, jsonTexts } from '../json-options.js';

const MAX_SPEAKERS = 1_000;
const MAX_MILLISECONDS = 36_000_000;

/**
 * AssemblyAI's own fields that change the transcript. Fields whose result has no place in OpenAI's answers (chapters,
 * sentiment, redacted audio, ...) are not offered: they would be paid for and lost.
 */
export const assemblyAiOptions: Readonly<Record<string, JsonOption>> = {
  speaker_labels: jsonFlag,
  speakers_expected: jsonInteger(1, MAX_SPEAKERS),
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
