import { ProviderError } from '../../domain/errors.js';
import type { Bill } from '../../domain/bill.js';
import { parseJson, property } from '../answer-body.js';
import { type ErrorBody, readErrorBody } from '../error-body.js';
import { type ErrorRule, judgeResponse, toProviderError } from '../error-rules.js';
import { says } from '../says.js';
import type { ProviderResponse } from '../provider-http.js';
import { TOO_LARGE } from '../too-large.rule.js';

/** What the client is told where a provider's rules forbid the transcript, as by Azure. */
const CONTENT_FILTER = 'content_filter';

/**
 * Two tables in one. `generateContent` has Google's numeric codes with a status in capitals and a reason among the
 * details, the interactions have a code in small letters. A wrong key is a 400 there and a 401 here.
 * Sources: https://ai.google.dev/gemini-api/docs/troubleshooting and https://ai.google.dev/gemini-api/docs/api-errors
 */
const RULES: readonly ErrorRule[] = [
  { reason: 'quota_exhausted', statuses: [402], codes: ['payment_required', 'quota_exceeded'] },
  { reason: 'rate_limited', statuses: [429], codes: ['RESOURCE_EXHAUSTED', 'rate_limit_exceeded'] },
  {
    reason: 'credential_rejected',
    statuses: [401, 403],
    codes: [
      'API_KEY_INVALID',
      'API_KEY_SERVICE_BLOCKED',
      'UNAUTHENTICATED',
      'PERMISSION_DENIED',
      'authentication',
      'permission_denied',
      // Billing is not enabled, or Google does not serve the region: a matter of the account, not of the request.
      'FAILED_PRECONDITION',
      'failed_precondition',
    ],
    message: /\bapi key\b.{0,200}\b(?:not valid|invalid|expired|not found)\b/i,
  },
  { reason: 'model_not_found', statuses: [404, 410], codes: ['NOT_FOUND', 'not_found', 'model_not_found'] },
  TOO_LARGE,
  {
    reason: 'too_large',
    message: says('token count .{0,200}exceeds', 'exceeds the maximum (?:number of tokens|audio|duration|length)'),
  },
  // Gemini would not say what it heard; see `blockedBy`.
  {
    reason: 'audio_rejected',
    codes: ['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'safety', 'content_blocked'],
    message: /\bblocked\b.{0,200}\b(?:safety|policy|content)\b|\brecitation\b/i,
    toldCode: CONTENT_FILTER,
  },
  { reason: 'timeout', statuses: [504], codes: ['DEADLINE_EXCEEDED', 'deadline_exceeded'] },
  {
    reason: 'unavailable',
    statuses: [408, 409, 499],
    codes: ['UNAVAILABLE', 'INTERNAL', 'ABORTED', 'CANCELLED', 'api_error'],
  },
  {
    reason: 'audio_rejected',
    statuses: [415],
    message: says(
      'unable to process input (?:audio|media|file)',
      '(?:unsupported|invalid) mime ?type',
      'mime ?type .*(?:not supported|unsupported)',
      '(?:invalid|corrupt(?:ed)?|empty|undecodable) audio',
      'audio .*(?:could not be|cannot be|failed to be) (?:decoded|processed)',
    ),
  },
  {
    reason: 'unsupported',
    codes: ['UNIMPLEMENTED'],
    message: /\bis incompatible with\b|\bnot supported (?:by|for|in) (?:this|the) model\b|\bnot enabled for\b/i,
  },
  { reason: 'request_rejected', statuses: [400, 416, 422], codes: ['INVALID_ARGUMENT', 'invalid_request'] },
];

/**
 * Turns an error answer, also one whose status is a success, into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(response: ProviderResponse, apiKey: string | undefined, now?: number): ProviderError {
  const json = parseJson(response.body);
  const error = errorIn(json);
  const said = error === undefined ? readErrorBody(json) : readError(error);
  return judgeResponse(RULES, response, said, { apiKey, retryAfterMs: retryDelayOf(error), now });
}

/** Turns an error that arrived inside a stream, or in an interaction that failed, into the one error that adapters throw. */
export function errorFromPayload(error: unknown, apiKey: string | undefined, origin: GeminiOrigin): ProviderError {
  const fallback = 'the provider reported an error without a message';
  return toProviderError(RULES, readError(error), fallback, apiKey, {
    retryAfterMs: retryDelayOf(error),
    ...origin,
  });
}

/** The error of a payload, also where it stands in a list, as in streams that are no event streams. */
export function errorIn(payload: unknown): unknown {
  return property(Array.isArray(payload) ? payload[0] : payload, 'error');
}

/** Which answer it was, and what is billed for it although it is of no use. */
export interface GeminiOrigin {
  readonly upstreamRequestId?: string;
  readonly bill?: Bill;
}

/**
 * Gemini would not say what it heard, or what it was to say. Another provider may: the reason lies in the recording or the
 * text, and in Google's rules.
 * @param reason Gemini's block or finish reason
 */
export function blockedBy(reason: string, origin: GeminiOrigin): ProviderError {
  return new ProviderError('audio_rejected', `Gemini refused to answer (${reason.slice(0, 60)})`, {
    upstreamStatus: 200,
    ...origin,
    code: CONTENT_FILTER,
  });
}

function readError(error: unknown): ErrorBody {
  const [reason] = detailsOf(error).flatMap((it) => text(property(it, 'reason')) ?? []);
  const said = readErrorBody(error);
  return {
    ...said,
    // The limits of a minute and of a day have one code and one message, and both name seconds to wait.
    code: isOverDailyQuota(error) ? 'quota_exceeded' : (reason ?? said.code),
    type: text(property(error, 'status')),
  };
}

/** Google says `google.rpc.RetryInfo` where others have a header: `{"retryDelay":"34.5s"}`. */
function retryDelayOf(error: unknown): number | undefined {
  const [delay] = detailsOf(error).flatMap((it) => text(property(it, 'retryDelay')) ?? []);
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(delay ?? '') ?? [];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1_000);
}

/** `google.rpc.QuotaFailure` names the quotas: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
function isOverDailyQuota(error: unknown): boolean {
  return detailsOf(error)
    .flatMap((it): unknown => property(it, 'violations') ?? [])
    .some((it) => /PerDay/.test(text(property(it, 'quotaId')) ?? ''));
}

function detailsOf(error: unknown): readonly unknown[] {
  const details = property(error, 'details');
  return Array.isArray(details) ? details : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
