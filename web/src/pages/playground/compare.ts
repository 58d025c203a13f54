import { diffArrays } from 'diff';

/** Beyond this many edits two texts have nothing to do with each other, and a comparison would only take long. */
const MAX_EDITS = 4000;

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

/**
 * How many words must be put in, taken out or replaced to make one list of the other. In each stretch that differs, words are
 * replaced one by one as far as both have some. Myers' alignment keeps as many words as it can, so that this may be slightly more
 * than the least number.
 * @returns undefined where there are too many
 */
function edits(ours: readonly string[], theirs: readonly string[]): number | undefined {
  return stretches(ours, theirs)?.reduce((sum, { ours: [a, b], theirs: [c, d] }) => sum + Math.max(b - a, d - c), 0);
}

/**
 * The word error rate of what was heard: words that must be put in, taken out or replaced to make the reference of it, by the words
 * of the reference. It may be above 1. Words are compared without case and punctuation.
 * @returns undefined without a word in the reference, or where the two have nothing to do with each other
 */
export function wordErrorRate(reference: readonly string[], heard: readonly string[]): number | undefined {
  if (reference.length === 0) return undefined;
  const count = edits(reference, heard);
  return count === undefined ? undefined : count / reference.length;
}

/**
 * How far two answers agree: 1 minus their word error rate, by the words of the longer one, so that it is the same both ways and
 * between 0 and 1. Two empty ones agree.
 * @returns undefined where the two have nothing to do with each other
 */
export function agreement(one: readonly string[], other: readonly string[]): number | undefined {
  const longest = Math.max(one.length, other.length);
  if (longest === 0) return 1;
  const count = edits(one, other);
  return count === undefined ? undefined : 1 - count / longest;
}

/** What another column heard in place of a word. */
export interface OtherHearing {
  readonly column: number;
  /** Places of its words, first to after the last; of the same place twice it heard nothing. */
  readonly from: number;
  readonly to: number;
}

/**
 * For each column and each of its words, what those heard that heard something else there.
 * @param columns the plain words of each; undefined = there is no answer
 */
export function differences(
  columns: readonly (readonly string[] | undefined)[],
): readonly ReadonlyMap<number, readonly OtherHearing[]>[] {
  return columns.map((ours, column) => {
    const found = new Map<number, OtherHearing[]>();
    if (!ours) return found;
    for (const [other, theirs] of columns.entries()) {
      if (other === column || !theirs) continue;
      for (const { ours: mine, theirs: yours } of stretches(ours, theirs) ?? []) {
        for (let index = mine[0]; index < mine[1]; index += 1) {
          found.set(index, [...(found.get(index) ?? []), { column: other, from: yours[0], to: yours[1] }]);
        }
      }
    }
    return found;
  });
}
