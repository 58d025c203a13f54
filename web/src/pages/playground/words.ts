import { diffArrays } from 'diff';

/** A word as an answer has it, with what is attached to it. */
export interface Word {
  /** As written, with its punctuation. */
  readonly text: string;
  /** In lower case and without punctuation, to compare; empty of what is punctuation only. */
  readonly plain: string;
  /** Whether a space follows. Scripts without spaces have none. */
  readonly hasSpace: boolean;
  /** Seconds; undefined where the answer does not tell when it was said. */
  readonly start?: number;
  readonly end?: number;
}

/** A word with its times, as answers tell them. */
export interface TimedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Scripts whose words have no spaces between them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const NOT_SAID = /[^\p{Letter}\p{Mark}\p{Number}]+/gu;

let segmenter: Intl.Segmenter | undefined;

/** What of a word is compared: letters, marks and digits in lower case, each in one of the ways in which it can be written. */
export function plainOf(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(NOT_SAID, '');
}

/** The words of a text in their order: what lies between spaces, and in scripts without them what Unicode's rules tell apart. */
export function wordsOf(text: string): readonly Word[] {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((piece) => {
      const parts = UNSPACED.test(piece) ? unspaced(piece) : [piece];
      return parts.map((part, index) => ({
        text: part,
        plain: plainOf(part),
        hasSpace: index === parts.length - 1,
      }));
    });
}

/** Punctuation stays with the word before it. */
function unspaced(piece: string): string[] {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  const parts: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(piece)) {
    const last = parts.at(-1);
    if (isWordLike || last === undefined) parts.push(segment);
    else parts[parts.length - 1] = last + segment;
  }
  return parts;
}

/**
 * Gives words the times of an answer's list, which may be written otherwise: without punctuation, or cut in other places. Words
 * that the list does not have share what lies between their neighbours; without neighbours they stay without times.
 */
export function withTimes(words: readonly Word[], timed: readonly TimedWord[]): readonly Word[] {
  if (timed.length === 0) return words;
  const heard = timed.flatMap((one) => {
    const parts = wordsOf(one.text);
    const each = (one.end - one.start) / Math.max(parts.length, 1);
    return parts.map(({ plain }, index) => ({
      plain,
      start: one.start + each * index,
      end: one.start + each * (index + 1),
    }));
  });
  const changes = diffArrays(
    words.map(({ plain }) => plain),
    heard.map(({ plain }) => plain),
    { maxEditLength: 2000 },
  );
  if (!changes) return words;
  const result: Word[] = [];
  let at = 0;
  let untimed: Word[] = [];
  const settle = (until: number | undefined) => {
    const from = result.at(-1)?.end;
    const each = from !== undefined && until !== undefined ? (until - from) / untimed.length : undefined;
    for (const [index, word] of untimed.entries()) {
      const start = from !== undefined && each !== undefined && each >= 0 ? from + each * index : undefined;
      result.push(start === undefined || each === undefined ? word : { ...word, start, end: start + each });
    }
    untimed = [];
  };
  let index = 0;
  for (const { added, removed, count } of changes) {
    for (let step = 0; step < count; step += 1) {
      const word = words[index];
      const times = heard[at];
      if (!added) index += 1;
      if (!removed) at += 1;
      if (added || !word) continue;
      if (removed || !times) untimed.push(word);
      else {
        settle(times.start);
        result.push({ ...word, start: times.start, end: times.end });
      }
    }
  }
  settle(undefined);
  return result;
}
