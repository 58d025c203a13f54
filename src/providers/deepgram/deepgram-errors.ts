import type { ProviderError } from '../../domain/errors.js';
import { isHtml, parseJson, property, textAt } from '../answer-body.js';
import { readErrorBody } from '../error-body.js';
import { type ErrorRule, judgeResponse } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';
import { TOO_LARGE } from '../too-large.rule.js';

/** Deepgram says so of an unknown model as well as of a language that a model does not speak. */
const NO_SUCH_MODEL = /\bno such model\/language/i;

/** Source: https://developers.deepgram.com/docs/errors */
const RULES: readonly ErrorRule[] = [
  { reason: 'quota_exhausted', statuses: [402], codes: ['ASR_PAYMENT_REQUIRED'] },
  { reason: 'rate_limited', statuses: [429], codes: ['TOO_MANY_REQUESTS'] },
  { reason: 'unsupported', params: ['language', 'languages'] },
  // 404: the base URL is wrong. A model that the project may not use comes with 403.
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    message: /\bno such model\/language|\bdoes not have access to the requested model\b/i,
  },
  {
    reason: 'credential_rejected',
    statuses: [401, 403],
    codes: ['INVALID_AUTH', 'INSUFFICIENT_PERMISSIONS'],
  },
  TOO_LARGE,
  // 504: the transcription itself took longer than ten minutes, or twenty with whisper.
  { reason: 'timeout', statuses: [504, 524] },
  // The upload did not arrive whole, or not fast enough: 408 SLOW_UPLOAD, which is not the deadline.
  { reason: 'unavailable', statuses: [408, 409, 425, 499], codes: ['ASR_UNPROCESSABLE_ENTITY', 'SLOW_UPLOAD'] },
  {
    reason: 'audio_rejected',
    statuses: [415],
    codes: ['UNSUPPORTED_MEDIA_TYPE'],
    message: /\bfailed to process audio\b|\bcorrupt or unsupported\b/i,
  },
  {
    reason: 'unsupported',
    message:
      /\bnot (?:available|supported) (?:for|with|by|in)\b|\blimit exceeded\b|\bexceeds? the (?:maximum|limit)\b/i,
  },
  { reason: 'request_rejected', statuses: [400, 414, 422] },
];

/** What of the request an error may be about. */
interface Blamable {
  readonly language?: string;
  readonly languages: readonly string[];
}

/**
 * Turns an error answer, also one whose status is a success, into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(
  response: ProviderResponse,
  request: Blamable,
  apiKey?: string,
  now?: number,
): ProviderError {
  const said = isHtml(response) ? {} : readError(response);
  const upstreamRequestId = said.requestId ?? response.headers['dg-request-id'];
  const facts = { ...said, param: paramOf(said, request) };
  return judgeResponse(RULES, response, facts, { who: 'Deepgram', apiKey, upstreamRequestId, now });
}

interface Said {
  readonly message?: string;
  readonly code?: string;
  readonly requestId?: string;
}

/** The three forms of Deepgram's errors: `err_code` and `err_msg`, `category` and `message`, a bare text; and a proxy's. */
function readError({ body }: ProviderResponse): Said {
  const json = parseJson(body) ?? body.toString('utf8');
  if (typeof json === 'string') return { message: json };
  if (property(json, 'detail') || property(json, 'error')) return readErrorBody(json);
  const [message, details] = [textAt(json, 'message'), textAt(json, 'details')];
  return {
    message: textAt(json, 'err_msg') ?? (message && details ? `${message} ${details}` : (message ?? details)),
    code: codeAt(json, 'err_code') ?? codeAt(json, 'category'),
    requestId: textAt(json, 'request_id'),
  };
}

/** The client's field that is to blame. */
function paramOf({ message = '', code }: Said, { language, languages }: Blamable): string | undefined {
  if (code === 'REMOTE_CONTENT_ERROR') return 'url';
  if (!NO_SUCH_MODEL.test(message)) return undefined;
  if (language !== undefined) return 'language';
  return languages.length > 0 ? 'languages' : undefined;
}

/** Sometimes the code is only the status in words, `Bad Request`, which says nothing. */
function codeAt(json: unknown, key: string): string | undefined {
  const code = textAt(json, key);
  return code !== undefined && /^[A-Z0-9_]+$/.test(code) ? code : undefined;
}
