import { z } from 'zod';
import { lenient, lenientList, lenientText, partText, wholeText } from '../lenient-schema.js';
import { lenientNumber, wireQuantity } from '../wire-number.js';
import { usageSchema } from './openai-usage.js';

/** `speaker` is OpenAI's own label, `speaker_id` that of its imitators. */
const speakers = { speaker: lenientText, speaker_id: lenientText };

const segment = z.object({
  text: partText,
  start: lenientNumber,
  end: lenientNumber,
  ...speakers,
  seek: lenientNumber,
  tokens: lenient(z.array(z.number())),
  temperature: lenientNumber,
  avg_logprob: lenientNumber,
  compression_ratio: lenientNumber,
  no_speech_prob: lenientNumber,
});

const word = z.object({ word: partText, start: lenientNumber, end: lenientNumber, ...speakers });

const speakerSegment = segment.extend({ words: lenientList(word) });

const logprob = z.object({ token: lenient(z.string()), logprob: lenientNumber, bytes: lenient(z.array(z.number())) });

/**
 * Every JSON answer of the OpenAI protocol at once: `json`, `verbose_json` and `diarized_json` differ only in which
 * fields are there. Strict about nothing but being an object, because a missing detail is no reason to lose a transcript.
 */
export const openAiAnswerSchema = z.object({
  text: wholeText,
  /** A code or an English name, capitalised by some. */
  language: lenient(z.string().min(1)),
  /** gpt-transcribe instead of `language`. */
  languages: lenientList(z.object({ code: z.string().min(1) })),
  /** Seconds; a numeric string on older whisper servers. */
  duration: wireQuantity,
  segments: lenientList(segment),
  words: lenientList(word),
  /** Together, when asked who speaks: the same speech as `segments`, cut where the speaker changes. */
  speaker_segments: lenientList(speakerSegment),
  logprobs: lenient(z.array(logprob)),
  usage: usageSchema,
  /** Groq's request id. */
  x_groq: lenient(z.object({ id: z.string() })),
});
export type OpenAiAnswer = z.infer<typeof openAiAnswerSchema>;

/** One event of a stream, as far as we need to understand it. */
export const openAiEventSchema = z.object({
  type: lenient(z.string()),
  delta: lenient(z.string()),
  text: lenient(z.string()),
  start: lenient(z.number()),
  end: lenient(z.number()),
  speaker: lenient(z.string()),
  error: z.unknown().optional(),
});
