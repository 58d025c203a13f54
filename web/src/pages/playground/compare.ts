import { diffArrays } from 'diff';

/** Beyond this many edits two texts have nothing to do with each other, and a comparison would only take long. */
const MAX_EDITS = 2000;

/** What agrees less is another text altogether, in another language perhaps: that every word differs says nothing. */
const LEAST_AGREEMENT = 0.3;

/** From so many words on it is worth looking first whether two texts have words in common at all. */
const LONG_WORDS = 1000;

/** A stretch in which two texts differ: words `from` to `to` of each; an empty one is a word that the other has not. */
interface Stretch {
  readonly ours: readonly [from: number, to: number];
  readonly theirs: readonly [from: number, to: number];
}

/**
 * Where two lists of words differ, after aligning them as the package `diff` does (Myers).
 * @returns undefined where they differ in more words than are worth comparing
 */
function stretches(ours: readonly string[], theirs: readonly string[]): readonly Stretch[] | undefined {
  const longest = Math.max(ours.length, theirs.length);
  if (longest > LONG_WORDS && inCommon(ours, theirs) < longest * LEAST_AGREEMENT) return undefined;
  const changes = diffArrays([...ours], [...theirs], { maxEditLength: MAX_EDITS });
  if (!changes) return undefined;
  const found: Stretch[] = [];
  let [a, b] = [0, 0];
  let open: [number, number] | undefined;
  const close = () => {
    if (open) found.push({ ours: [open[0], a], theirs: [open[1], b] });
    open = undefined;
  };
  for (const { added, removed, count } of changes) {
    if (!added && !removed) close();
    else open ??= [a, b];
    if (!added) a += count;
    if (!removed) b += count;
  }
  close();
  return found;
}

/** How many words both have, wherever they stand. */
function inCommon(ours: readonly string[], theirs: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of ours) left.set(word, (left.get(word) ?? 0) + 1);
  return theirs.reduce((sum, word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count > 0 ? sum + 1 : sum;
  }, 0);
}

/**
 * How many words must be put in, taken out or replaced to make one list of the other. In each stretch that differs, words are
 * replaced one by one as far as both have some. Myers' alignment keeps as many words as it can, so that this may be slightly more
 * than the least number.
 */
function editsOf(found: readonly Stretch[]): number {
  return found.reduce((sum, { ours: [a, b], theirs: [c, d] }) => sum + Math.max(b - a, d - c), 0);
}

/**
 * The word error rate of what was heard: words that must be put in, taken out or replaced to make the reference of it, by the words
 * of the reference. It may be above 1. Words are compared without case and punctuation.
 * @returns undefined without a word in the reference, or where the two have nothing to do with each other
 */
export function wordErrorRate(reference: readonly string[], heard: readonly string[]): number | undefined {
  if (reference.length === 0) return undefined;
  const found = stretches(reference, heard);
  return found && editsOf(found) / reference.length;
}

/**
 * How far two answers agree: 1 minus their word error rate, by the words of the longer one, so that it is the same both ways and
 * between 0 and 1. Two empty ones agree.
 * @returns undefined where the two have nothing to do with each other
 */
export function agreement(one: readonly string[], other: readonly string[]): number | undefined {
  const longest = Math.max(one.length, other.length);
  if (longest === 0) return 1;
  const found = stretches(one, other);
  return found && 1 - editsOf(found) / longest;
}

/** What another column heard in place of a word. */
export interface OtherHearing {
  readonly column: number;
  /** Places of its words, first to after the last; of the same place twice it heard nothing. */
  readonly from: number;
  readonly to: number;
}

/**
 * For each column and each of its words, what those heard that heard something else there. Columns that have little in common are
 * not held against each other.
 * @param columns the plain words of each; undefined = there is no answer
 */
export function differences(
  columns: readonly (readonly string[] | undefined)[],
): readonly ReadonlyMap<number, readonly OtherHearing[]>[] {
  const found = columns.map(() => new Map<number, OtherHearing[]>());
  const note = (column: number, [first, end]: Stretch['ours'], other: number, [from, to]: Stretch['theirs']) => {
    for (let index = first; index < end; index += 1) {
      const heard = found[column]?.get(index) ?? [];
      found[column]?.set(index, [...heard, { column: other, from, to }]);
    }
  };
  for (const [one, ours] of columns.entries()) {
    for (const [other, theirs] of columns.entries()) {
      if (other <= one || !ours || !theirs) continue;
      const differing = stretches(ours, theirs) ?? [];
      const share = editsOf(differing) / Math.max(ours.length, theirs.length);
      if (share > 1 - LEAST_AGREEMENT) continue;
      for (const { ours: mine, theirs: yours } of differing) {
        note(one, mine, other, yours);
        note(other, yours, one, mine);
      }
    }
  }
  return found;
}
