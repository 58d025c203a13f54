import { createReadStream } from 'node:fs';
import { rm, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { TempFolder } from './temp-folder.js';
import { fileTooLarge } from './upload-errors.js';

const SLICE_BYTES = 64 * 1024;

/** Received bytes, readable as often as needed until they are disposed. Disposing twice is fine. */
export interface SpooledBytes extends AsyncDisposable {
  readonly sizeBytes: number;
  /** The bytes themselves, or the path of the file that holds them. */
  readonly place: Buffer | string;
  /** Reads from the start. */
  stream(): Readable;
}

/**
 * Takes in a stream: in memory up to `memoryBytes`, then in a temporary file, at the pace of the disk. When the source
 * fails or is too large, nothing is left behind.
 * @throws GatewayError 413 as soon as `maxBytes` are exceeded; otherwise what the source or the file system throws
 */
export async function spool(
  source: AsyncIterable<Buffer>,
  limits: { readonly memoryBytes: number; readonly maxBytes: number; readonly field?: 'file' | 'url' },
  folder: TempFolder,
): Promise<SpooledBytes> {
  let inMemory: Buffer[] = [];
  let sizeBytes = 0;
  let file: { path: string; handle: FileHandle } | undefined;
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      if (sizeBytes > limits.maxBytes) throw fileTooLarge(limits.maxBytes, limits.field);
      if (file) {
        await file.handle.appendFile(chunk);
        continue;
      }
      inMemory.push(chunk);
      if (sizeBytes > limits.memoryBytes) {
        file = await folder.createFile();
        for (const waiting of inMemory) await file.handle.appendFile(waiting);
        inMemory = [];
      }
    }
    await file?.handle.close();
  } catch (error) {
    // The first error says what went wrong; closing again is harmless.
    await file?.handle.close().catch(() => undefined);
    if (file) await rm(file.path, { force: true });
    throw error;
  }
  return file ? inFile(file.path, sizeBytes) : inBuffer(Buffer.concat(inMemory, sizeBytes));
}

function inFile(path: string, sizeBytes: number): SpooledBytes {
  return {
    sizeBytes,
    place: path,
    stream: () => createReadStream(path, { highWaterMark: SLICE_BYTES }),
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

function inBuffer(buffer: Buffer): SpooledBytes {
  return {
    sizeBytes: buffer.length,
    place: buffer,
    stream: () => Readable.from(slices(buffer), { objectMode: false }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function* slices(buffer: Buffer): Generator<Buffer> {
  for (let start = 0; start < buffer.length; start += SLICE_BYTES) yield buffer.subarray(start, start + SLICE_BYTES);
}
