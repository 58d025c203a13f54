const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The pauses after the first attempt that failed, the second, and so on: together 23.7 hours. After the last there is none. */
export const RETRY_DELAYS_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  8 * HOUR_MS,
] as const;

/** The scheme's word for a receiver that wants nothing more. */
const GONE = 410;

/** What becomes of a delivery after an attempt. */
export type Verdict = 'delivered' | 'failed' | { readonly retryAfterMs: number };

/**
 * @param attempts how many there were, with this one
 * @param status of the answer; null = there was none
 */
export function judgeAttempt(attempts: number, status: number | null): Verdict {
  if (status !== null && status >= 200 && status <= 299) return 'delivered';
  const retryAfterMs = RETRY_DELAYS_MS[attempts - 1];
  return retryAfterMs === undefined || status === GONE ? 'failed' : { retryAfterMs };
}
