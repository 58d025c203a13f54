import { STATUS_CODES } from 'node:http';
import { type FailureReason, ProviderError } from '../../domain/errors.js';
import type { ProviderResponse } from '../provider-http.js';
import { parseJson, property, requestIdOf } from './openai-response.js';

/** An error as the protocol tells it; every field may be missing from a proxy's answer. */
interface ErrorFacts {
  /** Absent when the error came inside a stream. */
  readonly status?: number;
  readonly message?: string;
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
}

interface Rule {
  readonly reason: FailureReason;
  readonly statuses?: readonly number[];
  /** Matched against the error's `code` and `type`. */
  readonly codes?: readonly string[];
  readonly params?: readonly string[];
  readonly message?: RegExp;
}

/**
 * The first rule that fits decides; a rule fits when any of its conditions does. The order settles what shares a status:
 * OpenAI says 429 for an empty account too, xAI 400 for a wrong key, and everybody 400 for broken audio.
 * Sources: OpenAI's error guide, the messages quoted in its community threads, Groq's error reference.
 */
const RULES: readonly Rule[] = [
  {
    reason: 'quota_exhausted',
    statuses: [402],
    codes: ['insufficient_quota', 'credit_balance_exhausted', 'billing_hard_limit_reached', 'billing_not_active'],
  },
  { reason: 'rate_limited', statuses: [429], codes: ['rate_limit_exceeded'] },
  // 410: a retired model or endpoint.
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    codes: ['model_not_found', 'model_decommissioned', 'DeploymentNotFound'],
  },
  { reason: 'credential_rejected', statuses: [401, 403], codes: ['invalid_api_key', 'authentication_error'] },
  // Longer or larger than this model takes; another may take it.
  {
    reason: 'too_large',
    statuses: [413],
    codes: ['request_too_large'],
    message: /\bmaximum content size\b|\blonger than \d+(?:\.\d+)? seconds\b/i,
  },
  { reason: 'timeout', statuses: [408, 504, 524] },
  // The endpoint itself is missing, as on servers that cannot translate.
  { reason: 'unsupported', statuses: [405, 501], codes: ['unsupported_value'] },
  // 498: Groq's flex capacity; 409, 424, 425, 499: somebody between us and the model gave up.
  {
    reason: 'unavailable',
    statuses: [409, 424, 425, 498, 499],
    codes: ['slow_down', 'server_is_overloaded', 'server_error'],
  },
  {
    reason: 'audio_rejected',
    statuses: [415],
    codes: ['audio_too_short', 'invalid_audio', 'unsupported_media_type'],
    params: ['file'],
    message: new RegExp(
      [
        'invalid file format',
        'could not be decoded',
        'could not (?:process|decode) (?:the )?(?:file|audio)',
        'corrupted or unsupported',
        'audio (?:file )?is too short',
        'file must be one of the following types',
        'failed to (?:load|decode|read) (?:the )?audio',
      ].join('|'),
      'i',
    ),
  },
  { reason: 'request_rejected', statuses: [400, 422], codes: ['invalid_request_error'] },
];

/** A server's fault stays one, whatever its message is about; so 5xx is judged by status and code alone. */
function fits(rule: Rule, { status, code, type, param, message }: ErrorFacts): boolean {
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

function reasonFor(facts: ErrorFacts): FailureReason {
  const rule = RULES.find((it) => fits(it, facts));
  if (rule) return rule.reason;
  const { status = 500 } = facts;
  if (status >= 500) return 'unavailable';
  // Below 400: a redirect, which is not followed.
  return status >= 400 ? 'unknown' : 'bad_response';
}

/**
 * Turns an error status into the one error that adapters throw. Its message is the provider's own, shortened and without
 * secrets or audio; a page or a text of unknown origin is not quoted.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(
  response: ProviderResponse,
  apiKey?: string,
  now: number = Date.now(),
): ProviderError {
  const json = parseJson(response.body);
  const facts = { ...readEnvelope(json), status: response.status };
  const fallback = `the provider answered ${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim();
  return toError(facts, fallback, apiKey, {
    upstreamStatus: response.status,
    retryAfterMs: readRetryAfter(response.headers, now),
    upstreamRequestId: requestIdOf(response, json),
  });
}

/** Turns an error that arrived inside a stream into ours. vLLM writes the status it would have sent as its code. */
export function errorFromEvent(payload: unknown, apiKey?: string, upstreamRequestId?: string): ProviderError {
  const code = property(property(payload, 'error'), 'code');
  const status = typeof code === 'number' && code >= 400 && code < 600 ? code : undefined;
  const fallback = 'the provider reported an error inside its stream';
  return toError({ ...readEnvelope(payload), status }, fallback, apiKey, { upstreamRequestId });
}

function toError(
  facts: ErrorFacts,
  fallback: string,
  apiKey: string | undefined,
  origin: { upstreamStatus?: number; retryAfterMs?: number; upstreamRequestId?: string },
): ProviderError {
  return new ProviderError(reasonFor(facts), clean(facts.message, apiKey) || fallback, {
    ...origin,
    param: clean(facts.param, apiKey) || undefined,
    code: clean(facts.code, apiKey) || undefined,
  });
}

/** OpenAI's envelope, and the forms of it that its imitators use: a bare string, no envelope, FastAPI's `detail`. */
function readEnvelope(json: unknown): Omit<ErrorFacts, 'status'> {
  const error = property(json, 'error') ?? json;
  return {
    message: text(error) ?? text(property(error, 'message')) ?? readDetail(property(json, 'detail')),
    type: text(property(error, 'type')),
    param: text(property(error, 'param')),
    code: text(property(error, 'code')),
  };
}

function readDetail(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return text(detail);
  const messages = detail.map((it: unknown) => text(property(it, 'msg'))).filter((it) => it !== undefined);
  return messages.length > 0 ? messages.join('; ') : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Milliseconds from `retry-after-ms`, or `retry-after` in seconds or as an HTTP date. */
function readRetryAfter(headers: ProviderResponse['headers'], now: number): number | undefined {
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
