import { STATUS_CODES } from 'node:http';
import type { ProviderError } from '../../domain/errors.js';
import { type ErrorFacts, type ErrorRule, readRetryAfter, toProviderError } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';
import { parseJson, property } from '../answer-body.js';
import { requestIdOf } from './openai-response.js';

/**
 * The first rule that fits decides; a rule fits when any of its conditions does. The order settles what shares a status:
 * OpenAI says 429 for an empty account too, xAI 400 for a wrong key, and everybody 400 for broken audio.
 * Sources: OpenAI's error guide, the messages quoted in its community threads, Groq's error reference.
 */
const RULES: readonly ErrorRule[] = [
  {
    reason: 'quota_exhausted',
    statuses: [402],
    codes: [
      'insufficient_quota',
      'credit_balance_exhausted',
      'billing_hard_limit_reached',
      'billing_not_active',
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      // Groq's spend limit, with status 400; the budget of another gateway, LiteLLM's also with 400.
      'blocked_api_access',
      'budget_exceeded',
    ],
    // Azure API Management's quota policy, with status 403; Fireworks' unpaid bills, with 412 and a code for anything.
    message: /\bout of call volume quota\b|\baccount \S+ is suspended\b/i,
  },
  { reason: 'rate_limited', statuses: [429], codes: ['rate_limit_exceeded'] },
  // 410: a retired model or endpoint. OperationNotSupported: Azure's deployment is of a model that hears nothing.
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    codes: ['model_not_found', 'model_decommissioned', 'DeploymentNotFound', 'OperationNotSupported'],
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
  return toProviderError(RULES, facts, fallback, apiKey, {
    upstreamStatus: response.status,
    retryAfterMs: readRetryAfter(response.headers, now),
    upstreamRequestId: requestIdOf(response, json),
  });
}

/** Turns an error that arrived inside a stream into ours. vLLM writes the status it would have sent as its code. */
export function errorFromEvent(payload: unknown, apiKey?: string, upstreamRequestId?: string): ProviderError {
  const code = property(property(payload, 'error'), 'code');
  const status = isStatus(code) ? Number(code) : undefined;
  const fallback = 'the provider reported an error inside its stream';
  return toProviderError(RULES, { ...readEnvelope(payload), status }, fallback, apiKey, { upstreamRequestId });
}

/**
 * OpenAI's envelope, and the forms of it that its imitators use: a bare string, no envelope (Azure API Management),
 * FastAPI's `detail`, Azure's inner error.
 */
function readEnvelope(json: unknown): Omit<ErrorFacts, 'status'> {
  const error = property(json, 'error') ?? json;
  const code = property(error, 'code');
  const inner = property(error, 'inner_error') ?? property(error, 'innererror');
  return {
    message: text(error) ?? text(property(error, 'message')) ?? readDetail(property(json, 'detail')),
    type: text(property(error, 'type')),
    param: text(property(error, 'param')),
    code: (isStatus(code) ? undefined : text(code)) ?? text(property(inner, 'code')),
  };
}

/** A code that is only the HTTP status once more, as vLLM's number and Azure's text. */
function isStatus(code: unknown): boolean {
  return (typeof code === 'number' || typeof code === 'string') && /^[45]\d\d$/.test(String(code));
}

/** FastAPI's own text or list of violations; DeepInfra puts an object with `error` there. */
function readDetail(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return text(detail) ?? text(property(detail, 'error'));
  const messages = detail.map((it: unknown) => text(property(it, 'msg'))).filter((it) => it !== undefined);
  return messages.length > 0 ? messages.join('; ') : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
