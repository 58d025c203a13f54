import { z } from 'zod';
import { usageSchema } from './openai-usage.js';

/** Absent, null and unusable are the same: not reported. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .catch(undefined);

const time = z.number();
const number = optional(z.number());

/** `speaker` is OpenAI's own label, `speaker_id` that of its imitators. */
const speakers = { speaker: optional(z.string()), speaker_id: optional(z.string()) };

const segment = z.object({
  text: z.string(),
  start: time,
  end: time,
  ...speakers,
  seek: number,
  tokens: optional(z.array(z.number())),
  temperature: number,
  avg_logprob: number,
  compression_ratio: number,
  no_speech_prob: number,
});

const word = z.object({ word: z.string(), start: time, end: time, ...speakers });

const speakerSegment = segment.extend({ words: optional(z.array(word)) });

const logprob = z.object({ token: optional(z.string()), logprob: number, bytes: optional(z.array(z.number())) });

/**
 * Every JSON answer of the OpenAI protocol at once: `json`, `verbose_json` and `diarized_json` differ only in which
 * fields are there. Strict about nothing but being an object, because a missing detail is no reason to lose a transcript.
 */
export const openAiAnswerSchema = z.object({
  text: optional(z.string()),
  /** A code or an English name, capitalised by some. */
  language: optional(z.string().min(1)),
  /** gpt-transcribe instead of `language`. */
  languages: optional(z.array(z.object({ code: z.string().min(1) }))),
  /** Seconds; a numeric string on older whisper servers. */
  duration: optional(
    z.union([
      z.number(),
      z
        .string()
        .regex(/^\d+(?:\.\d+)?$/)
        .transform(Number),
    ]),
  ),
  segments: optional(z.array(segment)),
  words: optional(z.array(word)),
  /** Together, when asked who speaks: the same speech as `segments`, cut where the speaker changes. */
  speaker_segments: optional(z.array(speakerSegment)),
  logprobs: optional(z.array(logprob)),
  usage: usageSchema,
  /** Groq's request id. */
  x_groq: optional(z.object({ id: z.string() })),
});
export type OpenAiAnswer = z.infer<typeof openAiAnswerSchema>;

/** One event of a stream, as far as we need to understand it. */
export const openAiEventSchema = z.object({
  type: optional(z.string()),
  delta: optional(z.string()),
  text: optional(z.string()),
  usage: usageSchema,
  error: z.unknown().optional(),
});
