import { z } from 'zod';
import { lenient, lenientList, lenientText, partText, wholeText } from '../lenient-schema.js';
import { lenientNumber, wireQuantity } from '../wire-number.js';

const segment = z.object({ text: partText, start: lenientNumber, end: lenientNumber, speaker_id: lenientText });

/** What Mistral bills is the length of the audio; its token counts are only for information. */
const usage = lenient(z.object({ prompt_audio_seconds: wireQuantity }));

/** `TranscriptionResponse` of Mistral's specification, as far as we use it. */
export const mistralAnswerSchema = z.object({
  text: wholeText,
  /** ISO-639-1. */
  language: lenient(z.string().min(1)),
  segments: lenientList(segment),
  usage,
});
export type MistralAnswer = z.infer<typeof mistralAnswerSchema>;

/** What we need of a stream's events, whichever it is. */
export const mistralEventSchema = z.object({
  type: lenient(z.string()),
  /** Of a delta: the next words; of the last event: all of them. */
  text: lenient(z.string()),
  language: lenient(z.string().min(1)),
  /** Of `transcription.language`. */
  audio_language: lenient(z.string().min(1)),
  usage,
});
