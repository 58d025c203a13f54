import { STATUS_CODES } from 'node:http';
import type { FailedBill } from '../domain/bill.js';
import { type FailureReason, ProviderError } from '../domain/errors.js';
import type { ErrorBody } from './error-body.js';
import { saysNoSpeech } from './no-speech.js';
import type { ProviderResponse } from './provider-http.js';

/** What a provider's error says, in whatever form; every field may be missing from a proxy's answer. */
export interface ErrorFacts extends ErrorBody {
  /** Absent when the error came inside a stream. */
  readonly status?: number;
}

/** One line of a provider's error table. */
export interface ErrorRule {
  readonly reason: FailureReason;
  readonly statuses?: readonly number[];
  /** Matched against the error's `code` and `type`. */
  readonly codes?: readonly string[];
  readonly params?: readonly string[];
  readonly message?: RegExp;
  /** The code that the client is told instead of the provider's. */
  readonly toldCode?: string;
}

/** Where an error came from, for the ledger. */
export interface ErrorOrigin {
  readonly upstreamStatus?: number;
  readonly retryAfterMs?: number;
  readonly upstreamRequestId?: string;
  /** What it says that is paid for the call. */
  readonly bill?: FailedBill;
}

/** What is known of an error answer besides itself. */
export interface ErrorContext {
  /** Who answered, as the message calls it. */
  readonly who?: string;
  /** Never appears in the message. */
  readonly apiKey?: string;
  readonly upstreamRequestId?: string;
  readonly bill?: FailedBill;
  /** Where the body says it instead of a header. */
  readonly retryAfterMs?: number;
  /** Milliseconds since the epoch, for `Retry-After` dates. */
  readonly now?: number;
}

/** No error needs more to be recognised; rules look for words with anything between them, which takes its time. */
export const MAX_JUDGED_LENGTH = 2_000;

/** A server's fault stays one, whatever its message is about; so 5xx is judged by status and code alone. */
function fits(rule: ErrorRule, { status, code, type, param, message }: ErrorFacts): boolean {
  if (status !== undefined && rule.statuses?.includes(status)) return true;
  if (code !== undefined && rule.codes?.includes(code)) return true;
  if (status !== undefined && status >= 500) return false;
  return (
    (type !== undefined && rule.codes?.includes(type)) ||
    (param !== undefined && rule.params?.includes(param)) ||
    (message !== undefined && rule.message?.test(message.slice(0, MAX_JUDGED_LENGTH))) ||
    false
  );
}

/** A status of success says nothing of an error: then the one that the error names counts, as it does in streams. */
function statusOf({ status, codedStatus }: ErrorFacts): number | undefined {
  return status === undefined || (status >= 200 && status < 300) ? codedStatus : status;
}

/** What a path does not do with a recording (405), or a server does not do at all (501), another one may. */
function reasonOf(rule: ErrorRule | undefined, status = 500): FailureReason {
  if (rule) return rule.reason;
  if (status === 405 || status === 501) return 'unsupported';
  if (status >= 500) return 'unavailable';
  return status >= 400 ? 'unknown' : 'bad_response';
}

/**
 * Judges an error by a provider's table: the first rule of which any condition fits decides, otherwise the status. The
 * message is the provider's own, shortened and without secrets or audio.
 * @param apiKey never appears in the message
 */
export function toProviderError(
  rules: readonly ErrorRule[],
  facts: ErrorFacts,
  fallback: string,
  apiKey: string | undefined,
  origin: ErrorOrigin,
): ProviderError {
  const status = statusOf(facts);
  const rule = rules.find((it) => fits(it, { ...facts, status }));
  return new ProviderError(reasonOf(rule, status), clean(facts.message, apiKey) || fallback, {
    ...origin,
    param: clean(facts.param, apiKey) || undefined,
    // A server that has failed has not listened.
    heardNothing:
      (status ?? 0) < 500 && saysNoSpeech({ ...facts, message: facts.message?.slice(0, MAX_JUDGED_LENGTH) }),
    code: rule?.toldCode ?? (clean(facts.code, apiKey) || undefined),
  });
}

/**
 * Judges an error answer, also one whose status is a success, by a provider's table. An answer that only says that there is
 * nothing, nothing that takes recordings, or something elsewhere, is about the address: nobody who knows the model has
 * seen the request.
 */
export function judgeResponse(
  rules: readonly ErrorRule[],
  response: ProviderResponse,
  said: ErrorBody,
  { who = 'the provider', apiKey, upstreamRequestId, bill, retryAfterMs, now = Date.now() }: ErrorContext,
): ProviderError {
  const { status, headers, path = 'the address' } = response;
  const origin = {
    upstreamStatus: status,
    retryAfterMs: readRetryAfter(headers, now) ?? retryAfterMs,
    upstreamRequestId,
    bill,
  };
  const words = clean(said.message, apiKey);
  const place = clean(path, apiKey) + (words && ` (${words})`);
  const answered = `${who} answered ${status} at ${place}`;
  if (isAboutAddress(rules, { ...said, status })) {
    // Who has more to say than that there is nothing may mean a setting that is part of the address.
    const what = status === 404 || status === 405 ? 'api_base' : 'api_base and settings';
    return new ProviderError('misconfigured', `${answered}: check ${what}`, origin);
  }
  if (status >= 300 && status < 400) {
    const target = clean(targetOf(headers), apiKey);
    const message = `${answered}, a redirect${target && ` to ${target}`}, which is not followed: check api_base`;
    return new ProviderError('misconfigured', message, origin);
  }
  const fallback = `${who} answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return toProviderError(rules, { ...said, status }, fallback, apiKey, origin);
}

function isAboutAddress(rules: readonly ErrorRule[], { status, ...said }: ErrorFacts): boolean {
  const rule = rules.find((it) => fits(it, said));
  if (rule?.reason === 'misconfigured') return true;
  if (status !== 404 && status !== 405) return false;
  const { message = '', code = '', param = '' } = said;
  const isAboutModel = /model|deployment/i.test(`${message.slice(0, MAX_JUDGED_LENGTH)} ${code} ${param}`);
  // Who has not found even the path has not looked at the recording.
  return !isAboutModel && (!rule || rule.reason === 'request_rejected' || rule.reason === 'audio_rejected');
}

/** Where a redirect leads to, without a query, which may hold secrets. */
function targetOf({ location = '' }: ProviderResponse['headers']): string {
  return location.slice(0, MAX_MESSAGE_LENGTH).replace(/[?#].*$/s, '');
}

/** Milliseconds from `retry-after-ms`, or `retry-after` in seconds or as an HTTP date. */
export function readRetryAfter(headers: ProviderResponse['headers'], now: number): number | undefined {
  const { 'retry-after-ms': milliseconds, 'retry-after': after } = headers;
  const candidates = [
    milliseconds ? Number(milliseconds) : Number.NaN,
    after ? Number(after) * 1_000 : Number.NaN,
    after ? Date.parse(after) - now : Number.NaN,
  ];
  const found = candidates.find((it) => Number.isFinite(it));
  return found === undefined ? undefined : Math.max(0, Math.ceil(found));
}

const MAX_MESSAGE_LENGTH = 500;
/** Nobody writes more about an error; what a provider sends instead is not read to its end. */
const MAX_READ_LENGTH = 20_000;

/** What must never be shown: keys, also masked ones, and audio that a validation error echoes as a data URL. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sk|gsk|xai)[-_][\w*.…-]*[\w*…]/g, '[redacted key]'],
  [/\bBearer\s+[^\s"',]+/gi, 'Bearer [redacted key]'],
  [/\bdata:[\w.+-]{1,100}\/[\w.+-]{1,100}[^,\s]{0,200},[A-Za-z0-9+/=_-]*/g, '[redacted data]'],
];

function clean(message: string | undefined, apiKey: string | undefined): string {
  let shown = (message ?? '').slice(0, MAX_READ_LENGTH).replace(/\s+/g, ' ').trim();
  if (apiKey) shown = shown.replaceAll(apiKey, '[redacted key]');
  for (const [pattern, replacement] of SECRETS) shown = shown.replace(pattern, replacement);
  return shown.length > MAX_MESSAGE_LENGTH ? `${shown.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : shown;
}
