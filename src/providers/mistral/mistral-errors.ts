import type { ProviderError } from '../../domain/errors.js';
import { parseJson } from '../answer-body.js';
import { type ErrorBody, readErrorBody } from '../error-body.js';
import { type ErrorRule, judgeResponse, toProviderError } from '../error-rules.js';
import { says } from '../says.js';
import type { ProviderResponse } from '../provider-http.js';
import { TOO_LARGE } from '../too-large.rule.js';

/** The first rule that fits decides. The names are those of an error's `type`; its `code` is only a number. */
const RULES: readonly ErrorRule[] = [
  { reason: 'quota_exhausted', statuses: [402] },
  { reason: 'rate_limited', statuses: [429], codes: ['rate_limited'] },
  // What is to be said is not to Mistral's liking; it says so with 403.
  {
    reason: 'audio_rejected',
    message: says('\\bmoderat(?:ed|ion)\\b', '\\b(?:usage|content) (?:policy|policies|guidelines)\\b'),
    toldCode: 'content_filter',
  },
  { reason: 'credential_rejected', statuses: [401, 403] },
  // An unknown model is a 400 here.
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    codes: ['invalid_model'],
    message: /\baudio input is not enabled for this model\b|\binvalid model\b/i,
  },
  TOO_LARGE,
  { reason: 'timeout', statuses: [504, 524] },
  {
    reason: 'unsupported',
    message: /\bnot supported (?:by|for|with|in)\b|\bdoes not support\b|\bat most \d+\b/i,
  },
  {
    reason: 'unavailable',
    statuses: [408, 409, 424, 425, 499],
    codes: ['service_unavailable', 'internal_server_error'],
  },
  {
    reason: 'audio_rejected',
    statuses: [415],
    codes: ['invalid_request_file'],
    params: ['file', 'file_url'],
    message: says(
      'could not be (?:decoded|fetched|loaded|processed)',
      '(?:invalid|unsupported|corrupt(?:ed)?) (?:audio|file)',
      'failed to (?:load|decode|read) (?:the )?audio',
    ),
  },
  { reason: 'request_rejected', statuses: [400, 422] },
];

/** Mistral's name for the call, which its support asks for. */
export function mistralRequestId({ headers }: Pick<ProviderResponse, 'headers'>): string | undefined {
  return headers['mistral-correlation-id'] ?? headers['x-kong-request-id'] ?? headers['x-request-id'];
}

/**
 * Turns an error answer, also one whose status is a success, into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function mistralError(response: ProviderResponse, apiKey?: string, now?: number): ProviderError {
  const upstreamRequestId = mistralRequestId(response);
  return judgeResponse(RULES, response, readFacts(parseJson(response.body)), { apiKey, upstreamRequestId, now });
}

/** Turns an error that arrived inside a stream into ours. */
export function mistralStreamError(payload: unknown, apiKey?: string, upstreamRequestId?: string): ProviderError {
  const fallback = 'the provider reported an error inside its stream';
  return toProviderError(RULES, readFacts(payload), fallback, apiKey, { upstreamRequestId });
}

/** The `code` of Mistral's envelope `{object: 'error', message, type, param, code}` is a number that nobody knows. */
function readFacts(json: unknown): ErrorBody {
  return { ...readErrorBody(json), code: undefined };
}
