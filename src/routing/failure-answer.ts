import { type FailureReason, GatewayError, type ProviderError } from '../domain/errors.js';
import { failureRules, type FailureRule } from './failure-rules.js';
import { CallersKeyError } from './targets/callers-key.js';

/** Longer than any provider asks for: a failure that names no time comes after those that do. */
const MAX_WAIT_MS = Number.MAX_SAFE_INTEGER;

/** What is not the operator's to mend where the caller has brought the key. */
const keyAnswers: Readonly<Partial<Record<FailureReason, Pick<GatewayError, 'status' | 'type' | 'message' | 'code'>>>> =
  {
    credential_rejected: {
      status: 401,
      type: 'invalid_request_error',
      message: 'The provider does not accept the key that was sent for it.',
      code: 'provider_key_rejected',
    },
    quota_exhausted: {
      status: 429,
      type: 'insufficient_quota',
      message: 'The quota or credit of the key that was sent for the provider is used up.',
      code: 'insufficient_quota',
    },
  };

/** The client's error for a request whose every attempt failed, the most telling one with `failure`. */
export function answerFailure(failure: ProviderError): GatewayError {
  const ofKey = failure instanceof CallersKeyError ? keyAnswers[failure.reason] : undefined;
  if (ofKey) return new GatewayError({ ...ofKey, headers: { 'x-should-retry': 'false' }, cause: failure });
  const rule: FailureRule = failureRules[failure.reason];
  const isAboutFile = failure.reason === 'audio_rejected' || failure.reason === 'too_large';
  // A file that is too large or too long is told of in the same way whoever has noticed.
  const passesOn = rule.callersFault && failure.reason !== 'too_large';
  const retryAfterSeconds = failure.retryAfterMs === undefined ? undefined : Math.ceil(failure.retryAfterMs / 1000);
  return new GatewayError({
    status: rule.status,
    type: rule.type,
    code: (passesOn && failure.code) || rule.code,
    param: (passesOn && failure.param) || (isAboutFile ? 'file' : null),
    message: rule.callersFault ? failure.message : rule.message,
    headers: {
      // The gateway has done what could be done; a client that retries would only multiply the attempts.
      ...(!rule.clientMayRetry && { 'x-should-retry': 'false' }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    cause: failure,
  });
}

/**
 * The failure to tell the client of when several deployments have failed. Where all agree that it lies in the request, it
 * is the first one's verdict; among equals it is the shortest wait, then the first.
 */
export function mostTelling(failures: readonly ProviderError[]): ProviderError | undefined {
  if (failures.every(({ reason }) => failureRules[reason].callersFault)) return failures[0];
  const [telling] = failures.toSorted(
    (left, right) =>
      failureRules[left.reason].rank - failureRules[right.reason].rank ||
      (left.retryAfterMs ?? MAX_WAIT_MS) - (right.retryAfterMs ?? MAX_WAIT_MS),
  );
  return telling;
}
