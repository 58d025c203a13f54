/** Reads a stream of chunks by counted bytes, holding no more than is asked for. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private chunk: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes, or undefined when the source ends before. */
  async read(count: number): Promise<Buffer | undefined> {
    while (this.chunk.length < count) {
      const next = await this.chunks.next();
      if (next.done) return undefined;
      this.chunk = this.chunk.length === 0 ? next.value : Buffer.concat([this.chunk, next.value]);
    }
    const bytes = this.chunk.subarray(0, count);
    this.chunk = this.chunk.subarray(count);
    return bytes;
  }

  /** False when the source ends before `count` bytes. */
  async skip(count: number): Promise<boolean> {
    let remaining = count;
    while (remaining > this.chunk.length) {
      remaining -= this.chunk.length;
      const next = await this.chunks.next();
      if (next.done) return false;
      this.chunk = next.value;
    }
    this.chunk = this.chunk.subarray(remaining);
    return true;
  }

  /** What has arrived and not been read yet, else the next chunk; undefined at the end. */
  async readAny(): Promise<Buffer | undefined> {
    if (this.chunk.length === 0) {
      const next = await this.chunks.next();
      return next.done ? undefined : next.value;
    }
    const bytes = this.chunk;
    this.chunk = Buffer.alloc(0);
    return bytes;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}
