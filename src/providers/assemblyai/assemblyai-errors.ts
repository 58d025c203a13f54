import { STATUS_CODES } from 'node:http';
import type { ProviderError } from '../../domain/errors.js';
import { parseJson, property } from '../answer-body.js';
import { type ErrorRule, readRetryAfter, toProviderError } from '../error-rules.js';
import type { ProviderResponse } from '../provider-http.js';
import type { Transcript } from './assemblyai.schema.js';

/**
 * AssemblyAI tells its errors apart by status and sentence only; an empty account and broken audio share 400 with
 * everything else. Sources: its OpenAPI document and its guide to common errors.
 */
const RESPONSE_RULES: readonly ErrorRule[] = [
  { reason: 'rate_limited', statuses: [429] },
  { reason: 'quota_exhausted', statuses: [402], message: /\baccount balance\b|\binsufficient funds\b/i },
  // 403 also says that the file was uploaded with a key of another project.
  { reason: 'credential_rejected', statuses: [401, 403] },
  { reason: 'too_large', statuses: [413] },
  { reason: 'timeout', statuses: [408, 504] },
  { reason: 'audio_rejected', statuses: [415] },
  { reason: 'unsupported', statuses: [405, 501], message: /\bnot (?:available|supported) (?:in|for) this language\b/i },
  { reason: 'model_not_found', message: /\bspeech_models?\b/i },
  { reason: 'request_rejected', statuses: [400, 422] },
];

/** Why a job failed, in AssemblyAI's words; there is no code. */
const JOB_RULES: readonly ErrorRule[] = [
  { reason: 'unavailable', message: /\bserver error\b|\binternal error\b|\bresubmit\b|\btry again\b/i },
  {
    reason: 'audio_rejected',
    message: new RegExp(
      [
        'does not appear to contain audio',
        'transcoding failed',
        'no spoken audio',
        'unsupported file',
        'audio (?:file )?(?:is|duration is) (?:too short|empty|corrupt)',
        'speech threshold',
        'unable to download',
      ].join('|'),
      'i',
    ),
  },
  { reason: 'request_rejected', message: /\blanguage confidence\b|\bconfidence threshold\b/i },
  { reason: 'unsupported', message: /\bnot (?:available|supported)\b/i },
  { reason: 'unknown', message: /^/ },
];

/**
 * Turns an error status into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(
  response: ProviderResponse,
  apiKey: string | undefined,
  upstreamRequestId?: string,
  now: number = Date.now(),
): ProviderError {
  const { status, headers, body } = response;
  const error = property(parseJson(body), 'error');
  const message = typeof error === 'string' ? error : undefined;
  const fallback = `the provider answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return toProviderError(RESPONSE_RULES, { status, message }, fallback, apiKey, {
    upstreamStatus: status,
    retryAfterMs: readRetryAfter(headers, now),
    upstreamRequestId,
  });
}

/**
 * Turns a failed job into the one error that adapters throw.
 * @param audioUrl is not repeated in the message: a signed address is a secret of the caller
 */
export function errorFromJob({ id, error = '' }: Transcript, audioUrl: string, apiKey?: string): ProviderError {
  const message = error.replaceAll(audioUrl, 'the recording');
  return toProviderError(JOB_RULES, { status: 200, message }, 'the provider could not transcribe the audio', apiKey, {
    upstreamStatus: 200,
    upstreamRequestId: id,
  });
}
