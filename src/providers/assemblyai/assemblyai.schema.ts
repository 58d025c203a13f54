import { z } from 'zod';
import { lenient } from '../lenient-schema.js';

/** Milliseconds. */
const time = z.number().nonnegative();

const word = z.object({
  text: z.string(),
  start: time,
  end: time,
  confidence: lenient(z.number().min(0).max(1)),
  speaker: lenient(z.string()),
});

const utterance = z.object({ text: z.string(), start: time, end: time, speaker: lenient(z.string()) });

/** The answer to an upload. */
export const uploadSchema = z.object({ upload_url: z.url() });

/** A transcript in any state; the states that AssemblyAI may add count as unfinished. */
export const transcriptSchema = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  /** Present with the status `error`. */
  error: lenient(z.string()),
  text: lenient(z.string()),
  language_code: lenient(z.string().min(1)),
  /** Whole seconds. */
  audio_duration: lenient(z.number().nonnegative()),
  words: lenient(z.array(word)),
  /** Present where speakers were asked for. */
  utterances: lenient(z.array(utterance)),
});
export type Transcript = z.infer<typeof transcriptSchema>;
