const MINUTE_MS = 60_000;
/** Starts that are over are let go of so many at a time. */
const OVER = 1024;

/** One that counts for its minute. */
export interface Start {
  readonly atMs: number;
  /** Whole, so that sums are exact; undefined = unknown. */
  audioMs: number | undefined;
}

/** What was started in the last minute, and how much audio that was: sums, so that many starts cost no more than few. */
export class LastMinute {
  private starts: Start[] = [];
  private over = 0;
  private audioMs = 0;
  private unknown = 0;

  /** @param audioSeconds undefined = unknown */
  add(atMs: number, audioSeconds: number | undefined): Start {
    const start: Start = { atMs, audioMs: inMs(audioSeconds) };
    this.starts.push(start);
    this.count(start, 1);
    return start;
  }

  /** Somebody has told how much audio it was. */
  tell(start: Start, audioSeconds: number): void {
    // What is over counts no more.
    const counts = this.firstAtMs !== undefined && start.atMs >= this.firstAtMs;
    if (counts) this.count(start, -1);
    start.audioMs = inMs(audioSeconds);
    if (counts) this.count(start, 1);
  }

  /** Lets go of what is over. */
  moveTo(nowMs: number): void {
    for (let first = this.starts[this.over]; first && first.atMs <= nowMs - MINUTE_MS; first = this.starts[this.over]) {
      this.count(first, -1);
      this.over += 1;
    }
    if (this.over < OVER) return;
    this.starts = this.starts.slice(this.over);
    this.over = 0;
  }

  get requests(): number {
    return this.starts.length - this.over;
  }

  /** Infinite where that of one is unknown, which may be anything. */
  get audioSeconds(): number {
    return this.unknown > 0 ? Number.POSITIVE_INFINITY : this.audioMs / 1000;
  }

  /** When the oldest will be over; undefined where there is none. */
  get nextEndMs(): number | undefined {
    const { firstAtMs } = this;
    return firstAtMs === undefined ? undefined : firstAtMs + MINUTE_MS;
  }

  private get firstAtMs(): number | undefined {
    return this.starts[this.over]?.atMs;
  }

  private count({ audioMs }: Start, sign: 1 | -1): void {
    if (audioMs === undefined) this.unknown += sign;
    else this.audioMs += sign * audioMs;
  }
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(1000 * seconds);
}
