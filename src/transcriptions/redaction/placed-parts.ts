import { type Place, placeInOrder } from '../../domain/place-in-order.js';
import { alignText } from '../formats/align-text.js';

/** Where a part of a transcript, a word or a segment, stands in its text. */
export interface PlacedPart extends Place {
  /** Whether the part, without white space around it, stands there as it is. */
  readonly isExact: boolean;
}

/**
 * Where the parts stand in the text, in their order. A part that is written otherwise there has the text in its place, and so
 * has one that has no place of its own: that of the part before.
 * @returns undefined when they do not belong together
 */
export function placeParts(text: string, parts: readonly string[]): readonly PlacedPart[] | undefined {
  return placeInOrder(text, parts)?.map((place) => ({ ...place, isExact: true })) ?? placeAligned(text, parts);
}

function placeAligned(text: string, parts: readonly string[]): readonly PlacedPart[] | undefined {
  const slices = alignText(text, parts);
  if (!slices) return undefined;
  const placed: PlacedPart[] = [];
  let at = 0;
  for (const [index, slice] of slices.entries()) {
    const part = (parts[index] ?? '').trim();
    const inside = part === '' ? -1 : slice.indexOf(part);
    const start = at + (inside === -1 ? slice.length - slice.trimStart().length : inside);
    const end = inside === -1 ? at + slice.trimEnd().length : start + part.length;
    const before = placed.at(-1);
    if (end > start || !before) placed.push({ start, end: Math.max(start, end), isExact: inside !== -1 });
    else placed.push({ ...before, isExact: false });
    at += slice.length;
  }
  return placed;
}
