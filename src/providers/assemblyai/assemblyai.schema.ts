import { z } from 'zod';
import { lenient, lenientList, lenientText, partText, wholeText } from '../lenient-schema.js';
import { lenientNumber, wireNumber, wireQuantity } from '../wire-number.js';

const word = z.object({
  text: partText,
  /** Milliseconds. */
  start: lenientNumber,
  end: lenientNumber,
  confidence: lenient(wireNumber.pipe(z.number().min(0).max(1))),
  speaker: lenientText,
});

const utterance = z.object({ text: partText, start: lenientNumber, end: lenientNumber, speaker: lenientText });

/** The answer to an upload. */
export const uploadSchema = z.object({ upload_url: z.url() });

/** A transcript in any state; the states that AssemblyAI may add count as unfinished. */
export const transcriptSchema = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  /** Present with the status `error`. */
  error: lenient(z.string()),
  text: wholeText,
  language_code: lenient(z.string().min(1)),
  /** Whole seconds. */
  audio_duration: wireQuantity,
  words: lenientList(word),
  /** Present where speakers were asked for. */
  utterances: lenientList(utterance),
  /** What options find beside the transcript; null where they were not asked for. */
  entities: z.unknown().optional(),
  sentiment_analysis_results: z.unknown().optional(),
  chapters: z.unknown().optional(),
  auto_highlights_result: z.unknown().optional(),
  content_safety_labels: z.unknown().optional(),
  iab_categories_result: z.unknown().optional(),
  summary: z.unknown().optional(),
});
export type Transcript = z.infer<typeof transcriptSchema>;
