import type { Segment, TranscriptionResult } from '../../domain/transcription.js';
import { timedSegments, timedText, timedWords, type TimedText } from './timed-text.js';
import { endsSentence } from './typography.js';

/** A silence longer than this ends a segment. */
const MAX_PAUSE_SECONDS = 1;
/** A segment that grows longer than this is cut between two words. */
const MAX_SEGMENT_SECONDS = 15;

type Transcript = Pick<TranscriptionResult, 'text' | 'words' | 'segments'>;

/**
 * The provider's segments, or segments made from its words where it gives none.
 * @throws ProviderError `bad_response` when something was said and nothing says when
 */
export function segmentsOf(result: Transcript): readonly Segment[] {
  if (result.segments && result.segments.length > 0) return result.segments;
  return group(timedText(result));
}

/** A segment with exactly one speaker. */
export type SpeakerSegment = Segment & { readonly speaker: string };

/**
 * Who said what: the provider's segments or words, put together by speaker and sentence. What nobody labelled belongs
 * to whoever spoke before, or else to `A`, OpenAI's name for the first speaker.
 * @throws ProviderError `bad_response` when something was said and nothing says when
 */
export function speakerSegmentsOf(result: Transcript): readonly SpeakerSegment[] {
  const stretches = speakerStretches(result);
  const first = stretches.find(({ speaker }) => speaker)?.speaker ?? 'A';
  let speaker = first;
  const labelled = stretches.map((stretch) => {
    speaker = stretch.speaker ?? speaker;
    return { ...stretch, speaker };
  });
  return group(labelled).map((segment) => ({ ...segment, speaker: segment.speaker ?? first }));
}

function speakerStretches(result: Transcript): readonly TimedText[] {
  const { words = [], segments = [] } = result;
  if (segments.some(({ speaker }) => speaker)) return timedSegments(result);
  if (words.some(({ speaker }) => speaker)) return timedWords(result);
  if (segments.length > 0) return timedSegments(result);
  return timedText(result);
}

function group(stretches: readonly TimedText[]): Segment[] {
  const groups: TimedText[][] = [];
  for (const stretch of stretches) {
    const current = groups.at(-1);
    if (current && continues(current, stretch)) current.push(stretch);
    else groups.push([stretch]);
  }
  return groups.map(toSegment).filter(({ text }) => text !== '');
}

function continues(current: readonly TimedText[], next: TimedText): boolean {
  const first = current[0];
  const last = current.at(-1);
  if (!first || !last) return false;
  return (
    first.speaker === next.speaker &&
    // A stretch without text only lends its time to the one before: it stands for words written as one, `25`.
    (next.text === '' ||
      (!endsSentence(lastWord(current)) &&
        next.startSeconds - last.endSeconds <= MAX_PAUSE_SECONDS &&
        next.endSeconds - first.startSeconds <= MAX_SEGMENT_SECONDS))
  );
}

function lastWord(stretches: readonly TimedText[]): string {
  const text = stretches.findLast(({ text }) => text !== '')?.text ?? '';
  return text.trimEnd().split(/\s+/).at(-1) ?? '';
}

function toSegment(stretches: readonly TimedText[]): Segment {
  const text = stretches.map((stretch) => stretch.text).join('');
  const startSeconds = stretches[0]?.startSeconds ?? 0;
  const endSeconds = stretches.reduce((latest, stretch) => Math.max(latest, stretch.endSeconds), startSeconds);
  return { text: text.trim(), startSeconds, endSeconds, speaker: stretches[0]?.speaker };
}
