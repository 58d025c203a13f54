import { GatewayError, type ErrorType, type FailureReason, type ProviderError } from '../domain/errors.js';

interface FailureAnswer {
  /** HTTP status of the client's answer. */
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string;
  /** Whether the caller caused it: then the provider's own words, field and code are passed on. */
  readonly callersFault: boolean;
  /** Whether the provider may bill a call that ended so; then its cost is unknown rather than zero. */
  readonly mayBeBilled: boolean;
  readonly message: string;
}

/** What the client is told about each kind of failure, and what the ledger may assume. One table, no exceptions. */
export const failurePolicy = {
  rate_limited: {
    status: 429,
    type: 'rate_limit_exceeded',
    code: 'rate_limit_exceeded',
    callersFault: false,
    mayBeBilled: false,
    message: "The provider's rate limit has been reached. Please try again later.",
  },
  quota_exhausted: {
    status: 502,
    type: 'server_error',
    code: 'provider_quota_exhausted',
    callersFault: false,
    mayBeBilled: false,
    message: "The provider's quota or credit is used up.",
  },
  timeout: {
    status: 504,
    type: 'server_error',
    code: 'timeout',
    callersFault: false,
    mayBeBilled: true,
    message: 'The provider did not answer before the deadline of the request.',
  },
  unavailable: {
    status: 502,
    type: 'server_error',
    code: 'provider_unavailable',
    callersFault: false,
    mayBeBilled: false,
    message: 'The provider could not be reached or failed.',
  },
  credential_rejected: {
    status: 502,
    type: 'server_error',
    code: 'provider_credential_rejected',
    callersFault: false,
    mayBeBilled: false,
    message: "The provider rejected the gateway's credential.",
  },
  model_not_found: {
    status: 502,
    type: 'server_error',
    code: 'provider_model_not_found',
    callersFault: false,
    mayBeBilled: false,
    message: 'The provider does not know the upstream model that this deployment names.',
  },
  audio_rejected: {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_audio',
    callersFault: true,
    mayBeBilled: false,
    message: 'The provider could not use the audio file.',
  },
  too_large: {
    status: 413,
    type: 'invalid_request_error',
    code: 'file_too_large',
    callersFault: true,
    mayBeBilled: false,
    message: 'The file is larger than the provider accepts.',
  },
  request_rejected: {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_request',
    callersFault: true,
    mayBeBilled: false,
    message: 'The provider refused the request.',
  },
  unsupported: {
    status: 400,
    type: 'invalid_request_error',
    code: 'unsupported_value',
    callersFault: true,
    mayBeBilled: false,
    message: 'The provider does not support this combination of fields.',
  },
  bad_response: {
    status: 502,
    type: 'server_error',
    code: 'provider_bad_response',
    callersFault: false,
    mayBeBilled: true,
    message: 'The provider sent an answer that cannot be understood.',
  },
  aborted: {
    status: 499,
    type: 'invalid_request_error',
    code: 'client_closed_request',
    callersFault: true,
    mayBeBilled: true,
    message: 'The client closed the connection.',
  },
  unknown: {
    status: 502,
    type: 'server_error',
    code: 'provider_error',
    callersFault: false,
    mayBeBilled: true,
    message: 'The provider failed in an unknown way.',
  },
} as const satisfies Record<FailureReason, FailureAnswer>;

/** The client's error for a request whose every attempt failed, the last one with `failure`. */
export function answerFailure(failure: ProviderError): GatewayError {
  const policy: FailureAnswer = failurePolicy[failure.reason];
  const retryAfterSeconds = failure.retryAfterMs === undefined ? undefined : Math.ceil(failure.retryAfterMs / 1000);
  return new GatewayError({
    status: policy.status,
    type: policy.type,
    code: (policy.callersFault && failure.code) || policy.code,
    param: policy.callersFault ? (failure.param ?? (failure.reason === 'audio_rejected' ? 'file' : null)) : null,
    message: policy.callersFault ? failure.message : policy.message,
    headers: {
      // The gateway has done what could be done; a client that retries would only multiply the attempts.
      'x-should-retry': 'false',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    cause: failure,
  });
}

/**
 * Of failures of different kinds, the one that a client is told of: first what ends everything, then what a later try may
 * find gone. A refusal of one deployment comes last, because it must not blame the caller for the failure of another.
 */
export const tellingOrder: readonly FailureReason[] = [
  'aborted',
  'audio_rejected',
  'request_rejected',
  'unknown',
  'rate_limited',
  'timeout',
  'unavailable',
  'bad_response',
  'quota_exhausted',
  'credential_rejected',
  'model_not_found',
  'too_large',
  'unsupported',
];

/** The failure to tell the client of when several deployments have failed; among equals the shortest wait, then the first. */
export function mostTelling(failures: readonly ProviderError[]): ProviderError | undefined {
  const [telling] = failures.toSorted(
    (left, right) =>
      tellingOrder.indexOf(left.reason) - tellingOrder.indexOf(right.reason) ||
      (left.retryAfterMs ?? MAX_WAIT_MS) - (right.retryAfterMs ?? MAX_WAIT_MS),
  );
  return telling;
}

/** Longer than any provider asks for: a failure that names no time comes after those that do. */
const MAX_WAIT_MS = Number.MAX_SAFE_INTEGER;

/** Whether the provider may bill an attempt with this outcome. */
export function mayBeBilled(outcome: string): boolean {
  if (outcome === 'success') return true;
  return Object.entries(failurePolicy).some(([reason, policy]) => reason === outcome && policy.mayBeBilled);
}
