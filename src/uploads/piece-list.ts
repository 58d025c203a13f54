/** Pieces below it are copied together: each costs a hundred bytes beside its own. */
const SMALL_BYTES = 4 * 1024;
const BLOCK_BYTES = 16 * 1024;

/**
 * Bytes on their way to a file, in the pieces in which they have come: large ones are kept as they are, and small ones, which a client may send by the million,
 * are copied together.
 */
export class PieceList {
  private pieces: Buffer[] = [];
  /** What small pieces are being copied into, until it is full. */
  private block: Buffer | undefined;
  private filledBytes = 0;

  push(piece: Buffer): void {
    for (let rest = piece; rest.length > 0;) {
      if (!this.block && rest.length >= SMALL_BYTES) {
        this.pieces.push(rest);
        return;
      }
      this.block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
      const copiedBytes = rest.copy(this.block, this.filledBytes);
      this.filledBytes += copiedBytes;
      rest = rest.subarray(copiedBytes);
      if (this.filledBytes === BLOCK_BYTES) this.endBlock();
    }
  }

  /** Takes out what is no longer added to. */
  takeWhole(): readonly Buffer[] {
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }

  /** Takes out everything. */
  takeAll(): readonly Buffer[] {
    this.endBlock();
    return this.takeWhole();
  }

  private endBlock(): void {
    if (this.block) this.pieces.push(this.block.subarray(0, this.filledBytes));
    this.block = undefined;
    this.filledBytes = 0;
  }
}
