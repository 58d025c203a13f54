import { z } from 'zod';
import { lenient } from '../lenient-schema.js';

const number = lenient(z.number());

const word = z.object({ word: z.string(), start: z.number(), end: z.number() });

const segment = z.object({
  text: z.string(),
  start: z.number(),
  end: z.number(),
  temperature: number,
  avg_logprob: number,
  compression_ratio: number,
  no_speech_prob: number,
  words: lenient(z.array(word)),
});

/** What both models answer, as far as we need it: the older one has `words` at the top and no segments. */
export const cloudflareResultSchema = z.object({
  text: z.string(),
  transcription_info: lenient(z.object({ language: lenient(z.string().min(1)), duration: number })),
  segments: lenient(z.array(segment)),
  words: lenient(z.array(word)),
});
export type CloudflareResult = z.infer<typeof cloudflareResultSchema>;

/** The envelope of every answer of Cloudflare's API, errors included. */
export const cloudflareEnvelopeSchema = z.object({
  success: lenient(z.boolean()),
  result: z.unknown(),
  errors: lenient(
    z.array(z.object({ code: lenient(z.union([z.number(), z.string()])), message: lenient(z.string()) })),
  ),
});
