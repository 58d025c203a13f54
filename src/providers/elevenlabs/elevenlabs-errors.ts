import { STATUS_CODES } from 'node:http';
import type { ProviderError } from '../../domain/errors.js';
import { parseJson, property, textAt } from '../answer-body.js';
import { type ErrorFacts, type ErrorRule, readRetryAfter, toProviderError } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';

/**
 * The order settles what shares a status: an exhausted quota comes with 401.
 * Source: https://elevenlabs.io/docs/eleven-api/resources/errors and ElevenLabs' help pages on 400, 401 and 429.
 */
const RULES: readonly ErrorRule[] = [
  { reason: 'quota_exhausted', statuses: [402], codes: ['quota_exceeded', 'insufficient_credits', 'payment_required'] },
  {
    reason: 'rate_limited',
    statuses: [429],
    codes: ['rate_limit_exceeded', 'concurrent_limit_exceeded', 'too_many_concurrent_requests', 'system_busy'],
  },
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    codes: ['model_not_found', 'unsupported_model'],
    params: ['model'],
  },
  { reason: 'credential_rejected', statuses: [401, 403], codes: ['invalid_api_key', 'missing_permissions'] },
  { reason: 'too_large', statuses: [413], codes: ['file_too_large'] },
  { reason: 'timeout', statuses: [408, 504, 524] },
  { reason: 'unavailable', statuses: [409, 425, 499] },
  {
    reason: 'audio_rejected',
    statuses: [415],
    codes: ['invalid_audio', 'audio_too_short'],
    params: ['file'],
    message: /\bfile upload is corrupted\b|\baudio is too short\b/i,
  },
  { reason: 'request_rejected', statuses: [400, 405, 411, 422] },
];

/** What the client calls the field. */
const CLIENT_FIELDS: Readonly<Record<string, string>> = {
  model_id: 'model',
  language_code: 'language',
  source_url: 'url',
  cloud_storage_url: 'url',
};

/**
 * Turns an error status into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(
  response: ProviderResponse,
  apiKey?: string,
  now: number = Date.now(),
): ProviderError {
  const detail = property(parseJson(response.body), 'detail');
  const said = Array.isArray(detail) ? readViolations(detail) : readDetail(detail);
  const param = said.param === undefined ? undefined : (CLIENT_FIELDS[said.param] ?? said.param);
  const fallback = `ElevenLabs answered ${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim();
  return toProviderError(RULES, { ...said, status: response.status, param }, fallback, apiKey, {
    upstreamStatus: response.status,
    retryAfterMs: readRetryAfter(response.headers, now),
    upstreamRequestId: textAt(detail, 'request_id') ?? response.headers['request-id'],
  });
}

/** One object, with `code` and `param` or, from before, only `status`; or a bare text. */
function readDetail(detail: unknown): ErrorFacts {
  return {
    message: typeof detail === 'string' ? detail : textAt(detail, 'message'),
    type: textAt(detail, 'type'),
    code: textAt(detail, 'code') ?? textAt(detail, 'status'),
    param: textAt(detail, 'param'),
  };
}

/** FastAPI's validation errors: a list with the place and the complaint. */
function readViolations(violations: readonly unknown[]): ErrorFacts {
  const places = violations
    .map((it) => property(it, 'loc'))
    .flatMap((loc): unknown[] => (Array.isArray(loc) ? [loc.at(-1)] : []));
  const messages = violations.map((it) => textAt(it, 'msg')).filter((it) => it !== undefined);
  const [param] = places;
  return {
    message: messages.length > 0 ? messages.join('; ') : undefined,
    param: typeof param === 'string' ? param : undefined,
  };
}
