import type { Capabilities } from './capabilities.js';
import type { ResponseFormat, TranscriptionRequest } from './transcription.js';

/** How one upstream model will give the requested format, or why it cannot. */
export type FormatPlan =
  | { readonly mode: 'native' | 'synthesised'; readonly upstreamFormat: ResponseFormat }
  | { readonly mode: 'refused'; readonly param: string; readonly explanation: string };

/** How `stream=true` will be answered. `whole`: the format has no event form, so the answer comes in one piece. */
export type StreamPlan = 'relayed' | 'synthesised' | 'whole';

type FormatNeeds = Pick<TranscriptionRequest, 'responseFormat' | 'granularities' | 'include'>;

const RICHEST_FIRST: readonly ResponseFormat[] = ['verbose_json', 'diarized_json', 'json', 'text'];
const PLAINEST_FIRST: readonly ResponseFormat[] = ['json', 'verbose_json', 'diarized_json', 'text'];

/**
 * Decides between the provider's own answer (byte for byte), one that we make from its timed words and segments, and a
 * refusal. Subtitles need times, `verbose_json` the granularities asked for, `diarized_json` speakers.
 */
export function planFormat(capabilities: Capabilities, request: FormatNeeds): FormatPlan {
  const { responseFormat: format } = request;
  const refusal = refuse(capabilities, request);
  if (refusal) return { mode: 'refused', ...refusal };
  const upstreamFormat = formatToAsk(capabilities.formats, format) ?? 'json';
  return { mode: capabilities.formats.includes(format) ? 'native' : 'synthesised', upstreamFormat };
}

/** The requested format where it is among those, otherwise the best of them to make it from, if there is one. */
export function formatToAsk(formats: readonly ResponseFormat[], format: ResponseFormat): ResponseFormat | undefined {
  if (formats.includes(format)) return format;
  const order = format === 'json' || format === 'text' ? PLAINEST_FIRST : RICHEST_FIRST;
  return order.find((it) => formats.includes(it));
}

function refuse(capabilities: Capabilities, request: FormatNeeds): { param: string; explanation: string } | undefined {
  const { responseFormat: format, granularities, include } = request;
  if (include.includes('logprobs') && !capabilities.fields.includes('logprobs')) {
    return { param: 'include', explanation: 'it reports no logprobs' };
  }
  if ((format === 'srt' || format === 'vtt' || format === 'verbose_json') && capabilities.granularities.length === 0) {
    return { param: 'response_format', explanation: 'it reports no timestamps' };
  }
  if (format === 'diarized_json' && !capabilities.diarization) {
    return { param: 'response_format', explanation: 'it does not tell speakers apart' };
  }
  if (format === 'verbose_json' && granularities.includes('word') && !capabilities.granularities.includes('word')) {
    return { param: 'timestamp_granularities', explanation: 'it reports no word timestamps' };
  }
  return undefined;
}

/** Whether the format says when something was said. */
export function needsTimes(format: ResponseFormat): boolean {
  return format !== 'json' && format !== 'text';
}

/** Whether an answer of the format can come as events, which OpenAI defines only for text and speaker segments. */
export function hasEvents(format: ResponseFormat): boolean {
  return format === 'json' || format === 'text' || format === 'diarized_json';
}

/** Decides how a stream is made. */
export function planStream(capabilities: Capabilities, format: ResponseFormat): StreamPlan {
  if (!hasEvents(format)) return 'whole';
  const { streaming, stream_formats = capabilities.formats } = capabilities;
  return streaming && stream_formats.includes(format) ? 'relayed' : 'synthesised';
}
