import type { ByteWindow } from '../byte-window.js';

/** An element of EBML (RFC 8794): its id with the marker, and where its contents are. */
export interface EbmlElement {
  readonly id: number;
  readonly start: number;
  /** Undefined where the size is not known, as in a live recording: up to what can only come behind it. */
  readonly end: number | undefined;
}

/** The longest id. */
const MAX_ID_BYTES = 4;

/** The element that begins at a position; undefined where none does. One step. */
export function ebmlElementAt(bytes: ByteWindow, at: number): EbmlElement | undefined {
  const idBytes = Math.clz32(bytes.peek(at)) - 23;
  if (idBytes > MAX_ID_BYTES) return undefined;
  const size = ebmlInteger(bytes, at + idBytes);
  if (!size) return undefined;
  let id = 0;
  for (let index = 0; index < idBytes; index += 1) id = id * 256 + bytes.peek(at + index);
  const start = at + idBytes + size.lengthBytes;
  return { id, start, end: size.isUnknown ? undefined : start + size.value };
}

/** The elements that follow each other from one position up to another. */
export function* ebmlElementsIn(bytes: ByteWindow, from: number, to: number): Generator<EbmlElement & { end: number }> {
  for (let at = from; at < to;) {
    const element = ebmlElementAt(bytes, at);
    if (!element || element.end === undefined || element.end > to) return;
    yield { ...element, end: element.end };
    at = element.end;
  }
}

/** A number of variable length: the leading zero bits of the first byte tell how many bytes follow. */
export interface EbmlInteger {
  readonly value: number;
  readonly lengthBytes: number;
  /** Whether it is the one that means, of sizes, that it is not known. */
  readonly isUnknown: boolean;
}

/** The number at a position; undefined where there is none. One step. */
export function ebmlInteger(bytes: ByteWindow, at: number): EbmlInteger | undefined {
  if (!bytes.has(at, 1)) return undefined;
  const first = bytes.byte(at);
  const lengthBytes = Math.clz32(first) - 23;
  if (first === 0 || !bytes.has(at, lengthBytes)) return undefined;
  let value = first & (0xff >> lengthBytes);
  for (let index = 1; index < lengthBytes; index += 1) value = value * 256 + bytes.peek(at + index);
  // All ones. For eight bytes both sides are rounded to 2^56, so they are still equal.
  return { value, lengthBytes, isUnknown: value === 2 ** (7 * lengthBytes) - 1 };
}

/** The contents of an element as an unsigned number; 0 where there are none. */
export function ebmlUnsigned(bytes: ByteWindow, { start, end }: { start: number; end: number }): number {
  const count = Math.min(6, end - start);
  return count > 0 ? bytes.uintBE(end - count, count) : 0;
}

/** The contents of an element as a number with a fraction, of four or eight bytes; 0 where there are none. */
export function ebmlFloat(bytes: ByteWindow, { start, end }: { start: number; end: number }): number {
  const contents = bytes.view(start, Math.min(8, end - start));
  if (contents.length >= 8) return contents.readDoubleBE(0);
  return contents.length >= 4 ? contents.readFloatBE(0) : 0;
}
