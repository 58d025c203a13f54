import type { z } from 'zod';
import { ProviderError } from '../../domain/errors.js';
import type { ReportedSegment, ReportedResult, ReportedWord } from '../../domain/transcription.js';
import { isErrorBody, isHtml, parseJson } from '../answer-body.js';
import type { Usage } from '../../domain/usage.js';
import type { ProviderResponse } from '../provider-http.js';
import { transcriptText } from '../transcript-text.js';
import { errorFromResponse, rayOf } from './cloudflare-errors.js';
import { cloudflareEnvelopeSchema, cloudflareResultSchema, type CloudflareResult } from './cloudflare.schema.js';

/**
 * Reads an answer with a status of success.
 * @throws ProviderError `bad_response` when there is no transcript in it, or what its envelope complains of
 */
export function decodeAnswer(response: ProviderResponse, apiKey: string | undefined): ReportedResult {
  const result = readResult(response, cloudflareResultSchema, apiKey);
  if (!result) throw withoutTranscript(response);
  const text = textOf(result);
  if (text === undefined) throw withoutTranscript(response, usageOf(result));
  return { ...toResult(result, text), upstreamRequestId: rayOf(response) };
}

/**
 * What is in the envelope of an answer with a status of success.
 * @returns undefined when it is not what the schema says
 * @throws ProviderError what the envelope complains of
 */
export function readResult<T>(
  response: ProviderResponse,
  schema: z.ZodType<T>,
  apiKey: string | undefined,
): T | undefined {
  const json = parseJson(response.body);
  if (isErrorBody(json)) throw errorFromResponse(response, apiKey);
  return schema.safeParse(cloudflareEnvelopeSchema.safeParse(json).data?.result).data;
}

/** The failure of an answer that has no transcript in it. */
export function withoutTranscript(response: ProviderResponse, usage?: Usage): ProviderError {
  const what = isHtml(response) ? 'an HTML page' : 'something without a transcript';
  return new ProviderError('bad_response', `Cloudflare answered ${response.status} with ${what}`, {
    upstreamStatus: response.status,
    upstreamRequestId: rayOf(response),
    bill: { usage },
  });
}

function textOf({ text, segments, words, word_count: count }: CloudflareResult): string | undefined {
  const said = transcriptText(
    text,
    segments?.map((it) => it.text),
    words?.map((it) => it.word),
  );
  return said ?? (count === 0 ? '' : undefined);
}

/** The price is by the minute of audio. */
function usageOf({ transcription_info: info }: CloudflareResult): Usage | undefined {
  return info?.duration === undefined ? undefined : { type: 'duration', seconds: info.duration };
}

function toResult(result: CloudflareResult, text: string): ReportedResult {
  const { transcription_info: info, segments, words } = result;
  const inSegments = segments?.flatMap((it) => it.words ?? []);
  const spoken = words ?? (inSegments && inSegments.length > 0 ? inSegments : undefined);
  return {
    text,
    language: info?.language,
    durationSeconds: info?.duration,
    segments: segments?.map(toSegment),
    words: spoken?.map(toWord),
    usage: usageOf(result),
  };
}

type WireSegment = NonNullable<CloudflareResult['segments']>[number];
type WireWord = NonNullable<CloudflareResult['words']>[number];

function toSegment(wire: WireSegment): ReportedSegment {
  return {
    text: wire.text,
    startSeconds: wire.start,
    endSeconds: wire.end,
    temperature: wire.temperature,
    avgLogprob: wire.avg_logprob,
    compressionRatio: wire.compression_ratio,
    noSpeechProb: wire.no_speech_prob,
  };
}

/** whisper's words begin with the space before them. */
function toWord({ word, start, end }: WireWord): ReportedWord {
  return { word: word.trim(), startSeconds: start, endSeconds: end };
}
