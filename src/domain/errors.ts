import { type FailedBill, toldBill } from './bill.js';

/** OpenAI's error types that Auricle uses. */
export type ErrorType = 'invalid_request_error' | 'rate_limit_exceeded' | 'insufficient_quota' | 'server_error';

/** The body of every error answer: OpenAI's envelope, all four keys always present. */
export interface ErrorEnvelope {
  readonly error: {
    readonly message: string;
    readonly type: ErrorType;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/**
 * An error that the client sees: carries its own HTTP status and envelope. Messages hold facts, never secrets. A 503 always
 * says when to try again, in five seconds where nobody knows better.
 */
export class GatewayError extends Error {
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it refuses what the caller has asked for, as the ledger calls it. */
  readonly isRefusal: boolean;

  constructor(facts: {
    status: number;
    message: string;
    type?: ErrorType;
    code?: string | null;
    param?: string | null;
    headers?: Record<string, string>;
    /** Absent = a 4xx other than 429, which may be a provider's. */
    isRefusal?: boolean;
    cause?: unknown;
  }) {
    super(facts.message, { cause: facts.cause });
    this.name = 'GatewayError';
    this.status = facts.status;
    this.type = facts.type ?? 'invalid_request_error';
    this.code = facts.code ?? null;
    this.param = facts.param ?? null;
    this.isRefusal = facts.isRefusal ?? (facts.status >= 400 && facts.status < 500 && facts.status !== 429);
    this.headers = { ...(facts.status === 503 && { 'retry-after': '5' }), ...facts.headers };
  }

  toEnvelope(): ErrorEnvelope {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** 400: the request cannot be understood or honoured; `param` names the field. */
export function badRequest(message: string, param: string | null = null, code: string | null = null): GatewayError {
  return new GatewayError({ status: 400, message, param, code });
}

/** 404 of the admin API. */
export function notFound(message: string, param: string | null = null, code = 'not_found'): GatewayError {
  return new GatewayError({ status: 404, message, param, code });
}

/** 409: the name is taken, or the thing is in use. */
export function conflict(message: string, param: string | null = null, code = 'conflict'): GatewayError {
  return new GatewayError({ status: 409, message, param, code });
}

/** 503: the gateway has as much to do as it may; a moment later there will be room. */
export function overloaded(message: string): GatewayError {
  return new GatewayError({
    status: 503,
    message,
    type: 'server_error',
    code: 'gateway_overloaded',
    headers: { 'retry-after': '1' },
  });
}

/** Why a provider call failed: a closed set, so that every policy about failures can be one table. */
export const failureReasons = [
  'rate_limited',
  'quota_exhausted',
  'timeout',
  'unavailable',
  'credential_rejected',
  'model_not_found',
  'misconfigured',
  'audio_rejected',
  'too_large',
  'request_rejected',
  'unsupported',
  'bad_response',
  'aborted',
  'unknown',
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** The only error that an adapter throws. The message is safe to show to an administrator. */
export class ProviderError extends Error {
  readonly reason: FailureReason;
  readonly upstreamStatus?: number;
  /** How long the provider asked to be left alone. */
  readonly retryAfterMs?: number;
  readonly upstreamRequestId?: string;
  /** The provider's `param` and `code`, where it names them and the caller is to blame. */
  readonly param?: string;
  readonly code?: string;
  /** What the provider says that it bills all the same; absent where it says nothing. */
  readonly bill?: FailedBill;
  /** The same request would get the same answer from this deployment, so that asking again is money lost. */
  readonly isFinal: boolean;
  /** The provider's way to say that nobody speaks in the recording, which is an answer. */
  readonly heardNothing: boolean;

  constructor(
    reason: FailureReason,
    message: string,
    facts: {
      upstreamStatus?: number;
      retryAfterMs?: number;
      upstreamRequestId?: string;
      param?: string;
      code?: string;
      bill?: FailedBill;
      isFinal?: boolean;
      heardNothing?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: facts.cause });
    this.name = 'ProviderError';
    this.reason = reason;
    this.upstreamStatus = facts.upstreamStatus;
    this.retryAfterMs = facts.retryAfterMs;
    this.upstreamRequestId = facts.upstreamRequestId;
    this.param = facts.param;
    this.code = facts.code;
    this.bill = facts.bill && toldBill(facts.bill);
    this.isFinal = facts.isFinal ?? false;
    this.heardNothing = facts.heardNothing ?? false;
  }
}

/** The client hung up before the answer was complete. */
export class ClientGoneError extends Error {
  constructor() {
    super('The client closed the connection');
    this.name = 'ClientGoneError';
  }
}
