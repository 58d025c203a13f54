import { STATUS_CODES } from 'node:http';
import type { ProviderError } from '../../domain/errors.js';
import { parseJson } from '../answer-body.js';
import { type ErrorRule, readRetryAfter, toProviderError } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';
import { cloudflareEnvelopeSchema } from './cloudflare.schema.js';

/**
 * Sources: https://developers.cloudflare.com/workers-ai/platform/errors/ (3000 to 5999) and Cloudflare's API in general.
 * The first rule that fits decides, so a code stands before a status that it shares with others.
 */
const RULES: readonly ErrorRule[] = [
  // The free allocation of the day is used up; the status is 429.
  { reason: 'quota_exhausted', statuses: [402], codes: ['3036'] },
  // 3040: no data centre has room, also with 429. 3008: somebody on the way gave up, with 408.
  { reason: 'unavailable', codes: ['3040', '3008'] },
  { reason: 'rate_limited', statuses: [429], codes: ['971'] },
  // 7000, 7003: there is no such path, mostly because there is no such account.
  { reason: 'model_not_found', statuses: [404, 410], codes: ['5007', '3042', '7000', '7003'] },
  // 10000, 9109, 6003, 6111: the token is wrong or not one; 5016, 5018, 3023, 3041: the account may not.
  {
    reason: 'credential_rejected',
    statuses: [401, 403],
    codes: ['10000', '9109', '6003', '6111', '5016', '5018', '3023', '3041'],
  },
  { reason: 'too_large', statuses: [413], codes: ['3006'] },
  { reason: 'timeout', statuses: [408, 504, 524], codes: ['3007'] },
  { reason: 'unsupported', statuses: [405, 501], codes: ['5005', '5019'] },
  {
    reason: 'audio_rejected',
    statuses: [415],
    message: /\b(?:decode|decoding|invalid|corrupt(?:ed)?|unsupported|empty)\b[^.]*\baudio\b|\binvalid data found\b/i,
  },
  { reason: 'request_rejected', statuses: [400, 422], codes: ['3003', '5004', '5006'] },
];

/**
 * Turns an answer that is no success into the one error that adapters throw; also one with status 200 whose envelope says
 * so.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(
  response: ProviderResponse,
  apiKey: string | undefined,
  now: number = Date.now(),
): ProviderError {
  const { status } = response;
  const [error] = cloudflareEnvelopeSchema.safeParse(parseJson(response.body)).data?.errors ?? [];
  const fallback = `Cloudflare answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const facts = { status, message: error?.message, code: error?.code === undefined ? undefined : String(error.code) };
  return toProviderError(RULES, facts, fallback, apiKey, {
    upstreamStatus: status,
    retryAfterMs: readRetryAfter(response.headers, now),
    upstreamRequestId: rayOf(response),
  });
}

/** Cloudflare's name for the call. */
export function rayOf({ headers }: Pick<ProviderResponse, 'headers'>): string | undefined {
  return headers['cf-ray'];
}
