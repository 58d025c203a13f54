import type { ByteWindow } from '../byte-window.js';
import { ebmlInteger } from './ebml.js';

/** The frames of a block. */
export interface Lacing {
  /** Where the first one begins; the others follow it. */
  readonly framesAt: number;
  readonly sizes: readonly number[];
}

/** The ways of lacing by the flags of a block (RFC 9559, 10.3). */
const LACING = { none: 0, xiph: 2, even: 4, ebml: 6 } as const;

/** What a block has behind its header. */
interface BlockContents {
  readonly start: number;
  readonly end: number;
  readonly flags: number;
}

/** How a block is divided into frames, at most 256; none where it is not as its flags say, or they are all of nothing. */
export function laceSizes(bytes: ByteWindow, { start, end, flags }: BlockContents): Lacing {
  const kind = flags & LACING.ebml;
  if (kind === LACING.none) return { framesAt: start, sizes: [end - start] };
  if (start >= end) return { framesAt: end, sizes: [] };
  const count = bytes.byte(start) + 1;
  if (kind === LACING.even) {
    const sizeBytes = Math.floor((end - start - 1) / count);
    return { framesAt: start + 1, sizes: sizeBytes === 0 ? [] : Array<number>(count).fill(sizeBytes) };
  }
  const { sizes, at } = kind === LACING.xiph ? xiphSizes(bytes, start + 1, count) : ebmlSizes(bytes, start + 1, count);
  // The last one takes what is left.
  const last = end - at - sizes.reduce((sum, size) => sum + size, 0);
  const isWhole = sizes.length === count - 1 && last >= 0 && sizes.every((size) => size >= 0);
  return { framesAt: at, sizes: isWhole ? [...sizes, last] : [] };
}

interface Sizes {
  readonly sizes: number[];
  /** Where they end. */
  readonly at: number;
}

/** Each the sum of bytes of 255 and one that is less. */
function xiphSizes(bytes: ByteWindow, from: number, count: number): Sizes {
  const sizes: number[] = [];
  let at = from;
  while (sizes.length < count - 1) {
    let size = 0;
    let byte: number;
    do {
      byte = bytes.byte(at);
      size += byte;
      at += 1;
    } while (byte === 255);
    sizes.push(size);
  }
  return { sizes, at };
}

/** The first, then the difference of each to the one before, both of variable length; differences are around the middle. */
function ebmlSizes(bytes: ByteWindow, from: number, count: number): Sizes {
  const sizes: number[] = [];
  let at = from;
  let size = 0;
  while (sizes.length < count - 1) {
    const number = ebmlInteger(bytes, at);
    if (!number) break;
    size = sizes.length === 0 ? number.value : size + number.value - (2 ** (7 * number.lengthBytes - 1) - 1);
    sizes.push(size);
    at += number.lengthBytes;
  }
  return { sizes, at };
}
