import { ttaFrameSamples } from '../codecs/tta-packets.js';
import type { Walk } from '../walk.js';
import { endOfTags } from './tags.js';

const MAGIC = 'TTA1';
const HEADER_BYTES = 22;
/** Of the header, and of the table. */
const CHECKSUM_BYTES = 4;
const SIZE_BYTES = 4;
/** How much of the table is looked at in one piece. */
const TABLE_PIECE_BYTES = 64 * 1024;
const BYTES_PER_STEP = 64;

/**
 * True Audio: the frames that are whole by the table of their sizes, each of them as long but for the last, which has the rest
 * (http://tausoft.org/wiki/True_Audio_Codec_Format).
 */
export const walkTta: Walk = (bytes, steps) => {
  const start = endOfTags(bytes);
  if (!bytes.has(start, HEADER_BYTES) || bytes.text(start, 4) !== MAGIC) return undefined;
  const sampleRate = bytes.uintLE(start + 10, 4);
  const samples = bytes.uintLE(start + 14, 4);
  if (sampleRate < 1_000 || sampleRate > 768_000) return undefined;
  const frameSamples = ttaFrameSamples(sampleRate);
  const frames = Math.ceil(samples / frameSamples);
  const tableAt = start + HEADER_BYTES;
  let position = tableAt + frames * SIZE_BYTES + CHECKSUM_BYTES;
  let whole = 0;
  while (whole < frames && position < bytes.sizeBytes) {
    const piece = bytes.view(tableAt + whole * SIZE_BYTES, Math.min(TABLE_PIECE_BYTES, (frames - whole) * SIZE_BYTES));
    steps.take(Math.ceil(piece.length / BYTES_PER_STEP));
    for (let at = 0; at + SIZE_BYTES <= piece.length; at += SIZE_BYTES) {
      const size = piece.readUInt32LE(at);
      position += size;
      if (size === 0 || position > bytes.sizeBytes) {
        return { seconds: (whole * frameSamples) / sampleRate, method: 'counted', codec: 'tta' };
      }
      whole += 1;
    }
  }
  return { seconds: Math.min(whole * frameSamples, samples) / sampleRate, method: 'counted', codec: 'tta' };
};
