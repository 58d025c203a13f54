import type { FailureReason } from '../domain/errors.js';

/** What follows a failed attempt. */
interface FailureRule {
  /** Whether the same deployment may be tried again after a pause; `last`: only where no other is left to try. */
  readonly retrySame: 'yes' | 'last' | 'no';
  /** Whether the next deployment, and after the last one the fallback models, may be tried. */
  readonly tryNext: boolean;
  /**
   * What the failure says about the deployment: nothing; a failure that counts towards opening its circuit; or a reason
   * to open it at once.
   */
  readonly health: 'ignore' | 'count' | 'open';
  /** Whether a try is worth while although every deployment of the model is cooling down for this reason. */
  readonly tryWhileCooling: boolean;
}

/** Every policy about failures in one table. Retry is opt-in: what nobody foresaw (`unknown`) fails. */
export const failureRules = {
  // Its Retry-After says when; another deployment is sooner.
  rate_limited: { retrySame: 'last', tryNext: true, health: 'open', tryWhileCooling: false },
  quota_exhausted: { retrySame: 'no', tryNext: true, health: 'open', tryWhileCooling: false },
  // Another attempt on the same deployment would likely take as long again.
  timeout: { retrySame: 'no', tryNext: true, health: 'count', tryWhileCooling: true },
  unavailable: { retrySame: 'yes', tryNext: true, health: 'count', tryWhileCooling: true },
  credential_rejected: { retrySame: 'no', tryNext: true, health: 'open', tryWhileCooling: false },
  model_not_found: { retrySame: 'no', tryNext: true, health: 'open', tryWhileCooling: false },
  bad_response: { retrySame: 'yes', tryNext: true, health: 'count', tryWhileCooling: true },
  // Another provider may take what this one refuses for its size or its combination of fields.
  too_large: { retrySame: 'no', tryNext: true, health: 'ignore', tryWhileCooling: true },
  unsupported: { retrySame: 'no', tryNext: true, health: 'ignore', tryWhileCooling: true },
  // The caller caused it: any other deployment would only be asked to fail again.
  audio_rejected: { retrySame: 'no', tryNext: false, health: 'ignore', tryWhileCooling: true },
  request_rejected: { retrySame: 'no', tryNext: false, health: 'ignore', tryWhileCooling: true },
  aborted: { retrySame: 'no', tryNext: false, health: 'ignore', tryWhileCooling: true },
  unknown: { retrySame: 'no', tryNext: false, health: 'count', tryWhileCooling: true },
} as const satisfies Record<FailureReason, FailureRule>;

/** What an attempt's end leads to. `afterMs`: pause before it. */
export type NextStep = { readonly do: 'retry'; readonly afterMs: number } | { readonly do: 'next' | 'fail' };

/** The limits of retrying. */
export interface RetryLimits {
  readonly max_retries: number;
  readonly backoff_base_ms: number;
  readonly backoff_max_ms: number;
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
 * @param failure the attempt's failure; its `retryAfterMs` is a lower bound for the pause
 * @param random yields numbers in [0, 1); the pause is drawn with full jitter
 */
export function nextStep(
  failure: { readonly reason: FailureReason; readonly retryAfterMs?: number },
  { retried, remainingMs, isLast }: RetrySituation,
  limits: RetryLimits,
  random: () => number,
): NextStep {
  const rule = failureRules[failure.reason];
  if (remainingMs <= 0) return { do: 'fail' };
  const own = limits.retries_by_reason?.[failure.reason];
  const mayRetry = own === undefined ? rule.retrySame === 'yes' || (rule.retrySame === 'last' && isLast) : rule.tryNext;
  if (mayRetry && retried < (own ?? limits.max_retries)) {
    const ceilingMs = Math.min(limits.backoff_base_ms * 2 ** retried, limits.backoff_max_ms);
    const afterMs = Math.max(Math.round(random() * ceilingMs), limits.backoff_min_ms ?? 0, failure.retryAfterMs ?? 0);
    // A provider that asks for more patience than a pause is better left to the next deployment.
    if (afterMs < remainingMs && afterMs <= limits.backoff_max_ms) return { do: 'retry', afterMs };
  }
  return { do: rule.tryNext ? 'next' : 'fail' };
}
