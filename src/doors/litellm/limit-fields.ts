import { z } from 'zod';
import type { LimitsChange } from '../../auth/virtual-keys.service.js';
import { limitsSchema, type Limits } from '../../domain/limits.js';

/*
 * Of what LiteLLM limits a key or a team in, requests are counted here as there; the limits beside them, which the admin API sets,
 * stay as they are.
 */

const { requests_per_minute, concurrent_requests } = limitsSchema.shape;

/** What can be said of the limits of a key or a team; null says nothing. */
export const limitFields = {
  rpm_limit: requests_per_minute
    .unwrap()
    .optional()
    .meta({ description: 'Requests in a minute of the clock', example: 60 }),
  max_parallel_requests: concurrent_requests
    .unwrap()
    .optional()
    .meta({ description: 'Requests at the same time', example: 10 }),
};

/** The limits as they are sent. */
export interface SentLimits {
  readonly rpm_limit?: number | null;
  readonly max_parallel_requests?: number | null;
}

/** What is told of the limits of a key or a team; null = any. */
export const shownLimitFields = {
  rpm_limit: z.int().nullable().meta({ description: 'null = any', example: null }),
  max_parallel_requests: z.int().nullable().meta({ description: 'null = any', example: null }),
};

/** What becomes of the limits of a key or a team by what is sent; undefined where nothing is said of them. */
export function changeOfLimits({
  rpm_limit: rpm,
  max_parallel_requests: parallel,
}: SentLimits): LimitsChange | undefined {
  if (rpm == null && parallel == null) return undefined;
  return (stored) => ({
    ...(stored ?? limitsSchema.parse({})),
    ...(rpm != null && { requests_per_minute: rpm }),
    ...(parallel != null && { concurrent_requests: parallel }),
  });
}

/** The limits of a key or a team that is made, with those of which nothing is said; undefined where nothing is said of any. */
export function newLimits(sent: SentLimits, unsaid: Limits | null): Limits | undefined {
  return changeOfLimits(sent)?.(unsaid);
}

/** What is told of them. */
export function shownLimits({ limits }: { readonly limits: Limits | null }) {
  return {
    rpm_limit: limits?.requests_per_minute ?? null,
    max_parallel_requests: limits?.concurrent_requests ?? null,
  };
}
