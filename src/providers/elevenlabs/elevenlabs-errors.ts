import type { ProviderError } from '../../domain/errors.js';
import { parseJson, property, textAt } from '../answer-body.js';
import { readErrorBody } from '../error-body.js';
import { type ErrorRule, judgeResponse } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';
import { TOO_LARGE } from '../too-large.rule.js';

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
  // Of one account; another one may have it.
  { reason: 'unsupported', codes: ['voice_not_found', 'invalid_voice_id', 'voice_does_not_exist'], params: ['voice'] },
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    codes: ['model_not_found', 'unsupported_model', 'invalid_model_id'],
    params: ['model'],
  },
  {
    reason: 'credential_rejected',
    statuses: [401, 403],
    codes: ['invalid_api_key', 'missing_permissions', 'detected_unusual_activity', 'subscription_required'],
    // What the account's plan does not include is refused with 400, too.
    message: /\b(?:requires?|upgrade|only available)\b.{0,80}\b(?:subscription|plan|tier|enterprise)\b/i,
  },
  TOO_LARGE,
  { reason: 'timeout', statuses: [504, 524] },
  { reason: 'unavailable', statuses: [408, 409, 425, 499] },
  {
    reason: 'audio_rejected',
    statuses: [415],
    codes: ['invalid_audio', 'audio_too_short'],
    params: ['file'],
    message: /\bfile upload is corrupted\b|\baudio is too short\b/i,
  },
  {
    reason: 'unsupported',
    codes: ['unsupported_language', 'invalid_language_code'],
    message:
      /\bnot supported (?:by|for|with|in)\b|\bdoes not support\b|\bat most \d+\b|\bmaximum (?:number )?of \d+\b/i,
  },
  { reason: 'request_rejected', statuses: [400, 422] },
];

/** What the client calls the field. */
const CLIENT_FIELDS: Readonly<Record<string, string>> = {
  model_id: 'model',
  language_code: 'language',
  source_url: 'url',
  cloud_storage_url: 'url',
  voice_id: 'voice',
  text: 'input',
  output_format: 'response_format',
};

/**
 * Turns an error answer, also one whose status is a success, into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(response: ProviderResponse, apiKey?: string, now?: number): ProviderError {
  const json = parseJson(response.body);
  const detail = property(json, 'detail');
  const said = readErrorBody(json);
  // From before there were codes.
  const code = said.code ?? textAt(detail, 'status');
  const param = said.param ?? (code !== undefined && /voice/.test(code) ? 'voice' : undefined);
  const facts = { ...said, code, param: param === undefined ? undefined : (CLIENT_FIELDS[param] ?? param) };
  const upstreamRequestId = textAt(detail, 'request_id') ?? response.headers['request-id'];
  return judgeResponse(RULES, response, facts, { who: 'ElevenLabs', apiKey, upstreamRequestId, now });
}
