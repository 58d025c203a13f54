import type { Span } from './span.js';
import { mergeSpans } from './span.js';

/** Nothing that is masked is longer, in UTF-16 units; of what is, the beginning is masked. */
export const MAX_MATCH = 256;

/** What is looked for. */
export interface Finder {
  /** All that is there from a place in the text on; the character before it only says what stands there. */
  find(text: string, from: number): readonly Span[];
  /** Where something ends beyond which nothing goes that begins in it; undefined when that cannot be told yet. */
  endOfRegion(text: string, isLast: boolean): number | undefined;
  /** How much of a text without such an end is looked at together, and is held back at most: more than {@link MAX_MATCH}. */
  readonly window: number;
}

/** A stretch of the text that is decided: it is masked, or stays. */
export interface Decided {
  readonly text: string;
  /** Absent = it stays. */
  readonly span?: Span;
}

/**
 * Finds what is to be masked in a text that comes in pieces: the same, wherever it is cut, because what is decided rests on
 * places in the text alone. What is not decided yet is held back, one window at most.
 */
export class MatchScanner {
  /** The last character before `held`, and what is not decided. */
  private before = '';
  private held = '';
  /** Where `held` begins in the whole. */
  private offset = 0;

  constructor(private readonly finder: Finder) {}

  /** What is decided now that this has come. */
  push(text: string): readonly Decided[] {
    this.held += text;
    return this.decide(false);
  }

  /** What was held back. */
  end(): readonly Decided[] {
    return this.decide(true);
  }

  private decide(isLast: boolean): readonly Decided[] {
    const decided: Decided[] = [];
    const { window: length } = this.finder;
    let from = 0;
    while (from < this.held.length) {
      const window = this.held.slice(from, from + length);
      const isAll = from + window.length === this.held.length;
      const context = from === 0 ? this.before : this.held.charAt(from - 1);
      const end = this.finder.endOfRegion(window, isLast && isAll);
      let taken: number;
      if (end !== undefined) taken = this.take(decided, context, window.slice(0, end), from, end);
      else if (!isAll) taken = this.take(decided, context, window, from, endOfCharacter(window, length - MAX_MATCH));
      else break;
      from += taken;
    }
    if (from > 0) this.before = this.held.charAt(from - 1);
    this.held = this.held.slice(from);
    this.offset += from;
    return decided;
  }

  /** Decides what begins before `until`. @returns how much that is */
  private take(decided: Decided[], context: string, region: string, from: number, until: number): number {
    const spans = mergeSpans(
      this.finder.find(context + region, context.length).map(({ start, end, label }) => {
        return { start: start - context.length, end: end - context.length, label };
      }),
    );
    let at = 0;
    for (const { start, end, label } of spans) {
      if (start >= until) break;
      if (start > at) decided.push({ text: region.slice(at, start) });
      const begins = this.offset + from;
      decided.push({ text: region.slice(start, end), span: { start: begins + start, end: begins + end, label } });
      at = end;
    }
    if (at < until) decided.push({ text: region.slice(at, until) });
    return Math.max(at, until);
  }
}

/** Not between the halves of a surrogate pair. */
function endOfCharacter(text: string, end: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
