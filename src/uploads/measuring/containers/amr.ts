import { noSound, type Walk } from '../walk.js';

/** What a file begins with, and bytes of a frame by its type, with the byte that tells it; 0 = reserved (RFC 4867, 5). */
const KINDS = [
  {
    magic: '#!AMR\n',
    codec: 'amr-nb',

    sizes: [13, 14, 16, 18, 20, 21, 27, 32, 6, 7, 6, 6, 0, 0, 0, 1],
  },
  {
    magic: '#!AMR-WB\n',
    codec: 'amr-wb',

    sizes: [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 6, 0, 0, 0, 1, 1],
  },
] as const;

type Kind = (typeof KINDS)[number];

const MAX_MAGIC_BYTES = 9;
const MAGIC_MARK = 0x23;
/** Zeros around the type and the quality of every frame. */
const PADDING_BITS = 0x83;
const FRAME_SECONDS = 0.02;
/** Looked at in one piece. */
const BLOCK_BYTES = 64 * 1024;
const BYTES_PER_STEP = 16;

/** AMR, narrow and wide: frames of 20 ms, and the headers of files that were joined, which may be one of each. */
export const walkAmr: Walk = (bytes, steps) => {
  let kind = kindAt(bytes.view(0, MAX_MAGIC_BYTES), 0);
  if (!kind) return undefined;
  if (bytes.sizeBytes === kind.magic.length) return noSound;
  let frames = 0;
  let position = kind.magic.length;
  for (;;) {
    const block = bytes.view(position, BLOCK_BYTES);
    steps.take(Math.ceil(block.length / BYTES_PER_STEP));
    let offset = 0;
    while (offset < block.length) {
      const first = block[offset] ?? 0;
      const frameBytes = (first & PADDING_BITS) === 0 ? (kind.sizes[first >> 3] ?? 0) : 0;
      const next: Kind | undefined = first === MAGIC_MARK ? kindAt(block, offset) : undefined;
      // What is no frame is passed over byte by byte.
      const size: number = next?.magic.length ?? (frameBytes || 1);
      if (offset + size > block.length) break;
      if (frameBytes > 0) frames += 1;
      kind = next ?? kind;
      offset += size;
    }
    // Nothing whole is left.
    if (offset === 0 || block.length < BLOCK_BYTES) break;
    position += offset;
  }
  return { seconds: frames * FRAME_SECONDS, method: 'counted', codec: kind.codec };
};

/** What the header is of that stands there; undefined where none does. */
function kindAt(bytes: Buffer, offset: number): Kind | undefined {
  return KINDS.find(({ magic }) => bytes.toString('latin1', offset, offset + magic.length) === magic);
}
