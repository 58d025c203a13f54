import type { ProviderError } from '../../domain/errors.js';
import { parseJson } from '../answer-body.js';
import { readErrorBody } from '../error-body.js';
import { type ErrorRule, judgeResponse } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';
import { TOO_LARGE } from '../too-large.rule.js';

/**
 * Sources: https://developers.cloudflare.com/workers-ai/platform/errors/ (3000 to 5999) and Cloudflare's API in general.
 * The first rule that fits decides, so a code stands before a status that it shares with others.
 */
const RULES: readonly ErrorRule[] = [
  // The free allocation of the day is used up; the status is 429.
  { reason: 'quota_exhausted', statuses: [402], codes: ['3036'] },
  // 3040: no data centre has room, also with 429. 3008: somebody on the way gave up, with 408.
  { reason: 'unavailable', statuses: [408], codes: ['3040', '3008'] },
  { reason: 'rate_limited', statuses: [429], codes: ['971'] },
  // There is no such path, mostly because there is no such account.
  { reason: 'misconfigured', codes: ['7000', '7003'] },
  { reason: 'model_not_found', statuses: [404, 410], codes: ['5007', '3042'] },
  // 10000, 9109, 6003, 6111: the token is wrong or not one; 5016, 5018, 3023, 3041: the account may not.
  {
    reason: 'credential_rejected',
    statuses: [401, 403],
    codes: ['10000', '9109', '6003', '6111', '5016', '5018', '3023', '3041'],
  },
  { ...TOO_LARGE, codes: [...TOO_LARGE.codes, '3006'] },
  { reason: 'timeout', statuses: [504, 524], codes: ['3007'] },
  {
    reason: 'unsupported',
    codes: ['5005', '5019'],
    message: /\b(?:language|option|parameter)\b.{0,60}\bnot supported\b|\bno such model\/language\b/i,
  },
  {
    reason: 'audio_rejected',
    statuses: [415],
    message:
      /\b(?:decode|decoding|invalid|corrupt(?:ed)?|unsupported|empty)\b[^.]{0,200}\baudio\b|\binvalid data found\b/i,
  },
  { reason: 'request_rejected', statuses: [400, 422], codes: ['3003', '5004', '5006'] },
];

/**
 * Turns an answer that is no success into the one error that adapters throw; also one with status 200 whose envelope says
 * so.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(response: ProviderResponse, apiKey: string | undefined, now?: number): ProviderError {
  const said = readErrorBody(parseJson(response.body));
  return judgeResponse(RULES, response, said, { who: 'Cloudflare', apiKey, upstreamRequestId: rayOf(response), now });
}

/** Cloudflare's name for the call. */
export function rayOf({ headers }: Pick<ProviderResponse, 'headers'>): string | undefined {
  return headers['cf-ray'];
}
