import { isUnspaced, opens } from './typography.js';

/** How far ahead of the last match, in UTF-16 units, a part is looked for before it counts as missing. */
const LOOKAHEAD = 80;
/** How much further behind parts that are missing: each is looked for anew, and nothing may be read a thousand times. */
const MAX_REACH = 20_000;
/** In so many words that only have a part in them is looked on for it: an `a` is in many. */
const MAX_TRIED = 100;

/**
 * Cuts a transcript into one slice for each of its parts (words or segments), so that the slices joined are exactly
 * the transcript. Whisper's words come without the punctuation and the spelling that its text has; the text is what
 * was said, the parts only know when. A part that does not occur in the text gets the text that stands in its place
 * ("twenty", "five" for `25`: the first gets it all), or an empty slice.
 * @returns undefined when most parts do not occur in the text or most of the text in no part: they do not belong together
 */
export function alignText(text: string, parts: readonly string[]): string[] | undefined {
  const haystack = fold(text);
  const starts: number[] = [];
  let found = 0;
  let covered = 0;
  let matchEnd = 0;
  let missing = 0;
  let missingLength = 0;
  for (const part of parts) {
    const needle = fold(coreOf(part));
    const at = locate(haystack, needle, matchEnd, matchEnd + LOOKAHEAD + Math.min(2 * missingLength, MAX_REACH));
    if (at === -1) {
      missing += 1;
      missingLength += part.length + 1;
      continue;
    }
    pushStarts(starts, text, matchEnd, at, missing);
    found += 1;
    covered += needle.length;
    matchEnd = at + needle.length;
    missing = 0;
    missingLength = 0;
  }
  const belongTogether = found * 2 >= parts.length && covered * 2 >= text.replace(/\s+/g, '').length;
  if (found === 0 || !belongTogether) return undefined;
  if (missing > 0) {
    starts.push(matchEnd + closingLength(text.slice(matchEnd)));
    for (let index = 1; index < missing; index += 1) starts.push(text.length);
  }
  starts[0] = 0;
  return starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length));
}

/** Adds the start of the part found at `at`, after those of the parts missing before it. */
function pushStarts(starts: number[], text: string, matchEnd: number, at: number, missing: number): void {
  const gap = text.slice(matchEnd, at);
  const lastLetter = /^.*[\p{L}\p{N}]/su.exec(gap)?.[0].length ?? 0;
  const start = matchEnd + lastLetter + closingLength(gap.slice(lastLetter));
  if (missing > 0) starts.push(Math.min(start, matchEnd + closingLength(gap)));
  for (let index = 1; index < missing; index += 1) starts.push(start);
  starts.push(start);
}

/** How much of the text between two words belongs to the one before: everything up to a space or an opening sign. */
function closingLength(gap: string): number {
  let length = 0;
  for (const character of gap) {
    if (/\s/u.test(character) || opens(character)) break;
    length += character.length;
  }
  return length;
}

function locate(haystack: string, needle: string, from: number, limit: number): number {
  if (needle === '') return -1;
  const reach = haystack.slice(from, limit + needle.length);
  const firstLetter = reach.search(/[\p{L}\p{N}]/u);
  let at = reach.indexOf(needle);
  for (let tried = 0; at !== -1 && tried < MAX_TRIED; tried += 1) {
    const isNext = firstLetter === -1 || at <= firstLetter;
    if (isNext || isWholeWord(haystack, from + at, from + at + needle.length)) return from + at;
    at = reach.indexOf(needle, at + 1);
  }
  return -1;
}

function isWholeWord(haystack: string, start: number, end: number): boolean {
  return isBoundary(haystack, start) && isBoundary(haystack, end);
}

function isBoundary(haystack: string, at: number): boolean {
  const around = [haystack.slice(Math.max(0, at - 1), at), haystack.slice(at, at + 1)];
  return around.some((character) => !/[\p{L}\p{N}]/u.test(character) || isUnspaced(character));
}

/** The part without the punctuation around it, which need not be the text's. */
function coreOf(part: string): string {
  const trimmed = part.trim();
  return trimmed.replace(/^[^\p{L}\p{N}]+|(?<![^\p{L}\p{N}\p{M}])[^\p{L}\p{N}\p{M}]+$/gu, '') || trimmed;
}

/** Lower case and straight apostrophes, at the same offsets as the original. */
function fold(text: string): string {
  // The only character that would become two.
  return text.replaceAll('İ', 'i').toLowerCase().replace(/[‘’]/g, "'");
}
