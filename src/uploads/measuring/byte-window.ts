import { readSync } from 'node:fs';
import type { StepBudget } from './step-budget.js';

/** How much of a file is in memory at once. */
const WINDOW_BYTES = 256 * 1024;
/** Bytes that are read from a file for the price of one step, so that jumping about in it has its limit, too. */
const READ_BYTES_PER_STEP = 64;

/** Thrown where a file ends before what is read of it. Walks meet it where a recording was cut off. */
export class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes';
}

/** The bytes themselves, in one piece or in several, or the descriptor of the open file that holds them. */
export type BytesPlace = Uint8Array | readonly Uint8Array[] | number;

/**
 * The bytes of a recording by their positions, read as a walk comes to them: of a file one window is in memory, whatever its
 * size. Every read is a step of the {@link StepBudget}, so no file can keep a walk busy.
 */
export class ByteWindow {
  /** Undefined of a file. */
  private readonly pieces: readonly Buffer[] | undefined;
  private window: Buffer;
  private startsAt = 0;
  private length: number;

  /**
   * @param sizeBytes of all of it
   * @param steps what every read is taken from
   */
  constructor(
    private readonly place: BytesPlace,
    readonly sizeBytes: number,
    private readonly steps: StepBudget,
  ) {
    const isFile = typeof place === 'number';
    this.pieces = isFile ? undefined : [place].flat().map((it) => Buffer.from(it.buffer, it.byteOffset, it.byteLength));
    this.window = this.pieces?.[0] ?? Buffer.allocUnsafe(isFile ? Math.min(WINDOW_BYTES, sizeBytes) : 0);
    this.length = isFile ? 0 : this.window.length;
  }

  /** Another window over the same bytes and the same steps, for whoever reads at two places by turns. */
  another(): ByteWindow {
    return new ByteWindow(this.place, this.sizeBytes, this.steps);
  }

  /** Whether there are `count` bytes at a position. */
  has(position: number, count: number): boolean {
    return position >= 0 && position + count <= this.sizeBytes;
  }

  /** @throws EndOfBytes where there is none */
  byte(position: number): number {
    const offset = this.offsetOf(position, 1);
    return this.window[offset] ?? 0;
  }

  /**
   * A byte beside one that was just read, as the further ones of a number of variable length: without a step of its own, and without an
   * object as {@link view} makes one. 0 behind the end.
   */
  peek(position: number): number {
    const offset = position - this.startsAt;
    if (offset >= 0 && offset < this.length) return this.window[offset] ?? 0;
    return this.has(position, 1) ? this.byte(position) : 0;
  }

  /**
   * Big-endian, unsigned, of 1 to 6 bytes.
   * @throws EndOfBytes where they are not all there
   */
  uintBE(position: number, count: number): number {
    const offset = this.offsetOf(position, count);
    return this.window.readUIntBE(offset, count);
  }

  /**
   * Little-endian, unsigned, of 1 to 6 bytes.
   * @throws EndOfBytes where they are not all there
   */
  uintLE(position: number, count: number): number {
    const offset = this.offsetOf(position, count);
    return this.window.readUIntLE(offset, count);
  }

  /**
   * Big-endian, unsigned, of 8 bytes; beyond 2^53 it is not exact, and no position is there.
   * @throws EndOfBytes where they are not all there
   */
  uint64BE(position: number): number {
    const offset = this.offsetOf(position, 8);
    return Number(this.window.readBigUInt64BE(offset));
  }

  /**
   * Little-endian, as {@link uint64BE}.
   * @throws EndOfBytes where they are not all there
   */
  uint64LE(position: number): number {
    const offset = this.offsetOf(position, 8);
    return Number(this.window.readBigUInt64LE(offset));
  }

  /**
   * One character a byte, as the names of chunks and boxes are written.
   * @throws EndOfBytes where they are not all there
   */
  text(position: number, count: number): string {
    const offset = this.offsetOf(position, count);
    return this.window.toString('latin1', offset, offset + count);
  }

  /**
   * Up to `count` bytes, fewer at the end, at most a window of them: a view that is good until the next read.
   * For whoever looks at many bytes in a row; they take their own steps for what they do with them.
   */
  view(position: number, count: number): Buffer {
    const there = Math.max(0, Math.min(count, WINDOW_BYTES, this.sizeBytes - position));
    if (there === 0) return this.window.subarray(0, 0);
    const offset = this.offsetOf(position, there);
    return this.window.subarray(offset, offset + there);
  }

  /** Where it is in the window, which may be another one after that: it is to be asked before the window is. */
  private offsetOf(position: number, count: number): number {
    this.steps.take();
    if (!this.has(position, count)) throw new EndOfBytes(`${count} bytes at ${position} of ${this.sizeBytes}`);
    if (position < this.startsAt || position + count > this.startsAt + this.length) this.moveTo(position, count);
    return position - this.startsAt;
  }

  private moveTo(position: number, count: number): void {
    if (typeof this.place !== 'number') {
      this.moveToPiece(position, count);
      return;
    }
    this.startsAt = position;
    this.length = 0;
    while (this.length < count) {
      const free = this.window.length - this.length;
      const read = readSync(this.place, this.window, this.length, free, position + this.length);
      // It is shorter than it was.
      if (read === 0) throw new EndOfBytes(`${count} bytes at ${position}`);
      this.length += read;
    }
    this.steps.take(Math.ceil(this.length / READ_BYTES_PER_STEP));
  }

  /** To the piece that holds all of it, or to a copy of what lies across several. */
  private moveToPiece(position: number, count: number): void {
    const across: Buffer[] = [];
    let startsAt = 0;
    for (const piece of this.pieces ?? []) {
      const endsAt = startsAt + piece.length;
      if (position >= startsAt && position + count <= endsAt) {
        this.hold(piece, startsAt);
        return;
      }
      if (position < endsAt && position + count > startsAt)
        across.push(piece.subarray(Math.max(position - startsAt, 0), position + count - startsAt));
      startsAt = endsAt;
    }
    const copy = Buffer.concat(across);
    if (copy.length < count) throw new EndOfBytes(`${count} bytes at ${position}`);
    this.hold(copy, position);
    this.steps.take(Math.ceil(count / READ_BYTES_PER_STEP));
  }

  private hold(window: Buffer, startsAt: number): void {
    this.window = window;
    this.startsAt = startsAt;
    this.length = window.length;
  }
}
