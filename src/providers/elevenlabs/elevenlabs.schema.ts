import { z } from 'zod';
import { lenient } from '../lenient-schema.js';

/** A word, the space between two words, or a sound. */
const item = z.object({
  text: z.string(),
  type: lenient(z.string()),
  /** Seconds. */
  start: lenient(z.number()),
  end: lenient(z.number()),
  /** `speaker_0`, or a name or role. */
  speaker_id: lenient(z.string().min(1)),
  /** Natural logarithm of the probability. */
  logprob: lenient(z.number()),
});
export type ScribeItem = z.infer<typeof item>;

const facts = {
  audio_duration_secs: lenient(z.number().nonnegative()),
  transcription_id: lenient(z.string()),
};

const transcript = z.object({
  text: z.string(),
  /** ISO-639-3, sometimes -1. */
  language_code: lenient(z.string().min(1)),
  words: lenient(z.array(item)),
  entities: lenient(z.array(z.unknown())),
  ...facts,
});
export type ScribeTranscript = z.infer<typeof transcript>;

/** At least one. */
type Transcripts = [ScribeTranscript, ...ScribeTranscript[]];

/** An answer: one transcript for each channel, or one. Source: ElevenLabs' API specification. */
export const elevenLabsAnswerSchema = z.union([
  z
    .object({ transcripts: z.tuple([transcript], transcript), ...facts })
    .transform((answer) => ({ ...answer, isMultichannel: true })),
  transcript.transform((only) => {
    const transcripts: Transcripts = [only];
    return { ...only, transcripts, isMultichannel: false };
  }),
]);
