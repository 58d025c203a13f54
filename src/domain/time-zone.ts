const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** Names in the IANA database begin with a letter; that offsets such as `+05:30` are names, too, depends on the version of Node. */
const NAME = /^[A-Za-z][\w+/-]{0,63}$/;

/** Whether Node knows a time zone of this name, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  if (!NAME.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * What clocks show somewhere. Local times are written as the milliseconds that the same digits would be in UTC, so that
 * `Date.UTC(2026, 10, 26)` is the midnight in which 26 November 2026 begins, wherever that is.
 */
export class TimeZone {
  private readonly format: Intl.DateTimeFormat;

  /** @throws RangeError when there is no such zone; see {@link isTimeZone} */
  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** What clocks show at a moment. */
  localMs(momentMs: number): number {
    return momentMs + this.offsetMs(momentMs);
  }

  /** The first moment at which clocks show this local time, or, where they leap over it, the moment of the leap. */
  momentOf(localMs: number): number {
    const offsets = [this.offsetMs(localMs - DAY_MS), this.offsetMs(localMs + DAY_MS)];
    const moments = offsets.map((offset) => localMs - offset).toSorted((one, other) => one - other);
    const shown = moments.find((moment) => this.localMs(moment) === localMs);
    const [before = localMs, after = localMs] = moments;
    return shown ?? this.leapBetween(before, after);
  }

  private leapBetween(before: number, after: number): number {
    const offsetBefore = this.offsetMs(before);
    let [low, high] = [before, after];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetMs(middle) === offsetBefore) low = middle;
      else high = middle;
    }
    return high;
  }

  /** How far clocks are ahead of UTC. */
  private offsetMs(momentMs: number): number {
    const second = Math.floor(momentMs / SECOND_MS) * SECOND_MS;
    const parts = new Map(this.format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return (
      Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - second
    );
  }
}
