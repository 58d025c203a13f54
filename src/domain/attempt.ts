import { z } from 'zod';
import { failureReasons } from './errors.js';

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
    latency_ms: z.int().meta({ example: 840 }),
    error: z.string().nullable().meta({ description: 'Why it failed, in words', example: null }),
  })
  .meta({ id: 'Attempt' });
export type Attempt = Readonly<z.infer<typeof attemptSchema>>;
