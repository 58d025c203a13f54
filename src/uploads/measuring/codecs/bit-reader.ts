/** Reads bits of a header, the highest of every byte first. Beyond the end are zeros. */
export class BitReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Whether more was read than there is. */
  get isBeyondEnd(): boolean {
    return this.at > this.bytes.length * 8;
  }

  /** An unsigned number of up to 32 bits. */
  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      value = value * 2 + (((this.bytes[this.at >> 3] ?? 0) >> (7 - (this.at & 7))) & 1);
      this.at += 1;
    }
    return value;
  }

  skip(count: number): void {
    this.at += count;
  }
}
