import { flag, integerBetween, numberBetween, oneOf, type OptionRule, text, texts } from '../option-fields.js';

/**
 * The fields of Scribe that a client may send, in ElevenLabs' spelling; a list is the same field repeated. Not here:
 * `webhook` and its company, whose answer has neither transcript nor duration and so could not be billed; what decides
 * the form of the answer (`timestamps_granularity`, `additional_formats`, `multichannel_output_style`), which is ours to
 * read; `file_format`, which is for audio without a container; and what OpenAI has fields for.
 */
export const elevenLabsOptions: Readonly<Record<string, OptionRule>> = {
  tag_audio_events: flag,
  diarize: flag,
  num_speakers: integerBetween(1, 32),
  diarization_threshold: numberBetween(0.1, 0.4),
  detect_speaker_roles: flag,
  use_speaker_library: flag,
  use_multi_channel: flag,
  seed: integerBetween(0, 2_147_483_647),
  no_verbatim: flag,
  keyterms: texts,
  entity_detection: texts,
  entity_redaction: texts,
  /** An instruction; the transcript stays beside what it makes of it. */
  transcript_edit: text,
  secondary_language_codes: texts,
  numbers_format: oneOf('digits', 'words'),
  entity_redaction_mode: oneOf('redacted', 'entity_type', 'enumerated_entity_type'),
};
