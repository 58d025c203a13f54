import { z } from 'zod';
import { elementsOf, lenient, lenientList, lenientText, partText, wholeText } from '../lenient-schema.js';
import { lenientNumber, wireQuantity } from '../wire-number.js';

const word = z.object({
  word: partText,
  punctuated_word: lenientText,
  start: lenientNumber,
  end: lenientNumber,
  /** 0 to 1. */
  confidence: lenientNumber,
  /** Counts from 0. */
  speaker: lenientNumber,
  /** With `language=multi`. */
  language: lenient(z.string().min(1)),
});
export type DeepgramWord = z.infer<typeof word>;

const alternative = z.object({
  transcript: wholeText,
  words: lenientList(word),
  /** With `language=multi`: those that were heard, the one of most words first. */
  languages: lenientList(z.string()),
  /** With `language=multi`: the hints that were taken, in their base form. */
  languages_hinted: z.unknown().optional(),
  paragraphs: z.unknown().optional(),
  entities: z.unknown().optional(),
});

export type DeepgramAlternative = z.infer<typeof alternative>;

const channel = z.object({
  /** None where nobody speaks. */
  alternatives: lenientList(alternative).transform((list = []) => list),
  detected_language: lenient(z.string().min(1)),
  search: z.unknown().optional(),
});

const utterance = z.object({
  transcript: partText,
  start: lenientNumber,
  end: lenientNumber,
  channel: lenientNumber,
  speaker: lenientNumber,
  words: lenientList(word),
});

const results = z.object({
  channels: elementsOf(channel).refine((channels) => channels.length > 0),
  utterances: lenientList(utterance),
  sentiments: z.unknown().optional(),
  topics: z.unknown().optional(),
  intents: z.unknown().optional(),
  summary: z.unknown().optional(),
});
export type DeepgramResults = z.infer<typeof results>;

/** A pre-recorded answer. Source: Deepgram's API specification. */
export const deepgramAnswerSchema = z.object({
  metadata: lenient(z.object({ request_id: lenient(z.string()), duration: wireQuantity })),
  /** Absent where the answer is no transcript. */
  results: lenient(results),
});
export type DeepgramAnswer = z.infer<typeof deepgramAnswerSchema>;
