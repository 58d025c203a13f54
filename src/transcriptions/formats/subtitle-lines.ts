import type { Unit } from './units.js';
import { displayWidth, endsClause, endsSentence } from './typography.js';

/** The width that fits a television screen, in columns; the broadcasters' customary limit. */
export const MAX_LINE_WIDTH = 42;

/** How many columns of difference between two lines a break after such an end is worth. */
const END_BONUS = { sentence: 20, clause: 12 };

/** A word on a line: its text, its width in columns and whether a space goes before it when it does not begin a line. */
export interface LineWord {
  readonly text: string;
  readonly width: number;
  readonly spaceBefore: boolean;
  /** What ends with this word, and so makes a good place to break. */
  readonly ends?: 'sentence' | 'clause';
  /** Not spoken text but the name of who speaks; it should not stand alone on a line. */
  readonly label?: boolean;
}

/** Measures a word and its punctuation. */
export function toLineWord({ text, spaceBefore }: Pick<Unit, 'text' | 'spaceBefore'>): LineWord {
  const ends = endsSentence(text) ? 'sentence' : endsClause(text) ? 'clause' : undefined;
  return { text, spaceBefore, width: displayWidth(text), ends };
}

/** Whether the words fit in two lines. A word wider than a line fits on a line of its own. */
export function fitsTwoLines(words: readonly LineWord[]): boolean {
  const first = fillLine(words, 0);
  return first === words.length || fillLine(words, first) === words.length;
}

/** The index after the last word that fits on a line beginning with word `from`. */
function fillLine(words: readonly LineWord[], from: number): number {
  let width = 0;
  let at = from;
  for (; at < words.length; at += 1) {
    width += advance(words[at], at === from);
    if (width > MAX_LINE_WIDTH && at > from) return at;
  }
  return at;
}

function advance(word: LineWord | undefined, isFirst: boolean): number {
  return word ? word.width + (word.spaceBefore && !isFirst ? 1 : 0) : 0;
}

/**
 * Lays words that fit out in one line or two: of similar width, the lower one rather longer, and the break after a
 * comma where there is one.
 */
export function layOut(words: readonly LineWord[]): string[] {
  if (fillLine(words, 0) === words.length) return [toLine(words)];
  const breaks = words.slice(1).map((_, index) => index + 1);
  const possible = breaks.filter(
    (at) => fillLine(words.slice(0, at), 0) === at && fillLine(words, at) === words.length,
  );
  const best = possible.reduce(
    (best, at) => (breakCost(words, at) < breakCost(words, best) ? at : best),
    possible[0] ?? 1,
  );
  return [toLine(words.slice(0, best)), toLine(words.slice(best))];
}

function breakCost(words: readonly LineWord[], at: number): number {
  const before = words[at - 1];
  if (!before || before.label) return Infinity;
  const difference = widthOf(words.slice(0, at)) - widthOf(words.slice(at));
  const topHeavy = difference > 0 ? 2 : 0;
  return Math.abs(difference) + topHeavy - (before.ends ? END_BONUS[before.ends] : 0);
}

function widthOf(words: readonly LineWord[]): number {
  return words.reduce((width, word, index) => width + advance(word, index === 0), 0);
}

function toLine(words: readonly LineWord[]): string {
  return words.map(({ text, spaceBefore }, index) => (spaceBefore && index > 0 ? ` ${text}` : text)).join('');
}
