import { LRUCache } from 'lru-cache';
import { ProviderError } from '../../domain/errors.js';
import type { ResponseFormat, TimestampGranularity } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';

/** What a server may turn out not to take: a format, a granularity, `stream`. */
export type Refusable = ResponseFormat | TimestampGranularity | 'stream';

/** A call as it was sent. */
type Sent = Pick<ProviderCall, 'request' | 'upstreamFormat'>;

/** Formats that are not JSON, and so are told from an answer that is. */
const PLAIN: readonly ResponseFormat[] = ['text', 'srt', 'vtt'];

/** Nobody calls an audio file so: a message that has one of them is about the answer. */
const SPEAKS_OF_FORMAT = /\bresponse[_ -]?formats?\b|\b(?:srt|vtt|verbose_json|diarized_json)\b/i;
const SPEAKS_OF_GRANULARITY = /\bgranularit(?:y|ies)\b|\btimestamp_granularit/i;
const SPEAKS_OF_STREAM = /\bstream(?:ing|ed|s)?\b/i;

/**
 * What an error says that the server does not take; nothing when it is about something else. A 200 with something else
 * than the subtitles that were asked for says it as well.
 */
export function refusedBy(error: unknown, { request, upstreamFormat }: Sent): readonly Refusable[] {
  if (!(error instanceof ProviderError)) return [];
  const { upstreamStatus = 0, reason, message, param } = error;
  if (upstreamStatus < 400) return reason === 'bad_response' && PLAIN.includes(upstreamFormat) ? [upstreamFormat] : [];
  const isAbout = (field: string, words: RegExp): boolean =>
    param === undefined ? words.test(message) : param.replace(/\[\]$/, '') === field;
  // Only verbose_json has times; elsewhere the field may be refused although the server knows it.
  if (upstreamFormat === 'verbose_json' && isAbout('timestamp_granularities', SPEAKS_OF_GRANULARITY)) {
    // Words are asked for where subtitles are made, too.
    const isForWords = request.granularities.length === 0 || request.granularities.includes('word');
    return isForWords ? ['word'] : ['word', 'segment'];
  }
  if (isAbout('response_format', SPEAKS_OF_FORMAT) || saysFormat(message, param, upstreamFormat)) {
    return [upstreamFormat];
  }
  return request.stream && isAbout('stream', SPEAKS_OF_STREAM) ? ['stream'] : [];
}

/** "Unsupported format: text": `text` and `json` are words of any message, but no formats of audio. */
function saysFormat(message: string, param: string | undefined, format: ResponseFormat): boolean {
  return param === undefined && /\bformats?\b/i.test(message) && message.split(/\W+/).includes(format);
}

/** Whether the server answered JSON although something else was asked for and nothing had to be made of it. */
export function isIgnored({ request, upstreamFormat }: Sent, hasNative: boolean): boolean {
  return PLAIN.includes(upstreamFormat) && request.responseFormat === upstreamFormat && !hasNative;
}

/** Servers that are remembered at once, and for how long: they are replaced behind the same address. */
const MAX_SERVERS = 1_000;
const MEMORY_MS = 24 * 60 * 60 * 1000;

/** What each server has refused, by its address and model; in memory, as long as the process lives. */
export class LearnedRefusals {
  private readonly refusals = new LRUCache<string, ReadonlySet<Refusable>>({ max: MAX_SERVERS, ttl: MEMORY_MS });

  of(server: string): ReadonlySet<Refusable> {
    return this.refusals.get(server) ?? new Set();
  }

  remember(server: string, refused: ReadonlySet<Refusable>): void {
    if (refused.size > 0) this.refusals.set(server, new Set(refused));
  }
}
