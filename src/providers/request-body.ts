import { Readable } from 'node:stream';
import type { AudioSource } from '../domain/audio-source.js';

/** A request body whose length is known before it is sent, and which can be sent again by the next attempt. */
export interface RequestBody {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Opens the body from its start; may be called once for every attempt. */
  open(): Buffer | Readable;
  /** What it says beside the audio, for whoever wants to see what was sent. */
  fields?(): unknown;
}

/** The upload failed while we read it: our fault, not the provider's. */
export class UnreadableAudioError extends Error {
  constructor(cause: unknown) {
    super('the uploaded audio could not be read', { cause });
    this.name = 'UnreadableAudioError';
  }
}

/** A JSON document as request body. */
export function jsonBody(value: unknown): RequestBody {
  const bytes = Buffer.from(JSON.stringify(value));
  return { contentType: 'application/json', sizeBytes: bytes.length, open: () => bytes, fields: () => value };
}

/** The bare audio as request body, for providers that take no form. */
export function audioBody(audio: AudioSource): RequestBody {
  return {
    contentType: audio.mediaType,
    sizeBytes: audio.sizeBytes,
    open: () => openParts([audio], audio.sizeBytes),
  };
}

/** What is copied together, so that it goes out in one write; of more the copy would cost more than the writes. */
const ONE_WRITE_BYTES = 128 * 1024;

/**
 * A body from its start, of bytes and recordings one after the other.
 * @param sizeBytes of all of them
 */
export function openParts(parts: readonly (Buffer | AudioSource)[], sizeBytes: number): Buffer | Readable {
  const inMemory: Iterable<Buffer>[] = [];
  for (const part of parts) {
    const pieces = Buffer.isBuffer(part) ? [part] : part.copies?.();
    if (!pieces) return Readable.from(readParts(parts), { objectMode: false });
    inMemory.push(pieces);
  }
  if (sizeBytes <= ONE_WRITE_BYTES) return Buffer.concat(inMemory.flatMap((pieces) => [...pieces]));
  return Readable.from(oneAfterTheOther(inMemory), { objectMode: false });
}

function* oneAfterTheOther(parts: readonly Iterable<Buffer>[]): Generator<Buffer> {
  for (const pieces of parts) yield* pieces;
}

async function* readParts(parts: readonly (Buffer | AudioSource)[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (Buffer.isBuffer(part)) yield part;
    else yield* readAudio(part);
  }
}

/**
 * The audio's bytes from the start. Closes the source when the reader stops early.
 * @throws UnreadableAudioError when the source fails; what the reader throws into the generator passes unchanged
 */
export async function* readAudio(audio: AudioSource): AsyncGenerator<Buffer> {
  const source = await unlessUnreadable(() => audio.stream());
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await unlessUnreadable(() => chunks.next());
      if (done) return;
      yield value;
    }
  } finally {
    source.destroy();
  }
}

async function unlessUnreadable<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UnreadableAudioError(error);
  }
}
