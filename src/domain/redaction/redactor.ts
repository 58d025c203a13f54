import { LinearPattern } from '../linear-pattern.js';
import { findEmails } from './emails.js';
import { type Decided, type Finder, MatchScanner, MAX_MATCH } from './match-scanner.js';
import { findNumbers } from './numbers.js';
import type { RedactionSetting } from './redaction-setting.js';
import { endOfRegion } from './regions.js';
import { maskOf, type Span } from './span.js';

/** Masks what somebody wants to be masked. */
export class Redactor {
  private readonly finder: Finder;

  /** @throws PatternError for a pattern that is none */
  constructor(readonly setting: RedactionSetting) {
    const { kinds, patterns } = setting;
    const own = patterns.map(({ name, pattern }) => ({ label: name, pattern: LinearPattern.parse(pattern) }));
    this.finder = {
      find: (text, from) => [
        ...(kinds.includes('email') ? findEmails(text, from) : []),
        ...findNumbers(text, from, kinds),
        ...own.flatMap(({ label, pattern }) => Array.from(pattern.find(text, from), (it) => ({ ...it, label }))),
      ],
      // Nobody knows what a pattern of somebody's goes over.
      endOfRegion: own.length > 0 ? (text, isLast) => (isLast ? text.length : undefined) : endOfRegion,
      // With patterns all of a stream is late by that; without, only where numbers do not end.
      window: own.length > 0 ? MAX_MATCH + 128 : 4 * MAX_MATCH,
    };
  }

  /** Whether clients get the masks as well. */
  get isInAnswer(): boolean {
    return this.setting.in === 'answer';
  }

  /** What is masked of a text, in its order. */
  find(text: string): readonly Span[] {
    const scanner = new MatchScanner(this.finder);
    return [...scanner.push(text), ...scanner.end()].flatMap(({ span }) => span ?? []);
  }

  /** The text with masks in it. */
  redact(text: string): string {
    const scanner = new MatchScanner(this.finder);
    return masked(scanner.push(text)) + masked(scanner.end());
  }

  /** Masks a text that comes in pieces: the same, wherever it is cut. */
  stream(): RedactedStream {
    return new RedactedStream(new MatchScanner(this.finder));
  }

  /** What was masked in a text, by what stands there: `2 EMAIL`. */
  tally(text: string): readonly string[] {
    const labels = [...this.setting.kinds, ...this.setting.patterns.map(({ name }) => name)];
    return [...new Set(labels)].flatMap((label) => {
      const count = text.split(maskOf({ label })).length - 1;
      return count > 0 ? [`${count} ${label}`] : [];
    });
  }
}

/** A text that is masked while it comes. */
export class RedactedStream {
  constructor(private readonly scanner: MatchScanner) {}

  /** What of the text may go out now that this has come. */
  push(text: string): string {
    return masked(this.scanner.push(text));
  }

  /** What was held back. */
  end(): string {
    return masked(this.scanner.end());
  }
}

function masked(decided: readonly Decided[]): string {
  return decided.map(({ text, span }) => (span ? maskOf(span) : text)).join('');
}
