import { cuesOf } from './subtitles';
import { withTimes, wordsOf, type TimedWord, type Word } from './words';
import type { ResponseFormat } from './column-wish';

/** A stretch of an answer. */
export interface Segment {
  /** Seconds; undefined where the answer has no times. */
  readonly start?: number;
  readonly end?: number;
  readonly speaker?: string;
  readonly words: readonly Word[];
  /** How many words of the answer lie before it. */
  readonly first: number;
}

/** What an answer says was said, and when and by whom as far as it tells. */
export interface Heard {
  readonly segments: readonly Segment[];
  /** All words in their order. */
  readonly words: readonly Word[];
  /** Whether words have times of their own. */
  readonly hasWordTimes: boolean;
  /** Whoever speaks, in the order of their first words. */
  readonly speakers: readonly string[];
  /** Seconds of the recording, where the answer tells. */
  readonly duration?: number;
}

interface Stretch {
  readonly text: string;
  readonly start?: number;
  readonly end?: number;
  readonly speaker?: string;
}

/** Reads an answer in any format. @param body as the gateway sent it */
export function heardIn(format: ResponseFormat, body: string): Heard {
  if (format === 'text') return heardOf([{ text: body }], []);
  if (format === 'srt' || format === 'vtt') return heardOf(cuesOf(body), []);
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return heardOf([{ text: body }], []);
  }
  return heardInJson(answer);
}

/** Reads an answer in one of the kinds of JSON. */
export function heardInJson(answer: unknown): Heard {
  const { text, segments, words, duration } = isRecord(answer) ? answer : {};
  const stretches = listOf(segments).flatMap((segment) => {
    const said = textOf(segment.text);
    return said === undefined
      ? []
      : [{ text: said, start: numberOf(segment.start), end: numberOf(segment.end), speaker: textOf(segment.speaker) }];
  });
  const timed = listOf(words).flatMap((word): TimedWord[] => {
    const [said, start, end] = [textOf(word.word), numberOf(word.start), numberOf(word.end)];
    return said === undefined || start === undefined || end === undefined ? [] : [{ text: said, start, end }];
  });
  const whole = [{ text: textOf(text) ?? '' }];
  return heardOf(stretches.length > 0 ? stretches : whole, timed, numberOf(duration));
}

function heardOf(stretches: readonly Stretch[], timed: readonly TimedWord[], duration?: number): Heard {
  const cut = stretches.map(({ text }) => wordsOf(text));
  const words = withTimes(cut.flat(), timed);
  let first = 0;
  const segments = stretches.map(({ start, end, speaker }, index) => {
    const count = cut[index]?.length ?? 0;
    const segment = { start, end, speaker, words: words.slice(first, first + count), first };
    first += count;
    return segment;
  });
  const speakers = [...new Set(segments.flatMap(({ speaker }) => speaker ?? []))];
  return {
    segments: segments.filter(({ words }) => words.length > 0),
    words,
    hasWordTimes: timed.length > 0,
    speakers,
    duration,
  };
}

/** A word stays lit for so long after its end, unless another one begins: between words it would flicker. */
const BREATH_SECONDS = 0.3;

/** The places of what is said at a time: a word, or where words have no times all of a segment. Undefined in silence. */
export function spokenAt(
  { segments, words, hasWordTimes }: Heard,
  seconds: number,
): readonly [from: number, to: number] | undefined {
  if (hasWordTimes) {
    const index = words.findLastIndex(({ start }) => start !== undefined && start <= seconds);
    const end = words[index]?.end;
    return end !== undefined && seconds < end + BREATH_SECONDS ? [index, index + 1] : undefined;
  }
  const segment = segments.find(
    ({ start, end }) => start !== undefined && end !== undefined && start <= seconds && seconds < end,
  );
  return segment && [segment.first, segment.first + segment.words.length];
}

/** When a word was said, or the segment that it is in. */
export function startOf({ segments, words }: Heard, index: number): number | undefined {
  const own = words[index]?.start;
  if (own !== undefined) return own;
  return segments.findLast(({ first }) => first <= index)?.start;
}

/** What is compared between answers: words without those that are punctuation only, and where each stands. */
export function comparedOf({ words }: Heard): {
  readonly plain: readonly string[];
  readonly places: readonly number[];
} {
  const said = words.flatMap(({ plain }, place) => (plain === '' ? [] : [{ plain, place }]));
  return { plain: said.map(({ plain }) => plain), places: said.map(({ place }) => place) };
}

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
