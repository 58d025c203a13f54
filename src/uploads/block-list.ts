import type { UploadMemory } from './upload-memory.js';

/** A voice note takes no more than it needs; what is longer takes large blocks. */
const FIRST_BLOCK_BYTES = 64 * 1024;
const BLOCK_BYTES = 512 * 1024;
/** What is read at once: small enough that the memory for it is there already. */
const READ_BYTES = 64 * 1024;

/** The bytes of one upload in blocks of the memory that all share. */
export class BlockList implements Disposable {
  private readonly blocks: Buffer[] = [];
  private freeBytes = 0;
  private isGone = false;

  constructor(private readonly memory: UploadMemory) {}

  /** Copies bytes in. @returns those for which there was no room */
  append(bytes: Buffer): Buffer {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.freeBytes === 0 && !this.grow()) break;
      const block = this.blocks.at(-1);
      if (!block) break;
      const copiedBytes = rest.copy(block, block.length - this.freeBytes);
      this.freeBytes -= copiedBytes;
      rest = rest.subarray(copiedBytes);
    }
    return rest;
  }

  /** What is in the blocks, as it lies there: to be read before they are given back, by threads, too. */
  get contents(): readonly Buffer[] {
    const { blocks, freeBytes } = this;
    return blocks.map((block, index) =>
      block.subarray(0, block.length - (index === blocks.length - 1 ? freeBytes : 0)),
    );
  }

  /**
   * Copies of one piece after the other. Nothing of the blocks themselves is given out, because a socket may send from memory for
   * longer than anybody is told of, and what is in the block then may be another customer's.
   * @throws Error when the blocks have been given back
   */
  *copies(): Generator<Buffer> {
    this.refuseWhenGone();
    for (const content of this.contents) {
      for (let at = 0; at < content.length; at += READ_BYTES) {
        this.refuseWhenGone();
        const piece = content.subarray(at, at + READ_BYTES);
        const copy = Buffer.allocUnsafeSlow(piece.length);
        piece.copy(copy);
        yield copy;
      }
    }
  }

  /** Gives the blocks to others; more than once is fine. */
  [Symbol.dispose](): void {
    this.isGone = true;
    for (const block of this.blocks.splice(0)) this.memory.giveBlock(block);
  }

  private refuseWhenGone(): void {
    if (this.isGone) throw new Error('The audio is read after it was disposed');
  }

  private grow(): boolean {
    const bytes = this.blocks.length === 0 ? FIRST_BLOCK_BYTES : BLOCK_BYTES;
    const block = this.memory.takeBlock(bytes);
    if (!block) return false;
    this.blocks.push(block);
    this.freeBytes = bytes;
    return true;
  }
}
