import type { FailureReason } from '../domain/errors.js';
import { failureRules, type FailureRule } from './failure-rules.js';

/** What an attempt's end leads to. `afterMs`: pause before it. */
export type NextStep = { readonly do: 'retry'; readonly afterMs: number } | { readonly do: 'next' | 'fail' };

/** The limits of retrying. */
export interface RetryLimits {
  readonly max_retries: number;
  readonly backoff_base_ms: number;
  readonly backoff_max_ms: number;
  /** Longest pause that the last deployment may ask for. */
  readonly max_retry_after_seconds?: number;
  /** Shortest pause before a retry. */
  readonly backoff_min_ms?: number;
  /** Further attempts by reason; they may also allow what the table does not, short of the caller's own mistakes. */
  readonly retries_by_reason?: Readonly<Partial<Record<FailureReason, number>>>;
}

/** Where a request stands when an attempt has failed. */
export interface RetrySituation {
  /** How often this deployment has been tried again already. */
  readonly retried: number;
  /** Until the request's deadline: nothing is awaited beyond it. */
  readonly remainingMs: number;
  /** Whether no other deployment is left to try. */
  readonly isLast: boolean;
}

/**
 * Decides what follows a failed attempt. Pure.
 * @param failure the attempt's failure; its `retryAfterMs` is a lower bound for the pause, and one that `isFinal` is not
 *   tried again
 * @param random yields numbers in [0, 1); the pause is drawn with full jitter
 */
export function nextStep(
  failure: { readonly reason: FailureReason; readonly retryAfterMs?: number; readonly isFinal?: boolean },
  { retried, remainingMs, isLast }: RetrySituation,
  limits: RetryLimits,
  random: () => number,
): NextStep {
  const rule: FailureRule = failureRules[failure.reason];
  if (remainingMs <= 0) return { do: 'fail' };
  const own = limits.retries_by_reason?.[failure.reason];
  const isAllowed = rule.retrySame === 'yes' || (rule.retrySame === 'last' && isLast);
  const mayRetry = own === undefined ? isAllowed : !rule.callersFault;
  const most = own ?? Math.min(limits.max_retries, rule.maxRetries ?? Infinity);
  if (mayRetry && !failure.isFinal && retried < most) {
    const ceilingMs = Math.min(limits.backoff_base_ms * 2 ** retried, limits.backoff_max_ms);
    const afterMs = Math.max(Math.round(random() * ceilingMs), limits.backoff_min_ms ?? 0, failure.retryAfterMs ?? 0);
    // A provider that asks for more patience than a pause is better left to the next deployment, where there is one.
    const patienceMs = isLast ? 1000 * (limits.max_retry_after_seconds ?? 0) : 0;
    if (afterMs < remainingMs && afterMs <= Math.max(limits.backoff_max_ms, patienceMs)) {
      return { do: 'retry', afterMs };
    }
  }
  return { do: rule.tryNext === 'none' ? 'fail' : 'next' };
}
