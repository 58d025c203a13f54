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

/** What a provider said, without the caller's key. */
export function withoutKey(text: string, { isCallers, apiKey }: Deployment): string {
  return isCallers && apiKey !== undefined ? text.replaceAll(apiKey, '[redacted key]') : text;
}
