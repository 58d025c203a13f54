import { STATUS_CODES } from 'node:http';
import type { ProviderError } from '../../domain/errors.js';
import { parseJson, property } from '../answer-body.js';
import { type ErrorFacts, type ErrorRule, readRetryAfter, toProviderError } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';

/** The first rule that fits decides. The names are those of an error's `type`; its `code` is only a number. */
const RULES: readonly ErrorRule[] = [
  { reason: 'quota_exhausted', statuses: [402] },
  { reason: 'rate_limited', statuses: [429], codes: ['rate_limited'] },
  { reason: 'credential_rejected', statuses: [401, 403] },
  // An unknown model is a 400 here.
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    codes: ['invalid_model'],
    message: /\baudio input is not enabled for this model\b/i,
  },
  {
    reason: 'too_large',
    statuses: [413],
    message: /\b(?:audio|file)\b.*\b(?:too (?:long|large)|exceeds|longer than)\b/i,
  },
  { reason: 'timeout', statuses: [408, 504, 524] },
  { reason: 'unsupported', statuses: [405, 501] },
  { reason: 'unavailable', statuses: [409, 424, 425, 499], codes: ['service_unavailable', 'internal_server_error'] },
  {
    reason: 'audio_rejected',
    statuses: [415],
    codes: ['invalid_request_file'],
    params: ['file', 'file_url'],
    message: new RegExp(
      [
        'could not be (?:decoded|fetched|loaded|processed)',
        '(?:invalid|unsupported|corrupt(?:ed)?) (?:audio|file)',
        'failed to (?:load|decode|read) (?:the )?audio',
      ].join('|'),
      'i',
    ),
  },
  { reason: 'request_rejected', statuses: [400, 422] },
];

/** Mistral's name for the call, which its support asks for. */
export function mistralRequestId({ headers }: Pick<ProviderResponse, 'headers'>): string | undefined {
  return headers['mistral-correlation-id'] ?? headers['x-kong-request-id'] ?? headers['x-request-id'];
}

/**
 * Turns an error status into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function mistralError(response: ProviderResponse, apiKey?: string, now: number = Date.now()): ProviderError {
  const { status } = response;
  const facts = { ...readFacts(parseJson(response.body)), status };
  const fallback = `the provider answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return toProviderError(RULES, facts, fallback, apiKey, {
    upstreamStatus: status,
    retryAfterMs: readRetryAfter(response.headers, now),
    upstreamRequestId: mistralRequestId(response),
  });
}

/** Turns an error that arrived inside a stream into ours. */
export function mistralStreamError(payload: unknown, apiKey?: string, upstreamRequestId?: string): ProviderError {
  const fallback = 'the provider reported an error inside its stream';
  return toProviderError(RULES, readFacts(property(payload, 'error') ?? payload), fallback, apiKey, {
    upstreamRequestId,
  });
}

/**
 * Mistral's own envelope `{object: 'error', message, type, param, code}`, whose message may itself be a validation error;
 * FastAPI's `{detail}`, a text or a list; and the `{message}` of the proxy in front.
 */
function readFacts(json: unknown): ErrorFacts {
  const message = property(json, 'message');
  const detail = property(json, 'detail') ?? property(message, 'detail');
  const issues = Array.isArray(detail) ? detail : [];
  const messages = issues.map((issue) => textOf(property(issue, 'msg'))).filter((it) => it !== undefined);
  return {
    message: textOf(message) ?? textOf(detail) ?? (messages.length > 0 ? messages.join('; ') : undefined),
    type: textOf(property(json, 'type')),
    param: textOf(property(json, 'param')) ?? fieldOf(issues[0]),
  };
}

/** `['body', 'language']` and `['body', 'context_bias', 0]` name a field. */
function fieldOf(issue: unknown): string | undefined {
  const path = property(issue, 'loc');
  return Array.isArray(path) ? textOf(path[1]) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
