import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** The calls of the system that a segment makes; tests put failing ones in their place. */
export interface SegmentCalls {
  readonly open: typeof openSync;
  readonly write: (descriptor: number, buffer: Buffer, offset: number, length: number, position: number) => number;
  readonly truncate: typeof ftruncateSync;
  readonly close: typeof closeSync;
}

export const systemCalls: SegmentCalls = {
  open: openSync,
  write: writeSync,
  truncate: ftruncateSync,
  close: closeSync,
};

/**
 * A file that whole lines are appended to. What `append` has returned from is in the system's hands, and survives this process;
 * what it has thrown for is not in the file at all, unless the disk does not even let it be cut off: then the file is torn and
 * takes no more.
 */
export class SegmentFile {
  private goodBytes = 0;
  private torn = false;

  private constructor(
    readonly path: string,
    readonly descriptor: number,
    private readonly calls: SegmentCalls,
  ) {}

  /** @throws the system's error; EEXIST when there is such a file */
  static create(path: string, calls: SegmentCalls = systemCalls): SegmentFile {
    return new SegmentFile(path, calls.open(path, 'wx', 0o600), calls);
  }

  /** Length of what is whole in it. */
  get bytes(): number {
    return this.goodBytes;
  }

  /** Whether its end is not what it should be, so that nothing may follow. */
  get isTorn(): boolean {
    return this.torn;
  }

  /** @throws the system's error, such as ENOSPC */
  append(line: Buffer): void {
    if (this.torn) throw new Error(`${this.path} is torn`);
    try {
      // A write at the edge of a full disk is short, and says so by its result only.
      for (let done = 0; done < line.length;) {
        done += this.calls.write(this.descriptor, line, done, line.length - done, this.goodBytes + done);
      }
      this.goodBytes += line.length;
    } catch (error) {
      this.cutOff();
      throw error;
    }
  }

  close(): void {
    this.calls.close(this.descriptor);
  }

  /** Takes the half of a line away, which would swallow the next. */
  private cutOff(): void {
    try {
      this.calls.truncate(this.descriptor, this.goodBytes);
    } catch {
      this.torn = true;
    }
  }
}
