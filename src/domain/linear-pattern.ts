import { RE2JS, RE2JSException } from 're2js';

/** What is wrong with a pattern, as the end of a sentence. */
export class PatternError extends Error {}

/** How long a pattern may be. */
const MAX_PATTERN_LENGTH = 256;

/**
 * A regular expression that somebody else has written, in RE2's syntax: JavaScript's, but for what needs going back (no
 * backreferences, nothing that looks around). RE2 bounds what it makes of a pattern, and tries it in time proportional to
 * the text's length, so that no pattern and no text keep the process busy.
 */
export class LinearPattern {
  private constructor(private readonly pattern: RE2JS) {}

  /** @throws PatternError when it is none, or too large */
  static parse(source: string): LinearPattern {
    if (source.length > MAX_PATTERN_LENGTH) throw new PatternError(`is longer than ${MAX_PATTERN_LENGTH} characters`);
    try {
      return new LinearPattern(RE2JS.compile(source));
    } catch (error) {
      if (error instanceof RE2JSException) throw new PatternError(`is no pattern of RE2: ${error.message}`);
      throw error;
    }
  }

  /** Whether it is found anywhere in the text. */
  test(text: string): boolean {
    return this.pattern.matcher(text).find();
  }

  /** Where it is found from a place in the text on, in UTF-16 units; places where it matches nothing are left out. */
  *find(text: string, from: number): Generator<{ readonly start: number; readonly end: number }> {
    const matcher = this.pattern.matcher(text);
    if (!matcher.find(from)) return;
    do {
      const [start, end] = [matcher.start(), matcher.end()];
      if (end > start) yield { start, end };
    } while (matcher.find());
  }
}
