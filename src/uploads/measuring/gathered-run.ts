import type { ByteRun } from './byte-run.js';
import type { ByteWindow } from './byte-window.js';

/** More than whoever goes through a run looks at in one piece. */
const BUFFER_BYTES = 128 * 1024;

/** Bytes of a file from one position up to another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * What a container cut into packets, put together again as far as it is looked at: a fixed buffer, however long it is.
 */
export class GatheredRun implements ByteRun {
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  private startsAt = 0;
  private length = 0;
  private from = 0;
  private to = 0;

  /** @param stretches in their order, found as they are needed */
  constructor(
    private readonly bytes: ByteWindow,
    private readonly stretches: Iterator<Stretch>,
  ) {}

  view(position: number, count: number): Buffer {
    this.drop(position);
    while (this.startsAt < position && this.fill()) this.drop(position);
    while (this.length < Math.min(count, BUFFER_BYTES) && this.fill());
    return this.startsAt < position
      ? this.buffer.subarray(0, 0)
      : this.buffer.subarray(0, Math.min(count, this.length));
  }

  private drop(position: number): void {
    const bytes = Math.min(position - this.startsAt, this.length);
    if (bytes <= 0) return;
    this.buffer.copyWithin(0, bytes, this.length);
    this.startsAt += bytes;
    this.length -= bytes;
  }

  /** @returns false at the end */
  private fill(): boolean {
    while (this.from >= this.to) {
      const next = this.stretches.next();
      if (next.done) return false;
      ({ from: this.from, to: this.to } = next.value);
    }
    const piece = this.bytes.view(this.from, Math.min(this.to - this.from, BUFFER_BYTES - this.length));
    if (piece.length === 0) {
      this.from = this.to;
      return true;
    }
    piece.copy(this.buffer, this.length);
    this.length += piece.length;
    this.from += piece.length;
    return true;
  }
}
