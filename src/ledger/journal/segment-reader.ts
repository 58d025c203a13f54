import { open, type FileHandle } from 'node:fs/promises';
import { decodeLine, type JournalRecord } from './journal-record.js';

const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;
/** No record is longer; what is, has lost its line feed. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** A stretch of a segment that is no record. */
export interface Damage {
  readonly path: string;
  /** Where it begins. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** What was read next, and where it ends. */
export type ReadLine = { readonly end: number } & ({ readonly record: JournalRecord } | { readonly damage: Damage });

/** Reads a segment from its start, also while it grows. */
export class SegmentReader implements AsyncDisposable {
  private file: FileHandle | undefined;
  private buffer: Buffer = Buffer.alloc(0);
  /** Where the buffer begins in the file. */
  private offset = 0;

  constructor(readonly path: string) {}

  /**
   * The next line that lies wholly before `limit`; undefined when there is none yet. A rest without a line feed is damage where
   * `isEnd` says that nothing will follow.
   * @throws the system's error
   */
  async next(limit: number, isEnd: boolean): Promise<ReadLine | undefined> {
    for (let searched = 0; ;) {
      const end = this.buffer.indexOf(LINE_FEED, searched);
      if (end !== -1) return this.take(end, 1);
      searched = this.buffer.length;
      if (searched > MAX_LINE_BYTES) return this.take(searched, 0);
      if (!(await this.readMore(limit))) break;
    }
    return isEnd && this.buffer.length > 0 ? this.take(this.buffer.length, 0) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private take(length: number, separator: number): ReadLine {
    const line = this.buffer.subarray(0, length);
    const start = this.offset;
    this.buffer = this.buffer.subarray(length + separator);
    this.offset += length + separator;
    const record = separator === 1 ? decodeLine(line) : undefined;
    if (record) return { end: this.offset, record };
    return { end: this.offset, damage: { path: this.path, offset: start, bytes: Buffer.from(line) } };
  }

  private async readMore(limit: number): Promise<boolean> {
    const from = this.offset + this.buffer.length;
    // A long line is read in steps that double, so that it is not copied over and over.
    const length = Math.min(Math.max(CHUNK_BYTES, this.buffer.length), limit - from);
    if (length <= 0) return false;
    this.file ??= await open(this.path, 'r');
    const chunk = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.file.read(chunk, 0, length, from);
    if (bytesRead === 0) return false;
    this.buffer = Buffer.concat([this.buffer, chunk.subarray(0, bytesRead)]);
    return true;
  }
}
