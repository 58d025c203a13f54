/** Of the whole: for texts and chats, which are in memory or nowhere. */
const RESERVE = 0.25;

/**
 * The memory that all uploads of the process share. Its blocks are used again by later ones: memory that is always the same needs no
 * collector, which would walk through the whole heap for every few recordings.
 */
export class UploadMemory {
  private freeBytes: number;
  /** Blocks that nobody uses, and what they take. */
  private readonly spare = new Map<number, Buffer[]>();
  private spareBytes = 0;

  /** @param totalBytes what all uploads together may hold */
  constructor(private readonly totalBytes: number) {
    this.freeBytes = totalBytes;
  }

  /** What is taken. */
  get usedBytes(): number {
    return this.totalBytes - this.freeBytes;
  }

  /** Takes so many bytes if they are free. What was taken must be given back. */
  take(bytes: number): boolean {
    if (bytes > this.freeBytes) return false;
    this.freeBytes -= bytes;
    this.dropBeyond(this.freeBytes);
    return true;
  }

  /** Gives back so many of the bytes that were taken. */
  give(bytes: number): void {
    this.freeBytes += bytes;
  }

  /**
   * Takes a block for bytes that can go to a file instead: a quarter of all memory is left for those that cannot. What an earlier
   * upload had is still in it.
   * @returns memory that threads share; undefined where there is no room
   */
  takeBlock(bytes: number): Buffer | undefined {
    if (bytes > this.freeBytes - this.totalBytes * RESERVE) return undefined;
    const block = this.spare.get(bytes)?.pop();
    if (block) this.spareBytes -= bytes;
    this.freeBytes -= bytes;
    this.dropBeyond(this.freeBytes);
    return block ?? Buffer.from(new SharedArrayBuffer(bytes));
  }

  /** Gives back a block that nobody reads any more. */
  giveBlock(block: Buffer): void {
    this.give(block.length);
    const alike = this.spare.get(block.length) ?? [];
    alike.push(block);
    this.spare.set(block.length, alike);
    this.spareBytes += block.length;
  }

  /** Blocks that nobody uses are in the way of other memory. */
  private dropBeyond(maxSpareBytes: number): void {
    for (const [bytes, alike] of this.spare) {
      while (this.spareBytes > maxSpareBytes && alike.pop()) this.spareBytes -= bytes;
    }
  }
}
