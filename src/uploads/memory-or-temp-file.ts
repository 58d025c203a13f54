import { once } from 'node:events';
import { createReadStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished, Readable } from 'node:stream';
import type { AudioField } from '../domain/audio-source.js';
import { BlockList } from './block-list.js';
import { PieceList } from './piece-list.js';
import type { TempFolder } from './temp-folder.js';
import { fileTooLarge, type FileLimit } from './upload-errors.js';
import type { UploadMemory } from './upload-memory.js';

/** What waits for the disk before the source has to; written together, as far as it has come. A hundred uploads may do so at once. */
const WRITE_BYTES = 128 * 1024;
const READ_BYTES = 64 * 1024;

/** Where received bytes are: in these pieces of memory, or in the file of this path. */
export type HeldAt = readonly Buffer[] | string;

/** Received bytes, readable as often as needed until they are disposed. Disposing twice is fine. */
export interface SpooledBytes extends AsyncDisposable {
  readonly sizeBytes: number;
  /** Memory is that of others when they are disposed. */
  readonly place: HeldAt;
  /** Reads from the start. */
  stream(): Readable;
  /** As {@link stream}, of what is in memory: copies of one piece after the other. */
  readonly copies?: () => Iterable<Buffer>;
}

/** What received bytes may take, and where they go. */
export interface SpoolOptions {
  /** More are refused. */
  readonly limit: FileLimit;
  /** What the client calls them, for errors; absent = `file`. */
  readonly field?: AudioField;
  readonly folder: TempFolder;
  readonly memory: UploadMemory;
}

/**
 * Takes in a stream: in memory as long as there is room for it beside the others, then in a temporary file, at the pace of the disk.
 * When the source fails or is too large, nothing is left behind.
 * @throws GatewayError 413 as soon as the limit is exceeded; otherwise what the source or the file system throws
 */
export async function spool(source: AsyncIterable<Buffer>, options: SpoolOptions): Promise<SpooledBytes> {
  const taken = new Spool(options);
  try {
    if (source instanceof Readable) await pour(source, taken);
    else for await (const piece of source) await taken.write(piece);
    return await taken.finish();
  } catch (error) {
    await taken.discard();
    throw error;
  }
}

/** Bytes that somebody else disposes of, in memory or in the file of this path. */
export function bytesAt(place: Buffer | string, sizeBytes: number): SpooledBytes {
  return typeof place === 'string'
    ? inFile(place, sizeBytes, () => undefined)
    : inMemory({ sizeBytes, place: [place], copies: () => [place], onGone: () => undefined });
}

/** Reads a stream as its bytes come: a loop over it would copy together what has come meanwhile, and costs more. */
function pour(source: Readable, into: Spool): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (error: unknown): void => {
      source.destroy();
      reject(error);
    };
    finished(source, { writable: false }, (error) => (error ? reject(error) : resolve()));
    source.on('data', (piece: Buffer) => {
      try {
        const room = into.write(piece);
        if (!room) return;
        source.pause();
        room.then(() => source.resume(), stop);
      } catch (error) {
        stop(error);
      }
    });
  });
}

/** Bytes that are coming. */
class Spool {
  private readonly blocks: BlockList;
  /** What goes to the file next. */
  private readonly pieces = new PieceList();
  private sizeBytes = 0;
  private fileBytes = 0;
  private file: { readonly path: string; readonly stream: WriteStream } | undefined;
  private failure: unknown;
  /** The latest that somebody was told to wait for. */
  private room: Promise<void> | undefined;

  constructor(private readonly options: SpoolOptions) {
    this.blocks = new BlockList(options.memory);
  }

  /**
   * Takes the next ones.
   * @returns what to wait for before there are more; undefined = nothing
   * @throws GatewayError 413; what the file system throws
   */
  write(piece: Buffer): Promise<void> | undefined {
    const { limit, field } = this.options;
    if (this.failure !== undefined) throw this.failure;
    this.sizeBytes += piece.length;
    if (this.sizeBytes > limit.maxBytes) throw fileTooLarge(limit, field);
    const rest = this.file ? piece : this.blocks.append(piece);
    if (rest.length === 0) return undefined;
    this.pieces.push(rest);
    this.room = this.file ? this.writeOut(this.file.stream, this.pieces.takeWhole()) : this.goToFile();
    return this.room;
  }

  /** Ends them. @throws what the file system throws */
  async finish(): Promise<SpooledBytes> {
    // A stream may end although it was told to wait.
    await this.room;
    const { sizeBytes, file, blocks } = this;
    if (!file) {
      const { contents: place } = blocks;
      return inMemory({ sizeBytes, place, copies: () => blocks.copies(), onGone: () => blocks[Symbol.dispose]() });
    }
    if (this.failure !== undefined) throw this.failure;
    await this.writeOut(file.stream, this.pieces.takeAll());
    file.stream.end();
    if (!file.stream.closed) await once(file.stream, 'close');
    if (this.failure !== undefined) throw this.failure;
    return inFile(file.path, sizeBytes, () => this.forgetFile());
  }

  /** Leaves nothing of them. */
  async discard(): Promise<void> {
    // A file that is being made is there after that.
    await this.room?.catch(() => undefined);
    const { file } = this;
    if (file) {
      file.stream.destroy();
      if (!file.stream.closed) await once(file.stream, 'close').catch(() => undefined);
      await rm(file.path, { force: true });
    }
    this.blocks[Symbol.dispose]();
    this.forgetFile();
  }

  private async goToFile(): Promise<void> {
    const { path, handle } = await this.options.folder.createFile();
    const stream = handle.createWriteStream({ highWaterMark: WRITE_BYTES });
    // Those who wait for it are told as well.
    stream.on('error', (error) => (this.failure = error));
    this.file = { path, stream };
    const { contents } = this.blocks;
    await Promise.all(
      contents.map(
        (content) =>
          new Promise<void>((resolve, reject) => {
            this.writePiece(stream, content, (error) => (error ? reject(error) : resolve()));
          }),
      ),
    );
    this.blocks[Symbol.dispose]();
    await this.writeOut(stream, this.pieces.takeWhole());
  }

  private writeOut(stream: WriteStream, pieces: readonly Buffer[]): Promise<void> | undefined {
    let hasRoom = true;
    for (const piece of pieces) hasRoom = this.writePiece(stream, piece);
    return hasRoom ? undefined : once(stream, 'drain').then(() => undefined);
  }

  /** @returns whether there is room for more */
  private writePiece(stream: WriteStream, piece: Buffer, done?: (error?: Error | null) => void): boolean {
    return stream.write(piece, (error) => {
      if (!error) {
        this.fileBytes += piece.length;
        this.options.folder.grew(piece.length);
      }
      done?.(error);
    });
  }

  /** What has been counted, once. */
  private forgetFile(): void {
    this.options.folder.shrank(this.fileBytes);
    this.fileBytes = 0;
  }
}

function inFile(path: string, sizeBytes: number, onGone: () => void): SpooledBytes {
  return {
    sizeBytes,
    place: path,
    stream: () => createReadStream(path, { highWaterMark: READ_BYTES }),
    async [Symbol.asyncDispose]() {
      onGone();
      await rm(path, { force: true });
    },
  };
}

function inMemory({
  sizeBytes,
  place,
  copies,
  onGone,
}: Pick<SpooledBytes, 'sizeBytes' | 'place'> & {
  readonly copies: () => Iterable<Buffer>;
  readonly onGone: () => void;
}): SpooledBytes {
  return {
    sizeBytes,
    place,
    copies,
    stream: () => Readable.from(copies(), { objectMode: false }),
    [Symbol.asyncDispose]: () => Promise.resolve(onGone()),
  };
}
