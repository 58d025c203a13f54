import { z } from 'zod';
import { lenient, lenientList, partText, wholeText } from '../lenient-schema.js';
import { lenientNumber, wireQuantity } from '../wire-number.js';

const word = z.object({ word: partText, start: lenientNumber, end: lenientNumber });

const segment = z.object({
  text: partText,
  start: lenientNumber,
  end: lenientNumber,
  temperature: lenientNumber,
  avg_logprob: lenientNumber,
  compression_ratio: lenientNumber,
  no_speech_prob: lenientNumber,
  words: lenientList(word),
});

/** What both models answer, as far as we need it: the older one has `words` at the top and no segments. */
export const cloudflareResultSchema = z.object({
  text: wholeText,
  transcription_info: lenient(z.object({ language: lenient(z.string().min(1)), duration: wireQuantity })),
  segments: lenientList(segment),
  words: lenientList(word),
  word_count: wireQuantity,
});
export type CloudflareResult = z.infer<typeof cloudflareResultSchema>;

/** The envelope of every answer of Cloudflare's API. */
export const cloudflareEnvelopeSchema = z.object({ result: z.unknown() });
