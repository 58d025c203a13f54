/** A stretch of a text that is masked, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** What stands in its place, without the brackets. */
  readonly label: string;
}

/** What stands in the place of something that is masked. */
export function maskOf({ label }: Pick<Span, 'label'>): string {
  return `[${label.toUpperCase()}]`;
}

/** The spans in order; those that overlap are one, with the label of the one that begins first, or is the longer. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const last = merged.at(-1);
    if (!last || span.start >= last.end) merged.push(span);
    else if (span.end > last.end) merged[merged.length - 1] = { ...last, end: span.end };
  }
  return merged;
}

/** The text with masks in the place of the spans, which are in order and do not overlap. */
export function maskSpans(text: string, spans: readonly Span[]): string {
  let masked = '';
  let at = 0;
  for (const span of spans) {
    masked += text.slice(at, span.start) + maskOf(span);
    at = span.end;
  }
  return masked + text.slice(at);
}
