import type { TimedText } from './timed-text.js';
import { dictionaryWords, isUnspaced, mayBreakBetween } from './typography.js';

/** What a subtitle must not split: a word with its punctuation, its time, and whether a space stands before it. */
export interface Unit {
  readonly text: string;
  readonly spaceBefore: boolean;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string;
}

/**
 * Cuts timed text into words. A stretch of several words shares its time among them by their length. Line breaks and
 * control characters count as spaces: inside a subtitle they would end it.
 */
export function toUnits(stretches: readonly TimedText[]): Unit[] {
  const units: Unit[] = [];
  let spaceBefore = true;
  for (const stretch of stretches) {
    const pieces = toPieces(stretch, spaceBefore);
    if (pieces.length === 0) extendLast(units, stretch);
    for (const piece of pieces) {
      const last = units.at(-1);
      if (last && belongsTo(last, piece)) units[units.length - 1] = glue(last, piece);
      else units.push(piece);
    }
    spaceBefore = stretch.text === '' ? spaceBefore : /[\s\p{Cc}]$/u.test(stretch.text);
  }
  return units;
}

function toPieces(stretch: TimedText, spaceBefore: boolean): Unit[] {
  const chunks = [...stretch.text.matchAll(/[^\s\p{Cc}]+/gu)].flatMap(({ 0: chunk, index }) => {
    let at = index;
    return (isUnspaced(chunk) ? dictionaryWords(chunk) : [chunk]).map((text) => {
      const start = at;
      at += text.length;
      return { text, start, end: at, spaceBefore: start === 0 ? spaceBefore : start === index };
    });
  });
  const from = chunks[0]?.start ?? 0;
  const length = (chunks.at(-1)?.end ?? 0) - from;
  const { startSeconds, speaker } = stretch;
  const seconds = Math.max(0, stretch.endSeconds - startSeconds);
  return chunks.map((chunk) => ({
    text: chunk.text,
    spaceBefore: chunk.spaceBefore,
    startSeconds: startSeconds + (seconds * (chunk.start - from)) / length,
    endSeconds: startSeconds + (seconds * (chunk.end - from)) / length,
    speaker,
  }));
}

/** A word without text of its own stands for words that the transcript writes as one: `25` for "twenty", "five". */
function extendLast(units: Unit[], { endSeconds, speaker }: TimedText): void {
  const last = units.at(-1);
  if (last && last.speaker === speaker && endSeconds > last.endSeconds)
    units[units.length - 1] = { ...last, endSeconds };
}

function belongsTo(last: Unit, piece: Unit): boolean {
  return !piece.spaceBefore && last.speaker === piece.speaker && !mayBreakBetween(last.text, piece.text);
}

function glue(last: Unit, piece: Unit): Unit {
  return { ...last, text: last.text + piece.text, endSeconds: Math.max(last.endSeconds, piece.endSeconds) };
}
