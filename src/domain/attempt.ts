import { z } from 'zod';
import { failureReasons } from './errors.js';
import { priceOriginSchema } from './price.js';

/** How one call of a provider ended: with an answer, or for one of the reasons of a failure. */
export const outcomes = ['success', ...failureReasons] as const;
export type Outcome = (typeof outcomes)[number];

/** One call of a provider, as it is kept in a log. */
export const attemptSchema = z
  .object({
    deployment_id: z.string(),
    model: z.string().meta({ description: 'The requested model or a fallback' }),
    provider: z.string(),
    upstream_model: z.string(),
    outcome: z.enum(outcomes).meta({ description: '`success`, or why it failed', example: 'success' }),
    upstream_status: z
      .int()
      .nullable()
      .meta({ description: "HTTP status of the provider's answer; null = there was none", example: 200 }),
    upstream_request_id: z.string().nullable(),
    latency_ms: z.int().meta({ description: 'From its start to its end', example: 840 }),
    // Absent in logs of versions that did not know them.
    started_ms: z
      .int()
      .nullable()
      .default(null)
      .meta({ description: "From the request's headers to its start, in milliseconds", example: 35 }),
    waited_ms: z.int().default(0).meta({
      description: 'What was waited before it and after another attempt, in milliseconds: the pause before a retry',
      example: 0,
    }),
    first_byte_ms: z.int().nullable().default(null).meta({
      description:
        "From its start to the headers of the provider's first answer, in milliseconds; null = none has come",
      example: 790,
    }),
    hedge: z.boolean().default(false).meta({ description: 'Whether it was made beside another one that was slow' }),
    cost_usd: z
      .number()
      .nullable()
      .default(null)
      .meta({ description: 'US dollars, 0 where nothing is billed; null = the price or the quantity is unknown' }),
    cost_estimated: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether the bill may be another: the provider has not said what it charges for the call' }),
    price_origin: priceOriginSchema.nullable().default(null).meta({
      description:
        'By whose word it costs that; null = nothing is billed, the cost is unknown, or a version has kept the log that did not note it',
    }),
    error: z.string().nullable().meta({ description: 'Why it failed, in words', example: null }),
  })
  .meta({ id: 'Attempt' });
export type Attempt = Readonly<z.infer<typeof attemptSchema>>;

/** An attempt as it is known to whoever has made it: when its request came, the request's log knows. */
export type MadeAttempt = Omit<Attempt, 'started_ms'>;

/** When what became of an attempt, in milliseconds on the clock of requests. */
export interface AttemptTimes {
  readonly startedAtMs: number;
  /** When a whole answer was there, of which was then made what the client gets; absent = none was, or it came event by event. */
  readonly answeredAtMs?: number;
  readonly endedAtMs: number;
  /** Where its first HTTP request went; absent = it sent none. */
  readonly url?: string;
}
