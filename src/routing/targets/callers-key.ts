import type { Deployment } from '../../domain/deployment.js';
import { ProviderError } from '../../domain/errors.js';

/** A provider's failure with a key that the caller has brought: without a trace of that key. */
export class CallersKeyError extends ProviderError {}

/**
 * The failure as it may be told and kept. Of a key that was rejected providers repeat a part, so that nothing of what they
 * say then is.
 */
export function withoutCallersKey(failure: ProviderError, deployment: Deployment): ProviderError {
  if (!deployment.isCallers) return failure;
  const { reason, upstreamStatus, retryAfterMs, bill, isFinal, heardNothing } = failure;
  const isAboutKey = reason === 'credential_rejected' || reason === 'quota_exhausted';
  const message = isAboutKey ? 'the provider does not accept the key of the caller' : failure.message;
  return new CallersKeyError(reason, withoutKey(message, deployment), {
    upstreamStatus,
    retryAfterMs,
    bill,
    isFinal,
    heardNothing,
    upstreamRequestId: failure.upstreamRequestId && withoutKey(failure.upstreamRequestId, deployment),
    param: failure.param && withoutKey(failure.param, deployment),
    code: failure.code && withoutKey(failure.code, deployment),
  });
}

/** What is shorter is no secret, and stands in many words. */
const MIN_SECRET_LENGTH = 8;

/** What a provider said, without the key that it was sent, whoever's that is: some repeat it wherever they can. */
export function withoutKey(text: string, { apiKey = '', isCallers }: Deployment): string {
  return apiKey.length >= MIN_SECRET_LENGTH || (isCallers && apiKey !== '')
    ? text.replaceAll(apiKey, '[redacted key]')
    : text;
}
