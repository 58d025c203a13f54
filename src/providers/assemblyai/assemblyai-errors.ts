import type { Bill } from '../../domain/bill.js';
import type { ProviderError } from '../../domain/errors.js';
import { parseJson } from '../answer-body.js';
import { readErrorBody } from '../error-body.js';
import { type ErrorRule, judgeResponse, toProviderError } from '../error-rules.js';
import { says } from '../says.js';
import type { ProviderResponse } from '../provider-http.js';
import { TOO_LARGE } from '../too-large.rule.js';
import type { Transcript } from './assemblyai.schema.js';

/**
 * AssemblyAI tells its errors apart by status and sentence only; an empty account and broken audio share 400 with
 * everything else. Sources: its OpenAPI document and its guide to common errors.
 */
const RESPONSE_RULES: readonly ErrorRule[] = [
  { reason: 'rate_limited', statuses: [429] },
  { reason: 'quota_exhausted', statuses: [402], message: /\baccount balance\b|\binsufficient funds\b/i },
  // 403 also says that the file was uploaded with a key of another project.
  {
    reason: 'credential_rejected',
    statuses: [401, 403],
    message:
      /\bauthentication error\b|\baccount (?:is|has been) (?:disabled|suspended|deactivated)\b|\bupgrade your\b/i,
  },
  TOO_LARGE,
  { reason: 'timeout', statuses: [504] },
  { reason: 'unavailable', statuses: [408] },
  { reason: 'audio_rejected', statuses: [415] },
  {
    reason: 'unsupported',
    message: /\bnot (?:available|supported) (?:in|for|by|with)\b|\bnot supported\b/i,
  },
  { reason: 'model_not_found', statuses: [404, 410], message: /\bspeech_models?\b/i },
  { reason: 'request_rejected', statuses: [400, 422] },
];

/** Why a job failed, in AssemblyAI's words; there is no code. */
const JOB_RULES: readonly ErrorRule[] = [
  { reason: 'unavailable', message: /\bserver error\b|\binternal error\b|\bresubmit\b|\btry again\b/i },
  {
    reason: 'audio_rejected',
    message: says(
      'does not appear to contain audio',
      'transcoding failed',
      'unsupported file',
      'audio (?:file )?(?:is|duration is) (?:too short|empty|corrupt)',
      'speech threshold',
      'unable to download',
    ),
  },
  TOO_LARGE,
  { reason: 'request_rejected', message: /\blanguage confidence\b|\bconfidence threshold\b/i },
  { reason: 'unsupported', message: /\bnot (?:available|supported)\b/i },
  { reason: 'unknown', message: /^/ },
];

/**
 * Turns an error answer, also one whose status is a success, into the one error that adapters throw.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(
  response: ProviderResponse,
  apiKey: string | undefined,
  upstreamRequestId?: string,
  now?: number,
): ProviderError {
  const said = readErrorBody(parseJson(response.body));
  return judgeResponse(RESPONSE_RULES, response, said, { apiKey, upstreamRequestId, now });
}

/**
 * The bill of a job that failed, whatever for:
 * https://www.assemblyai.com/docs/faq/are-customers-charged-for-api-calls-that-result-in-errors
 */
export const freeOfCharge: Bill = { costUsd: 0 };

/**
 * Turns a failed job into the one error that adapters throw.
 * @param audioUrl is not repeated in the message: a signed address is a secret of the caller
 */
export function errorFromJob({ id, error = '' }: Transcript, audioUrl: string, apiKey?: string): ProviderError {
  const message = error.replaceAll(audioUrl, 'the recording');
  return toProviderError(JOB_RULES, { status: 200, message }, 'the provider could not transcribe the audio', apiKey, {
    upstreamStatus: 200,
    upstreamRequestId: id,
    bill: freeOfCharge,
  });
}
