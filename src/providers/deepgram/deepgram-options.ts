import { flag, numberBetween, oneOf, type OptionRule, text, texts } from '../option-fields.js';

const mode = oneOf('extended', 'strict');

/** `true`, `false`, or the languages to choose from, as BCP-47 tags. */
const languageDetection: OptionRule = {
  mustBe: 'true, false or a list of language tags',
  read: (values) => flag.read(values) ?? texts.read(values),
};

/**
 * Deepgram's own fields that a client may send, in Deepgram's spelling; a list is the same field repeated. Not here:
 * `callback`, whose answer has neither transcript nor duration and so could not be billed; `encoding` and `sample_rate`,
 * which are for audio without a container; `mip_opt_out`, which is the operator's decision; `keywords`, `language` and
 * `model`, which are OpenAI's fields too.
 */
export const deepgramOptions: Readonly<Record<string, OptionRule>> = {
  smart_format: flag,
  punctuate: flag,
  numerals: flag,
  measurements: flag,
  dictation: flag,
  filler_words: flag,
  profanity_filter: flag,
  paragraphs: flag,
  utterances: flag,
  utt_split: numberBetween(0, 3_600),
  diarize: flag,
  diarize_model: oneOf('latest', 'v1', 'v2'),
  multichannel: flag,
  keyterm: texts,
  /** Only with `language=multi`. */
  language_hint: texts,
  redact: texts,
  search: texts,
  replace: texts,
  tag: texts,
  extra: texts,
  detect_language: languageDetection,
  detect_entities: flag,
  sentiment: flag,
  topics: flag,
  custom_topic: texts,
  custom_topic_mode: mode,
  intents: flag,
  custom_intent: texts,
  custom_intent_mode: mode,
  summarize: oneOf('true', 'false', 'v2'),
  version: text,
};
