import type { FailureReason, ProviderError } from '../../domain/errors.js';

/**
 * The HTTP statuses that a failure stands for where there was no answer, or one with the status of a success: those that
 * providers and gateways give for it.
 */
const statusesByReason: Readonly<Record<FailureReason, readonly number[]>> = {
  rate_limited: [429],
  quota_exhausted: [402, 429],
  // 408 is Portkey's.
  timeout: [408, 504],
  unavailable: [500, 502, 503],
  credential_rejected: [401, 403],
  model_not_found: [404],
  misconfigured: [404],
  audio_rejected: [400],
  too_large: [413],
  request_rejected: [400],
  unsupported: [400],
  bad_response: [500, 502],
  aborted: [499],
  unknown: [500, 502],
};

/** By which statuses a client that names some means a failure: the provider's own, where there is one. */
export function statusesOf({ reason, upstreamStatus = 0 }: Pick<ProviderError, 'reason' | 'upstreamStatus'>) {
  return upstreamStatus >= 400 ? [upstreamStatus] : statusesByReason[reason];
}
