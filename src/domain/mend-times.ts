import type { ReportedResult, TranscriptionResult } from './transcription.js';

/**
 * Going back by less than this is an overlap of voices or a list out of order: whisper's own clock, the usual source of
 * wild times, works in windows of thirty seconds.
 */
const WILD_SECONDS = 30;

/**
 * Gives every word and segment a start and an end, in order: what is missing or impossible is filled in from its
 * neighbours and the recording's length, and what is out of order is sorted. Times that can be believed stay as they are.
 * Two voices at once are no disorder: the turns of a conversation stay whole, in the order of their starts.
 * One that lies beyond the recording says nothing, so its element stays where the list has it and moves no other. No text
 * is lost. A list that says nothing about time, or in which nothing is said although something was, is left out.
 * @param durationSeconds the recording's length; undefined = not known
 */
export function mendTimes(reported: ReportedResult, durationSeconds: number | undefined): TranscriptionResult {
  const isKnown = durationSeconds !== undefined && Number.isFinite(durationSeconds) && durationSeconds > 0;
  const limitSeconds = isKnown ? durationSeconds : undefined;
  const isSilent = reported.text.trim() === '';
  return {
    ...reported,
    segments: mendList(reported.segments, ({ text }) => text, limitSeconds, isSilent),
    words: mendList(reported.words, ({ word }) => word, limitSeconds, isSilent),
  };
}

/** Seconds, as far as they are known. */
export interface Span {
  readonly start?: number;
  readonly end?: number;
}

interface Voiced {
  readonly speaker?: string;
}

interface Timed {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

function mendList<Element extends Partial<Timed> & Voiced>(
  list: readonly Element[] | undefined,
  textOf: (element: Element) => string,
  limitSeconds: number | undefined,
  isSilent: boolean,
): (Element & Timed)[] | undefined {
  if (!list) return undefined;
  const spans = withoutWild(
    list.map((it, index) => believable(it, list[index - 1]?.startSeconds, limitSeconds)),
    limitSeconds,
  );
  const entries = list
    .map((element, index) => ({ element, ...spans[index] }))
    .filter(({ element, start, end }) => textOf(element).trim() !== '' || start !== undefined || end !== undefined);
  if (entries.length === 0) return isSilent ? [] : undefined;
  if (!isSilent && entries.every(({ element }) => textOf(element).trim() === '')) return undefined;
  if (!entries.some(({ start = 0, end = 0 }) => start > 0 || end > 0)) return undefined;
  const ordered = isTold(entries) ? entries : inOrder(entries, (it) => it);
  const mended = fill(ordered, limitSeconds);
  return ordered.map(({ element }, index) => {
    const { start = 0, end = 0 } = mended[index] ?? {};
    return { ...element, startSeconds: start, endSeconds: end };
  });
}

/**
 * What can be true of an element's times. A start and an end the wrong way round change places, unless the element would
 * then come before the one that it follows.
 */
function believable(
  { startSeconds, endSeconds }: Partial<Timed>,
  previousStartSeconds: number | undefined,
  limitSeconds = Infinity,
): Span {
  const start = isTime(startSeconds) && startSeconds <= limitSeconds ? startSeconds : undefined;
  // Of an element that begins beyond the recording the end says as little.
  const isBeyond = isTime(startSeconds) && start === undefined;
  const end = isTime(endSeconds) && endSeconds <= limitSeconds && !isBeyond ? endSeconds : undefined;
  if (start === undefined || end === undefined || start <= end) return { start, end };
  // Zero is what some write for a time that they do not know.
  const isSwapped = end > 0 && end >= (isTime(previousStartSeconds) ? previousStartSeconds : 0);
  return isSwapped ? { start: end, end: start } : { start };
}

/** The wire has null and worse where the types have a number. */
function isTime(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0;
}

/**
 * Where the recording's length is not known, an element that lies far behind all the others, while the list goes back
 * after it, has no believable time either.
 */
function withoutWild(spans: readonly Span[], limitSeconds: number | undefined): readonly Span[] {
  if (limitSeconds !== undefined) return spans;
  const latest = indexOfLatest(spans);
  const suspect = spans[latest]?.start;
  if (suspect === undefined) return spans;
  const others = spans.filter((_, index) => index !== latest).filter(({ start }) => start !== undefined);
  const goesBack = spans.some(({ start }, index) => index > latest && start !== undefined);
  // Of two elements nobody can say which one is wrong.
  if (!goesBack || others.length < 2) return spans;
  let from = suspect;
  let to = 0;
  for (const { start = 0, end = start } of others) {
    from = Math.min(from, start);
    to = Math.max(to, end);
  }
  return suspect - to > Math.max(WILD_SECONDS, to - from) ? spans.with(latest, {}) : spans;
}

function indexOfLatest(spans: readonly Span[]): number {
  let latest = -1;
  for (const [index, { start }] of spans.entries()) {
    if (start !== undefined && start > (spans[latest]?.start ?? -1)) latest = index;
  }
  return latest;
}

/** Whether nothing is missing, every turn is in order, and so are the starts of the turns. */
function isTold(entries: readonly (Span & { readonly element: Voiced })[]): boolean {
  let turnFrom = 0;
  return entries.every(({ start, end, element: { speaker } }, index) => {
    const previous = entries[index - 1];
    if (start === undefined || end === undefined) return false;
    if (previous && previous.element.speaker === speaker) return start >= (previous.start ?? 0);
    const isNext = start >= turnFrom;
    turnFrom = start;
    return isNext;
  });
}

/** Sorted by start; an element without one keeps its place behind the element before it, as far as its end allows. */
export function inOrder<Element>(list: readonly Element[], spanOf: (element: Element) => Span): Element[] {
  let key = list.map((it) => spanOf(it).start).find((start) => start !== undefined) ?? 0;
  const keyed = list.map((element) => {
    const { start, end = Infinity } = spanOf(element);
    key = start ?? Math.min(key, end);
    return { element, key };
  });
  return keyed.toSorted((one, other) => one.key - other.key).map(({ element }) => element);
}

/**
 * Fills in what is missing of spans that are sorted by what they have. Elements without times share the time between
 * those with times evenly, without a gap.
 */
function fill(spans: readonly Span[], limitSeconds: number | undefined): Span[] {
  // Every start and end in a row; an end and the start after it are one place, so that no time passes between them.
  const times = spans.flatMap(({ start, end }) => [start, end]);
  const placeOf = (index: number): number => Math.ceil(index / 2);
  const filled: number[] = [];
  let before = { place: 0, seconds: 0 };
  let next = 0;
  for (const [index, known] of times.entries()) {
    if (known !== undefined) {
      before = { place: placeOf(index), seconds: known };
      filled.push(known);
      continue;
    }
    next = Math.max(next, index);
    while (next < times.length && times[next] === undefined) next += 1;
    const after = {
      place: placeOf(Math.min(next, times.length)),
      seconds: times[next] ?? limitSeconds ?? before.seconds,
    };
    filled.push(between(before, after, placeOf(index)));
  }
  // Where the one before it ends after the next one has begun, what lies between them begins with the next.
  const mended: Span[] = [];
  let latest = Infinity;
  for (let index = spans.length - 1; index >= 0; index -= 1) {
    const start = spans[index]?.start ?? Math.min(latest, filled[2 * index] ?? 0);
    mended.push({ start, end: Math.max(start, filled[2 * index + 1] ?? 0) });
    latest = start;
  }
  return mended.toReversed();
}

interface Anchor {
  readonly place: number;
  readonly seconds: number;
}

function between(before: Anchor, after: Anchor, place: number): number {
  const from = Math.min(before.seconds, after.seconds);
  const share = (place - before.place) / (after.place - before.place);
  // Sums of fractions may miss the mark by a hair.
  return Math.min(after.seconds, from + (after.seconds - from) * share);
}
