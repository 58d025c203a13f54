import type { Outcome } from '../domain/attempt.js';
import type { ErrorType, FailureReason } from '../domain/errors.js';

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
  /** Whether the next deployment, and after the last one the fallback models, may be tried. */
  readonly tryNext: boolean;
  /** What it does to the deployment's circuit: nothing; it counts towards opening it; or it opens it at once. */
  readonly circuit: 'ignore' | 'count' | 'open';
  /** Whether a try is worth while although every deployment of the model is cooling down for this reason. */
  readonly tryWhileCooling: boolean;
  /**
   * Of failures of different kinds, the client is told of the one with the lowest rank: first what ends everything, then
   * what a later try may find gone. A refusal of one deployment comes last, because it must not blame the caller for the
   * failure of another.
   */
  readonly rank: number;
}

/** Every policy about failures, a row per reason. Retry is opt-in: what nobody foresaw (`unknown`) fails. */
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
    tryNext: true,
    circuit: 'open',
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
    tryNext: true,
    circuit: 'open',
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
    tryNext: true,
    circuit: 'count',
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
    tryNext: true,
    circuit: 'count',
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
    tryNext: true,
    circuit: 'open',
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
    tryNext: true,
    circuit: 'open',
    tryWhileCooling: false,
    rank: 11,
  },
  audio_rejected: {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_audio',
    message: 'The provider could not use the audio file.',
    // Any other deployment would only be asked to fail again.
    callersFault: true,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: false,
    circuit: 'ignore',
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
    // Another provider may take what this one refuses for its size or its combination of fields.
    tryNext: true,
    circuit: 'ignore',
    tryWhileCooling: true,
    rank: 12,
  },
  request_rejected: {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_request',
    message: 'The provider refused the request.',
    callersFault: true,
    mayBeBilled: false,
    retrySame: 'no',
    tryNext: false,
    circuit: 'ignore',
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
    tryNext: true,
    circuit: 'ignore',
    tryWhileCooling: true,
    rank: 13,
  },
  bad_response: {
    status: 502,
    type: 'server_error',
    code: 'provider_bad_response',
    message: 'The provider sent an answer that cannot be understood.',
    callersFault: false,
    mayBeBilled: true,
    retrySame: 'yes',
    tryNext: true,
    circuit: 'count',
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
    tryNext: false,
    circuit: 'ignore',
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
    tryNext: false,
    circuit: 'count',
    tryWhileCooling: true,
    rank: 4,
  },
} as const satisfies Record<FailureReason, FailureRule>;

/** Whether the provider may bill an attempt with this outcome. */
export function mayBeBilled(outcome: Outcome): boolean {
  return outcome === 'success' || failureRules[outcome].mayBeBilled;
}
