import { type FailureReason, ProviderError } from '../domain/errors.js';
import type { ProviderResponse } from './provider-http.js';

/** What a provider's error says, in whatever form; every field may be missing from a proxy's answer. */
export interface ErrorFacts {
  /** Absent when the error came inside a stream. */
  readonly status?: number;
  readonly message?: string;
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
}

/** One line of a provider's error table. */
export interface ErrorRule {
  readonly reason: FailureReason;
  readonly statuses?: readonly number[];
  /** Matched against the error's `code` and `type`. */
  readonly codes?: readonly string[];
  readonly params?: readonly string[];
  readonly message?: RegExp;
}

/** Where an error came from, for the ledger. */
export interface ErrorOrigin {
  readonly upstreamStatus?: number;
  readonly retryAfterMs?: number;
  readonly upstreamRequestId?: string;
}

/** A server's fault stays one, whatever its message is about; so 5xx is judged by status and code alone. */
function fits(rule: ErrorRule, { status, code, type, param, message }: ErrorFacts): boolean {
  if (status !== undefined && rule.statuses?.includes(status)) return true;
  if (code !== undefined && rule.codes?.includes(code)) return true;
  if (status !== undefined && status >= 500) return false;
  return (
    (type !== undefined && rule.codes?.includes(type)) ||
    (param !== undefined && rule.params?.includes(param)) ||
    (message !== undefined && rule.message?.test(message)) ||
    false
  );
}

function reasonFor(rules: readonly ErrorRule[], facts: ErrorFacts): FailureReason {
  const rule = rules.find((it) => fits(it, facts));
  if (rule) return rule.reason;
  const { status = 500 } = facts;
  if (status >= 500) return 'unavailable';
  // Below 400: a redirect, which is not followed.
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
  return new ProviderError(reasonFor(rules, facts), clean(facts.message, apiKey) || fallback, {
    ...origin,
    param: clean(facts.param, apiKey) || undefined,
    code: clean(facts.code, apiKey) || undefined,
  });
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

/** What must never be shown: keys, also masked ones, and audio that a validation error echoes as a data URL. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sk|gsk|xai)[-_][\w*.…-]*[\w*…]/g, '[redacted key]'],
  [/\bBearer\s+[^\s"',]+/gi, 'Bearer [redacted key]'],
  [/\bdata:[\w.+-]+\/[\w.+-]+[^,\s]*,[A-Za-z0-9+/=_-]*/g, '[redacted data]'],
];

function clean(message: string | undefined, apiKey: string | undefined): string {
  let shown = (message ?? '').replace(/\s+/g, ' ').trim();
  if (apiKey) shown = shown.replaceAll(apiKey, '[redacted key]');
  for (const [pattern, replacement] of SECRETS) shown = shown.replace(pattern, replacement);
  return shown.length > MAX_MESSAGE_LENGTH ? `${shown.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : shown;
}
