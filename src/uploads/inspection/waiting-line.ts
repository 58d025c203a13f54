/** What a file may let pass: of the later and smaller ones as many as it has mebibytes. */
const BYTES_PER_PLACE = 1024 * 1024;

interface Waiting<T> {
  readonly item: T;
  readonly rank: number;
}

/**
 * Who is next: first come, first served, but every mebibyte of a file lets one more of the later ones pass. So a voice note does not
 * wait behind large files, and a large file waits for so many others at most, however many come.
 */
export class WaitingLine<T> {
  private readonly waiting: Waiting<T>[] = [];
  private arrivals = 0;

  get length(): number {
    return this.waiting.length;
  }

  add(item: T, sizeBytes: number): void {
    this.arrivals += 1;
    const rank = this.arrivals + sizeBytes / BYTES_PER_PLACE;
    const behind = this.waiting.findIndex((it) => it.rank > rank);
    this.waiting.splice(behind === -1 ? this.waiting.length : behind, 0, { item, rank });
  }

  /** The next one, which no longer waits; undefined where nobody does. */
  take(): T | undefined {
    return this.waiting.shift()?.item;
  }

  /** For one that no longer wants to wait. */
  leave(item: T): void {
    const at = this.waiting.findIndex((it) => it.item === item);
    if (at !== -1) this.waiting.splice(at, 1);
  }
}
