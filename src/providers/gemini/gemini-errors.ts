import { STATUS_CODES } from 'node:http';
import { ProviderError } from '../../domain/errors.js';
import { parseJson, property } from '../answer-body.js';
import { type ErrorFacts, type ErrorRule, readRetryAfter, toProviderError } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';

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
    message: /\bapi key\b.*\b(?:not valid|invalid|expired|not found)\b/i,
  },
  { reason: 'model_not_found', statuses: [404, 410], codes: ['NOT_FOUND', 'not_found', 'model_not_found'] },
  {
    reason: 'too_large',
    statuses: [413],
    message: new RegExp(
      [
        'payload size exceeds',
        'token count .*exceeds',
        'exceeds the maximum (?:number of tokens|audio|duration|length)',
        'audio .*too long',
      ].join('|'),
      'i',
    ),
  },
  { reason: 'timeout', statuses: [408, 504], codes: ['DEADLINE_EXCEEDED', 'deadline_exceeded'] },
  {
    reason: 'unavailable',
    statuses: [409, 499],
    codes: ['UNAVAILABLE', 'INTERNAL', 'ABORTED', 'CANCELLED', 'api_error'],
  },
  {
    reason: 'audio_rejected',
    statuses: [415],
    message: new RegExp(
      [
        'unable to process input (?:audio|media|file)',
        '(?:unsupported|invalid) mime ?type',
        'mime ?type .*(?:not supported|unsupported)',
        '(?:invalid|corrupt(?:ed)?|empty|undecodable) audio',
        'audio .*(?:could not be|cannot be|failed to be) (?:decoded|processed)',
        '\\bblocked\\b.*\\b(?:safety|policy|content)\\b',
      ].join('|'),
      'i',
    ),
  },
  {
    reason: 'unsupported',
    statuses: [405, 501],
    codes: ['UNIMPLEMENTED'],
    message: /\bis incompatible with\b|\bnot supported (?:by|for|in) (?:this|the) model\b|\bnot enabled for\b/i,
  },
  { reason: 'request_rejected', statuses: [400, 416, 422], codes: ['INVALID_ARGUMENT', 'invalid_request'] },
];

/**
 * Turns an error status into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(
  response: ProviderResponse,
  apiKey: string | undefined,
  now: number = Date.now(),
): ProviderError {
  const { status, headers, body } = response;
  const error = errorIn(parseJson(body));
  const fallback = `the provider answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return toProviderError(RULES, { ...readError(error), status }, fallback, apiKey, {
    upstreamStatus: status,
    retryAfterMs: readRetryAfter(headers, now) ?? retryDelayOf(error),
  });
}

/** Turns an error that arrived inside a stream, or in an interaction that failed, into the one error that adapters throw. */
export function errorFromPayload(
  error: unknown,
  apiKey: string | undefined,
  upstreamRequestId: string | undefined,
): ProviderError {
  const code = property(error, 'code');
  const status = typeof code === 'number' && code >= 400 && code < 600 ? code : undefined;
  const fallback = 'the provider reported an error without a message';
  return toProviderError(RULES, { ...readError(error), status }, fallback, apiKey, {
    retryAfterMs: retryDelayOf(error),
    upstreamRequestId,
  });
}

/** The error of a payload, also where it stands in a list, as in streams that are no event streams. */
export function errorIn(payload: unknown): unknown {
  return property(Array.isArray(payload) ? payload[0] : payload, 'error');
}

/**
 * Gemini would not say what it heard. Another provider may: the reason lies in the recording, and in Google's rules.
 * @param reason Gemini's block or finish reason
 */
export function blockedBy(reason: string, upstreamRequestId: string | undefined): ProviderError {
  return new ProviderError('audio_rejected', `Gemini refused to answer for this recording (${reason.slice(0, 60)})`, {
    upstreamStatus: 200,
    upstreamRequestId,
    code: 'content_filter',
  });
}

function readError(error: unknown): Omit<ErrorFacts, 'status'> {
  const [reason] = detailsOf(error).flatMap((it) => text(property(it, 'reason')) ?? []);
  return {
    message: text(property(error, 'message')),
    // The limits of a minute and of a day have one code and one message, and both name seconds to wait.
    code: isOverDailyQuota(error) ? 'quota_exceeded' : (reason ?? text(property(error, 'code'))),
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
