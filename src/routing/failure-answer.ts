import { GatewayError, type ProviderError } from '../domain/errors.js';
import { failureRules, type FailureRule } from './failure-rules.js';

/** Longer than any provider asks for: a failure that names no time comes after those that do. */
const MAX_WAIT_MS = Number.MAX_SAFE_INTEGER;

/** The client's error for a request whose every attempt failed, the most telling one with `failure`. */
export function answerFailure(failure: ProviderError): GatewayError {
  const rule: FailureRule = failureRules[failure.reason];
  const retryAfterSeconds = failure.retryAfterMs === undefined ? undefined : Math.ceil(failure.retryAfterMs / 1000);
  return new GatewayError({
    status: rule.status,
    type: rule.type,
    code: (rule.callersFault && failure.code) || rule.code,
    param: rule.callersFault ? (failure.param ?? (failure.reason === 'audio_rejected' ? 'file' : null)) : null,
    message: rule.callersFault ? failure.message : rule.message,
    headers: {
      // The gateway has done what could be done; a client that retries would only multiply the attempts.
      'x-should-retry': 'false',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    cause: failure,
  });
}

/** The failure to tell the client of when several deployments have failed; among equals the shortest wait, then the first. */
export function mostTelling(failures: readonly ProviderError[]): ProviderError | undefined {
  const [telling] = failures.toSorted(
    (left, right) =>
      failureRules[left.reason].rank - failureRules[right.reason].rank ||
      (left.retryAfterMs ?? MAX_WAIT_MS) - (right.retryAfterMs ?? MAX_WAIT_MS),
  );
  return telling;
}
