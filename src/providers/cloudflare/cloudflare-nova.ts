import type { ReportedResult, TranscriptionRequest } from '../../domain/transcription.js';
import { parseJson } from '../answer-body.js';
import { tellAnswer } from '../deepgram/deepgram-answer.js';
import { encodeQuery } from '../deepgram/deepgram-query.js';
import { deepgramAnswerSchema } from '../deepgram/deepgram.schema.js';
import type { ProviderResponse } from '../provider-http.js';
import { readResult, withoutTranscript } from './cloudflare-answer.js';
import { rayOf } from './cloudflare-errors.js';

/**
 * The query of `@cf/deepgram/nova-3`: Deepgram's, without the model, which is in the path, and without the opt-out of
 * Deepgram's own programme, in which Cloudflare's customers take no part.
 * @throws ProviderError `request_rejected` naming the field that cannot be honoured
 */
export function encodeNovaQuery(request: TranscriptionRequest): URLSearchParams {
  const query = encodeQuery(request, 'nova-3', { mip_opt_out: false });
  query.delete('model');
  return query;
}

/**
 * Reads an answer of `@cf/deepgram/nova-3` with a status of success: Deepgram's, in Cloudflare's envelope or without it,
 * and mostly without a duration.
 * @param apiKey never appears in an error
 * @throws ProviderError `bad_response` when there is no transcript in it, or what its envelope complains of
 */
export function decodeNovaAnswer(
  response: ProviderResponse,
  ask: { readonly query: URLSearchParams; readonly logprobs: boolean },
  apiKey: string | undefined,
): ReportedResult {
  const wrapped = readResult(response, deepgramAnswerSchema, apiKey);
  const answer = wrapped?.results ? wrapped : deepgramAnswerSchema.safeParse(parseJson(response.body)).data;
  const result = answer && tellAnswer(answer, ask);
  if (!result) throw withoutTranscript(response);
  return { ...result, upstreamRequestId: rayOf(response) ?? result.upstreamRequestId };
}
