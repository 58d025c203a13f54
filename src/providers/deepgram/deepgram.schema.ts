import { z } from 'zod';
import { lenient } from '../lenient-schema.js';

const word = z.object({
  word: z.string(),
  punctuated_word: lenient(z.string()),
  start: z.number(),
  end: z.number(),
  /** 0 to 1. */
  confidence: lenient(z.number()),
  /** Counts from 0. */
  speaker: lenient(z.number()),
});
export type DeepgramWord = z.infer<typeof word>;

const alternative = z.object({
  transcript: z.string(),
  words: lenient(z.array(word)),
  /** With `language=multi`: those that were heard. */
  languages: lenient(z.array(z.string())),
  paragraphs: z.unknown().optional(),
  entities: z.unknown().optional(),
});

const channel = z.object({
  alternatives: z.array(alternative),
  detected_language: lenient(z.string().min(1)),
  search: z.unknown().optional(),
});

const utterance = z.object({
  transcript: z.string(),
  start: z.number(),
  end: z.number(),
  channel: lenient(z.number()),
  speaker: lenient(z.number()),
  words: z.array(word),
});

/** A pre-recorded answer. Strict only about what a transcript needs. Source: Deepgram's API specification. */
export const deepgramAnswerSchema = z.object({
  metadata: lenient(z.object({ request_id: lenient(z.string()), duration: lenient(z.number().nonnegative()) })),
  results: z.object({
    channels: z.array(channel).min(1),
    utterances: lenient(z.array(utterance)),
    sentiments: z.unknown().optional(),
    topics: z.unknown().optional(),
    intents: z.unknown().optional(),
    summary: z.unknown().optional(),
  }),
});
export type DeepgramAnswer = z.infer<typeof deepgramAnswerSchema>;
