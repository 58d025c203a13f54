import { ProviderError } from '../../domain/errors.js';
import { placeInOrder } from '../../domain/place-in-order.js';
import type { Segment, SpokenSegment, TranscriptionResult } from '../../domain/transcription.js';
import { cuesOf } from '../../providers/openai-compatible/subtitle-text.js';
import { alignText } from './align-text.js';
import { segmentsOf, speakerSegmentsOf } from './segments.js';

type Transcript = Pick<TranscriptionResult, 'text' | 'words' | 'segments' | 'native'>;

/** The segments that a provider has told, also of an answer that is subtitles, which nobody else has read for their times. */
export function toldSegments({ segments, native }: Transcript): readonly Segment[] | undefined {
  if (segments) return segments;
  return native?.format === 'srt' || native?.format === 'vtt' ? cuesOf(native.body.toString('utf8')) : undefined;
}

/**
 * A transcript by what was said when, and by whom as far as that is known, in the words that its text has: the segments that
 * the formats give, of words where the provider gives only those.
 * @returns undefined where nothing tells when anything was said
 */
export function spokenSegments(result: Transcript): readonly SpokenSegment[] | undefined {
  const { text, words = [] } = result;
  const segments = toldSegments(result) ?? [];
  try {
    const hasSpeakers = [...segments, ...words].some(({ speaker }) => speaker);
    const spoken = (hasSpeakers ? speakerSegmentsOf : segmentsOf)({ text, words, segments });
    return inWordsOf(text, spoken);
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}

/** As they are where they are the words of the text, else with what stands in their places there, if they belong together. */
function inWordsOf(text: string, spoken: readonly SpokenSegment[]): readonly SpokenSegment[] {
  const texts = spoken.map((it) => it.text);
  if (placeInOrder(text, texts)) return spoken;
  const slices = alignText(text, texts);
  return slices ? spoken.map((it, index) => ({ ...it, text: slices[index] ?? '' })) : spoken;
}
