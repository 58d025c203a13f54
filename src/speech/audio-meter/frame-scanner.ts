/** What a reader of frames makes of the bytes at some place. */
export type Frame =
  /** A frame, and how far it is to the next. */
  | { readonly bytes: number }
  /** No frame begins here. */
  | 'none'
  /** It takes more bytes to tell. */
  | 'more';

/** Walks from frame to frame through audio that comes in pieces, and keeps no more of it than the beginning of one frame. */
export class FrameScanner {
  private rest: Buffer = Buffer.alloc(0);
  /** What is left of the frame in which the latest piece has ended. */
  private skip = 0;

  /**
   * @param read tells what begins at a place, and counts it where it is a frame
   * @param maxHeaderBytes how many bytes tell at most
   */
  constructor(
    private readonly read: (bytes: Buffer, at: number) => Frame,
    private readonly maxHeaderBytes: number,
  ) {}

  /** Whether all of the latest frame has come. */
  get isWhole(): boolean {
    return this.skip === 0;
  }

  add(piece: Buffer): void {
    const skipped = Math.min(this.skip, piece.length);
    this.skip -= skipped;
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece.subarray(skipped);
    let at = 0;
    while (at < bytes.length) {
      const frame = this.read(bytes, at);
      if (frame === 'more') break;
      at += frame === 'none' ? 1 : Math.max(1, frame.bytes);
    }
    this.skip += Math.max(0, at - bytes.length);
    // What cannot be told from so many bytes is never told.
    const from = Math.max(at, bytes.length - this.maxHeaderBytes);
    this.rest = at < bytes.length ? Buffer.from(bytes.subarray(from)) : Buffer.alloc(0);
  }
}
