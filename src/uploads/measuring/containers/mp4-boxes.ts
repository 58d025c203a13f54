import type { ByteWindow } from '../byte-window.js';

/** A box of the ISO base media file format, an atom of QuickTime's: its name, and where its contents are. */
export interface Box {
  readonly name: string;
  /** Where the box begins, which offsets in fragments are counted from. */
  readonly at: number;
  readonly start: number;
  /** Within what holds it, and within the file, whatever the box says. */
  readonly end: number;
  /** Whether it says that it is longer than that. */
  readonly isCut: boolean;
}

/** Bytes of length and name. */
const HEADER_BYTES = 8;
/** The length that means: it is in the 64 bits behind the name. */
const LONG_LENGTH = 1;
/** The length that means: up to the end. */
const NO_LENGTH = 0;

/** The boxes that follow each other from one position up to another; none after what is no box. */
export function* boxesIn(bytes: ByteWindow, from: number, to: number): Generator<Box> {
  const limit = Math.min(to, bytes.sizeBytes);
  for (let at = from; at + HEADER_BYTES <= limit;) {
    const box = readBox(bytes, at, limit);
    if (!box) return;
    yield box;
    at = box.end;
  }
}

function readBox(bytes: ByteWindow, at: number, limit: number): Box | undefined {
  const header = bytes.view(at, 2 * HEADER_BYTES);
  const shortLength = header.readUInt32BE(0);
  const isLong = shortLength === LONG_LENGTH;
  if (isLong && header.length < 2 * HEADER_BYTES) return undefined;
  const length = isLong
    ? Number(header.readBigUInt64BE(HEADER_BYTES))
    : shortLength === NO_LENGTH
      ? limit - at
      : shortLength;
  const headerBytes = isLong ? 2 * HEADER_BYTES : HEADER_BYTES;
  if (length < headerBytes) return undefined;
  const name = header.toString('latin1', 4, HEADER_BYTES);
  return { name, at, start: at + headerBytes, end: Math.min(at + length, limit), isCut: at + length > limit };
}
