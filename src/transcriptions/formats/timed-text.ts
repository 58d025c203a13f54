import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionResult } from '../../domain/transcription.js';
import { alignText } from './align-text.js';
import { spaceBetween } from './typography.js';

/** A stretch of the transcript with its time and the white space before it: joined, the stretches are the transcript. */
export interface TimedText {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string;
}

type Transcript = Pick<TranscriptionResult, 'text' | 'words' | 'segments'>;

/**
 * The transcript with the finest times there are: words, unless only the segments know who spoke or the words are not
 * those of the text.
 * @throws ProviderError `bad_response` when something was said and nothing says when, or only of a small part
 */
export function timedText(result: Transcript): readonly TimedText[] {
  const { text, words = [], segments = [] } = result;
  if (words.length === 0 && segments.length === 0) {
    if (text.trim() === '') return [];
    throw new ProviderError('bad_response', 'the provider gave a transcript without the timestamps it was asked for');
  }
  const stretches = finestTimes(result);
  if (isFragment(stretches, text)) {
    throw new ProviderError('bad_response', 'the provider gave the timestamps of a small part of its transcript only');
  }
  return stretches;
}

function finestTimes(result: Transcript): readonly TimedText[] {
  const { words = [], segments = [] } = result;
  if (segments.length === 0) return timedWords(result);
  if (segments.some(({ speaker }) => speaker) && !words.some(({ speaker }) => speaker)) return timedSegments(result);
  return alignedWords(result) ?? timedSegments(result);
}

/** Whether most of what was said would be lost. In another language it may well be shorter, but not by half. */
function isFragment(stretches: readonly TimedText[], text: string): boolean {
  const lengthOf = (it: string): number => it.replace(/\s+/g, '').length;
  return 2 * lengthOf(stretches.map((it) => it.text).join('')) < lengthOf(text);
}

/** The provider's words, each with the punctuation that the transcript has around it. */
export function timedWords(result: Transcript): readonly TimedText[] {
  const { words = [] } = result;
  return alignedWords(result) ?? withTexts(words, spaced(words.map(({ word }) => word.trim())));
}

function alignedWords({ text, words = [] }: Transcript): readonly TimedText[] | undefined {
  const slices = alignText(
    text,
    words.map(({ word }) => word),
  );
  return slices && withTexts(words, slices);
}

/** The provider's segments, in their own words. */
export function timedSegments({ segments = [] }: Transcript): readonly TimedText[] {
  return withTexts(segments, spaced(segments.map(({ text }) => text.trim())));
}

function withTexts(timed: readonly Omit<TimedText, 'text'>[], texts: readonly string[]): TimedText[] {
  return timed.map(({ startSeconds, endSeconds, speaker }, index) => ({
    text: texts[index] ?? '',
    startSeconds,
    endSeconds,
    speaker,
  }));
}

function spaced(texts: readonly string[]): string[] {
  return texts.map((text, index) => spaceBetween(texts[index - 1] ?? '', text) + text);
}
