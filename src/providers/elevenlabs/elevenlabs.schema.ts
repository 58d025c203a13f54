import { z } from 'zod';
import { lenient, lenientList, partText, wholeText } from '../lenient-schema.js';
import { lenientNumber, wireQuantity } from '../wire-number.js';

/** A word, the space between two words, or a sound. */
const item = z.object({
  text: partText,
  type: lenient(z.string()),
  /** Seconds. */
  start: lenientNumber,
  end: lenientNumber,
  /** `speaker_0`, or a name or role. */
  speaker_id: lenient(z.string().min(1)),
  /** Natural logarithm of the probability. */
  logprob: lenientNumber,
});
export type ScribeItem = z.infer<typeof item>;

const facts = {
  audio_duration_secs: wireQuantity,
  transcription_id: lenient(z.string()),
};

const transcript = z.object({
  /** Absent where the answer is no transcript. */
  text: wholeText,
  /** ISO-639-3, sometimes -1. */
  language_code: lenient(z.string().min(1)),
  words: lenientList(item),
  entities: lenient(z.array(z.unknown())),
  /** What `transcript_edit` made of the text. */
  edited_transcript: lenient(z.string()),
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
