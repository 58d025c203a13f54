import { ProviderError } from '../../domain/errors.js';
import type { Segment, TranscriptionResult, Word } from '../../domain/transcription.js';
import { isHtml, parseJson } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import { errorFromResponse, rayOf } from './cloudflare-errors.js';
import { cloudflareEnvelopeSchema, cloudflareResultSchema, type CloudflareResult } from './cloudflare.schema.js';

/**
 * Reads an answer with a status of success.
 * @throws ProviderError `bad_response` when there is no transcript in it, or what its envelope complains of
 */
export function decodeAnswer(response: ProviderResponse, apiKey: string | undefined): TranscriptionResult {
  const envelope = cloudflareEnvelopeSchema.safeParse(parseJson(response.body)).data;
  if (envelope?.success === false) throw errorFromResponse(response, apiKey);
  const result = cloudflareResultSchema.safeParse(envelope?.result).data;
  if (result) return { ...toResult(result), upstreamRequestId: rayOf(response) };
  const what = isHtml(response) ? 'an HTML page' : 'something without a transcript';
  throw new ProviderError('bad_response', `Cloudflare answered ${response.status} with ${what}`, {
    upstreamStatus: response.status,
    upstreamRequestId: rayOf(response),
  });
}

function toResult({ text, transcription_info: info, segments, words }: CloudflareResult): TranscriptionResult {
  const inSegments = segments?.flatMap((it) => it.words ?? []);
  const spoken = words ?? (inSegments && inSegments.length > 0 ? inSegments : undefined);
  return {
    text,
    language: info?.language,
    durationSeconds: info?.duration,
    segments: segments?.map(toSegment),
    words: spoken?.map(toWord),
    // The price is by the minute of audio.
    usage: info?.duration === undefined ? undefined : { type: 'duration', seconds: info.duration },
  };
}

type WireSegment = NonNullable<CloudflareResult['segments']>[number];
type WireWord = NonNullable<CloudflareResult['words']>[number];

function toSegment(wire: WireSegment): Segment {
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
function toWord({ word, start, end }: WireWord): Word {
  return { word: word.trim(), startSeconds: start, endSeconds: end };
}
