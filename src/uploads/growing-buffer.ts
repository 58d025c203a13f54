const FIRST_BYTES = 16 * 1024;

/**
 * Bytes that come in pieces, of however few bytes each: they are copied together at once, because a piece of its own costs
 * a hundred bytes beside its own. Grows by doubling.
 */
export class GrowingBuffer {
  private buffer: Buffer = Buffer.alloc(0);
  private length = 0;

  /**
   * @param grow told before so many more bytes are taken from the memory
   * @param maxBytes that there will be at most
   */
  constructor(
    private readonly maxBytes: number,
    private readonly grow: (bytes: number) => void,
  ) {}

  /** @throws what `grow` throws; a RangeError when there are more bytes than there may be */
  append(piece: Buffer): void {
    const needed = this.length + piece.length;
    if (needed > this.maxBytes) throw new RangeError(`more than ${this.maxBytes} bytes`);
    if (needed > this.buffer.length) {
      const size = Math.min(Math.max(2 * this.buffer.length, FIRST_BYTES, needed), this.maxBytes);
      this.grow(size - this.buffer.length);
      const larger = Buffer.allocUnsafeSlow(size);
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    piece.copy(this.buffer, this.length);
    this.length = needed;
  }

  /** What has come so far. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
