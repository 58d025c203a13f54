import { maskOf, mergeSpans, type Span } from '../../domain/redaction/span.js';
import type { Redactor } from '../../domain/redaction/redactor.js';
import { placeParts, type PlacedPart } from './placed-parts.js';

/** The parts of a transcript, and where they stand in the text that they are masked by. */
export interface Parts {
  readonly texts: readonly string[];
  readonly placed: readonly PlacedPart[];
  /** Whether that is the text of the transcript, else they are only what they are themselves. */
  readonly isOfText: boolean;
  /** What is found in them alone, by places in that text. */
  readonly found: readonly Span[];
}

/** Part of a transcript after it was masked. */
export interface MaskedPart {
  /** Empty where all of it is in a mask that stands in an earlier part. */
  readonly text: string;
  readonly isChanged: boolean;
  /** Whether a mask goes on in the next part. */
  readonly goesOn: boolean;
}

/**
 * Finds the place of each part, and what is to be masked in parts that are written otherwise than the text: "four", "one" for
 * `41`.
 */
export function readParts(text: string, texts: readonly string[], redactor: Redactor): Parts {
  const placed = placeParts(text, texts);
  if (placed?.every(({ isExact }) => isExact)) return { texts, placed, isOfText: true, found: [] };
  const own = texts.map((it) => it.trim()).join(' ');
  const ofThemselves = placeParts(own, texts) ?? [];
  const found = redactor.find(own);
  if (!placed) return { texts, placed: ofThemselves, isOfText: false, found };
  return { texts, placed, isOfText: true, found: found.flatMap((span) => moved(span, ofThemselves, placed)) };
}

/** A span of the parts' own text as one of the text in which they are placed. */
function moved(span: Span, own: readonly PlacedPart[], placed: readonly PlacedPart[]): readonly Span[] {
  const first = firstIndex(own, ({ end }) => end > span.start);
  const last = firstIndex(own, ({ start }) => start >= span.end) - 1;
  const [from, to] = [placed[first], placed[last]];
  return first <= last && from && to && to.end > from.start ? [{ ...span, start: from.start, end: to.end }] : [];
}

/**
 * The first of places in their order for which something holds that holds for all after it, too; as many as there are where
 * there is none. All that is found in hours of speech cannot be looked for among all of its words.
 */
function firstIndex(places: readonly PlacedPart[], holds: (place: PlacedPart) => boolean): number {
  let from = 0;
  let to = places.length;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const place = places[middle];
    if (place && holds(place)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Masks the parts: a mask stands where it begins, and nothing of what it masks in the parts after it.
 * @param ofText what is masked in the text of the transcript
 */
export function maskParts({ texts, placed, isOfText, found }: Parts, ofText: readonly Span[]): readonly MaskedPart[] {
  const spans = isOfText ? ofText : mergeSpans(found);
  let passed = 0;
  return texts.map((text, index) => {
    const [before, place, following] = [placed[index - 1], placed[index], placed[index + 1]];
    if (!place) return { text, isChanged: false, goesOn: false };
    while (passed < spans.length && (spans[passed]?.end ?? 0) <= place.start) passed += 1;
    const inside: Span[] = [];
    for (const span of spansFrom(spans, passed)) {
      if (!touches(place, span)) break;
      inside.push(span);
    }
    const isNew = (span: Span): boolean => !before || !touches(before, span);
    const goesOn = following !== undefined && inside.some((span) => touches(following, span));
    if (inside.length === 0) return { text, isChanged: false, goesOn };
    if (!place.isExact) return { text: inside.filter(isNew).map(maskOf).join(''), isChanged: true, goesOn };
    return { text: maskedText(text, place, inside, isNew), isChanged: true, goesOn };
  });
}

function* spansFrom(spans: readonly Span[], index: number): Generator<Span> {
  for (let at = index; at < spans.length; at += 1) {
    const span = spans[at];
    if (span) yield span;
  }
}

function maskedText(
  text: string,
  { start }: PlacedPart,
  spans: readonly Span[],
  isNew: (span: Span) => boolean,
): string {
  const trimmed = text.trim();
  let masked = '';
  let at = 0;
  for (const span of spans) {
    masked += trimmed.slice(at, Math.max(span.start - start, at)) + (isNew(span) ? maskOf(span) : '');
    at = Math.min(Math.max(span.end - start, 0), trimmed.length);
  }
  const rest = (masked + trimmed.slice(at)).trim();
  const leading = text.slice(0, text.length - text.trimStart().length);
  const trailing = text.slice(text.trimEnd().length);
  return rest === '' ? '' : leading + rest + trailing;
}

function touches({ start, end }: PlacedPart, span: Span): boolean {
  return start < span.end && end > span.start;
}
