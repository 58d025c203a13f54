import { evenSound } from '../codecs/sample-sound.js';
import type { Walk } from '../walk.js';

/** Of the chunks `DSD `, `fmt ` and `data`, whose lengths decoders do not doubt. */
const [FIRST_BYTES, FORMAT_BYTES, DATA_HEADER_BYTES] = [28, 52, 12] as const;
const DATA_AT = FIRST_BYTES + FORMAT_BYTES;
/** Of each channel; the last one is filled up. The number of samples is believed for that alone. */
const BLOCK_BYTES = 4096;
/** A tag is at the end, where the first chunk says. */
const TAG_FIELD_AT = 20;

/** Sony's DSF: samples of one bit, as far as they are there (DSF File Format Specification 1.01). */
export const walkDsf: Walk = (bytes) => {
  if (!bytes.has(0, DATA_AT + DATA_HEADER_BYTES) || bytes.text(0, 4) !== 'DSD ') return undefined;
  const channels = bytes.uintLE(FIRST_BYTES + 24, 4);
  const sampleRate = bytes.uintLE(FIRST_BYTES + 28, 4);
  if (channels < 1 || channels > 64 || sampleRate < 1_000_000 || sampleRate > 100_000_000) return undefined;
  const sound = evenSound('dsd', channels, 8 / sampleRate);
  const from = DATA_AT + DATA_HEADER_BYTES;
  const tagAt = bytes.uint64LE(TAG_FIELD_AT);
  const end = tagAt >= from ? Math.min(tagAt, bytes.sizeBytes) : bytes.sizeBytes;
  if (!sound) return undefined;
  const there = (end - from) * sound.secondsPerByte;
  const declared = bytes.uint64LE(FIRST_BYTES + 36) / sampleRate;
  const filling = there - declared;
  const isFilling = filling > 0 && filling < (8 * BLOCK_BYTES) / sampleRate;
  return { seconds: isFilling ? declared : there, method: 'counted', codec: 'dsd' };
};
