import type { ProviderError } from '../../domain/errors.js';
import type { RetryLimits } from '../backoff.js';
import type { Candidate } from '../candidate.js';
import { statusesOf } from './failure-statuses.js';

/** Whether both stand for the same target of the client's plan; where there is none, everybody does. */
export function haveSameTarget(one: Candidate, other: Candidate): boolean {
  return one.target?.position === other.target?.position;
}

/** Takes out of `left` whom the client's plan does not have asked after a target whose last candidate has failed. */
export function leaveTarget(left: Candidate[], failed: Candidate, failure: ProviderError | undefined): void {
  const { target } = failed;
  if (!target || !failure || left.some((next) => haveSameTarget(failed, next))) return;
  const next = target.nextAfter(statusesOf(failure));
  left.splice(0, left.length, ...left.filter((it) => (it.target?.position ?? Infinity) >= next));
}

/**
 * How often the client wants a target asked again after such a failure.
 * @returns undefined where it says nothing of that
 */
export function retryLimits(
  { target }: Candidate,
  failure: ProviderError,
): Pick<RetryLimits, 'max_retries' | 'retries_by_reason'> | undefined {
  if (!target?.retry) return undefined;
  const { attempts, onStatuses } = target.retry;
  const max_retries = statusesOf(failure).some((status) => onStatuses.includes(status)) ? attempts : 0;
  return { max_retries, retries_by_reason: { [failure.reason]: max_retries } };
}
