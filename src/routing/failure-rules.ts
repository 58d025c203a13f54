import type { ErrorType, FailureReason, ProviderError } from '../domain/errors.js';
import type { ProviderFacts } from '../providers/provider-adapter.js';

/** What a failure means: to the client, to the ledger, to the rest of the plan, and to the deployment. */
export interface FailureRule {
  /** HTTP status of the client's answer. */
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string;
  readonly message: string;
  /** Whether the caller caused it: then the provider's own words, field and code are passed on. */
  readonly callersFault: boolean;
  /** Whether the provider may bill a call that ended so; then its cost is unknown rather than zero. */
  readonly mayBeBilled: boolean;
  /** Whether the same deployment may be tried again after a pause; `last`: only where no other is left to try. */
  readonly retrySame: 'yes' | 'last' | 'no';
  /** At most so many further attempts on the same deployment, however many are configured for all reasons together. */
  readonly maxRetries?: number;
  /**
   * Which of the remaining deployments, the fallback models' included, may be tried. One provider's verdict is not the
   * request's: what it finds wrong may be right for another provider, and its limits may be those of one model.
   */
  readonly tryNext: 'any' | 'other_model' | 'other_provider' | 'none';
  /** What it does to the deployment's circuit: nothing; it counts towards opening it; or it opens it at once. */
  readonly circuit: 'ignore' | 'count' | 'open';
  /** Whether the client may well ask again: then `x-should-retry: false` does not keep its SDK from it. */
  readonly clientMayRetry: boolean;
  /** Whether a try is worth while although every deployment of the model is cooling down for this reason. */
  readonly tryWhileCooling: boolean;
  /**
   * Of failures of different kinds, the client is told of the one with the lowest rank: first what ends everything, then
   * a verdict on the request itself, then what a later try may find gone. A limit of one deployment comes last, because
   * it must not blame the caller for the failure of another.
   */
  readonly rank: number;
}

/** Every policy about failures, a row per reason. What nobody foresaw (`unknown`) is not retried. */
export const failureRules = {
  rate_limited: {
    status: 429,
    type: 'rate_limit_exceeded',
    code: 'rate_limit_exceeded',
    message: "The provider's rate limit has been reached. Please try again later.",
    callersFault: false,
    mayBeBilled: false,
    // Its Retry-After says when; another deployment is sooner.
    retrySame: 'last',
    tryNext: 'any',
    circuit: 'open',
    clientMayRetry: true,
    tryWhileCooling: false,
    rank: 5,
  },
  quota_exhausted: {
    status: 502,
    type: 'server_error',
    code: 'provider_quota_exhausted',
    message: "The provider's quota or credit is used up.",
    callersFault: false,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'any',
    circuit: 'open',
    clientMayRetry: false,
    tryWhileCooling: false,
    rank: 9,
  },
  timeout: {
    status: 504,
    type: 'server_error',
    code: 'timeout',
    message: 'The provider did not answer before the deadline of the request.',
    callersFault: false,
    mayBeBilled: true,
    // Another attempt on the same deployment would likely take as long again.
    retrySame: 'no',
    tryNext: 'any',
    circuit: 'count',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 6,
  },
  unavailable: {
    status: 502,
    type: 'server_error',
    code: 'provider_unavailable',
    message: 'The provider could not be reached or failed.',
    callersFault: false,
    mayBeBilled: false,
    retrySame: 'yes',
    tryNext: 'any',
    circuit: 'count',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 7,
  },
  credential_rejected: {
    status: 502,
    type: 'server_error',
    code: 'provider_credential_rejected',
    message: "The provider rejected the gateway's credential.",
    callersFault: false,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'any',
    circuit: 'open',
    clientMayRetry: false,
    tryWhileCooling: false,
    rank: 10,
  },
  model_not_found: {
    status: 502,
    type: 'server_error',
    code: 'provider_model_not_found',
    message: 'The provider does not know the upstream model that this deployment names.',
    callersFault: false,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'any',
    circuit: 'open',
    clientMayRetry: false,
    tryWhileCooling: false,
    rank: 11,
  },
  misconfigured: {
    status: 502,
    type: 'server_error',
    code: 'provider_misconfigured',
    message: 'The address of this deployment leads nowhere. Its api_base has to be checked.',
    callersFault: false,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'any',
    circuit: 'open',
    clientMayRetry: false,
    tryWhileCooling: false,
    rank: 12,
  },
  audio_rejected: {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_audio',
    message: 'The provider could not use the audio file.',
    callersFault: true,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'other_provider',
    circuit: 'ignore',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 2,
  },
  too_large: {
    status: 413,
    type: 'invalid_request_error',
    code: 'file_too_large',
    message: 'The file is larger than the provider accepts.',
    callersFault: true,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'other_model',
    circuit: 'ignore',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 13,
  },
  request_rejected: {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_request',
    message: 'The provider refused the request.',
    callersFault: true,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'other_provider',
    circuit: 'ignore',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 3,
  },
  unsupported: {
    status: 400,
    type: 'invalid_request_error',
    code: 'unsupported_value',
    message: 'The provider does not support this combination of fields.',
    callersFault: true,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: 'other_model',
    circuit: 'ignore',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 14,
  },
  bad_response: {
    status: 502,
    type: 'server_error',
    code: 'provider_bad_response',
    message: 'The provider sent an answer that cannot be understood.',
    callersFault: false,
    mayBeBilled: true,
    // It may have been paid for: whoever else there is comes first, and it is asked again once at most.
    retrySame: 'last',
    maxRetries: 1,
    tryNext: 'any',
    circuit: 'count',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 8,
  },
  aborted: {
    status: 499,
    type: 'invalid_request_error',
    code: 'client_closed_request',
    message: 'The client closed the connection.',
    callersFault: true,
    mayBeBilled: true,
    retrySame: 'no',
    tryNext: 'none',
    circuit: 'ignore',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 1,
  },
  unknown: {
    status: 502,
    type: 'server_error',
    code: 'provider_error',
    message: 'The provider failed in an unknown way.',
    callersFault: false,
    mayBeBilled: true,
    retrySame: 'no',
    tryNext: 'any',
    circuit: 'count',
    clientMayRetry: false,
    tryWhileCooling: true,
    rank: 4,
  },
} as const satisfies Record<FailureReason, FailureRule>;

/** What decides whether somebody else may still answer. */
interface Asked {
  readonly adapter: Pick<ProviderFacts, 'provider' | 'defaultApiBase'>;
  readonly deployment: { readonly apiBase?: string; readonly upstreamModel: string };
}

/** Whether a deployment may be tried after another one has failed. */
export function mayAnswerAfter(reason: FailureReason, failed: Asked, next: Asked): boolean {
  const { tryNext } = failureRules[reason];
  if (tryNext === 'any' || tryNext === 'none') return tryNext === 'any';
  const { provider, defaultApiBase } = failed.adapter;
  if (provider !== next.adapter.provider) return true;
  const isElsewhere = failed.deployment.apiBase !== next.deployment.apiBase;
  // Who has no address of its own, such as everybody's own server, is somebody else at another address.
  if (tryNext === 'other_provider') return isElsewhere && defaultApiBase === undefined;
  return isElsewhere || failed.deployment.upstreamModel !== next.deployment.upstreamModel;
}

/** Whether the provider may bill an attempt that failed so. Nobody charges for a redirect or an error status. */
export function mayBeBilled({
  reason,
  upstreamStatus = 200,
}: Pick<ProviderError, 'reason' | 'upstreamStatus'>): boolean {
  return failureRules[reason].mayBeBilled && (upstreamStatus < 300 || reason === 'timeout');
}
