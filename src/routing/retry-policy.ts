import type { FailureReason } from '../domain/errors.js';

/** What follows a failed attempt. */
interface FailureRule {
  /** Whether the same deployment may be tried again after a pause. */
  readonly retrySame: boolean;
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
  rate_limited: { retrySame: false, tryNext: true, health: 'open', tryWhileCooling: false },
  quota_exhausted: { retrySame: false, tryNext: true, health: 'open', tryWhileCooling: false },
  // Another attempt on the same deployment would likely take as long again.
  timeout: { retrySame: false, tryNext: true, health: 'count', tryWhileCooling: true },
  unavailable: { retrySame: true, tryNext: true, health: 'count', tryWhileCooling: true },
  credential_rejected: { retrySame: false, tryNext: true, health: 'open', tryWhileCooling: false },
  model_not_found: { retrySame: false, tryNext: true, health: 'open', tryWhileCooling: false },
  bad_response: { retrySame: true, tryNext: true, health: 'count', tryWhileCooling: true },
  // Another provider may take what this one refuses for its size or its combination of fields.
  too_large: { retrySame: false, tryNext: true, health: 'ignore', tryWhileCooling: true },
  unsupported: { retrySame: false, tryNext: true, health: 'ignore', tryWhileCooling: true },
  // The caller caused it: any other deployment would only be asked to fail again.
  audio_rejected: { retrySame: false, tryNext: false, health: 'ignore', tryWhileCooling: true },
  request_rejected: { retrySame: false, tryNext: false, health: 'ignore', tryWhileCooling: true },
  aborted: { retrySame: false, tryNext: false, health: 'ignore', tryWhileCooling: true },
  unknown: { retrySame: false, tryNext: false, health: 'count', tryWhileCooling: true },
} as const satisfies Record<FailureReason, FailureRule>;

/** What an attempt's end leads to. `afterMs`: pause before it. */
export type NextStep = { readonly do: 'retry'; readonly afterMs: number } | { readonly do: 'next' | 'fail' };

/** The limits of retrying. */
export interface RetryLimits {
  readonly maxRetries: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
}

/**
 * Decides what follows a failed attempt. Pure.
 * @param failure the attempt's failure; its `retryAfterMs` is a lower bound for the pause
 * @param retried how often this deployment has been tried again already
 * @param remainingMs until the request's deadline: nothing is awaited beyond it
 * @param random yields numbers in [0, 1); the pause is drawn with full jitter
 */
export function nextStep(
  failure: { readonly reason: FailureReason; readonly retryAfterMs?: number },
  retried: number,
  remainingMs: number,
  limits: RetryLimits,
  random: () => number,
): NextStep {
  const rule = failureRules[failure.reason];
  if (remainingMs <= 0) return { do: 'fail' };
  if (rule.retrySame && retried < limits.maxRetries) {
    const ceilingMs = Math.min(limits.backoffBaseMs * 2 ** retried, limits.backoffMaxMs);
    const afterMs = Math.max(Math.round(random() * ceilingMs), failure.retryAfterMs ?? 0);
    // A provider that asks for more patience than a pause is better left to the next deployment.
    if (afterMs < remainingMs && afterMs <= limits.backoffMaxMs) return { do: 'retry', afterMs };
  }
  return { do: rule.tryNext ? 'next' : 'fail' };
}
