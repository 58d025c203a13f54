import { noSound, type Walk } from '../walk.js';

/** Chunks that are read at most. */
const MAX_CHUNKS = 256;
const [FIRST_CHUNK_AT, HEADER_BYTES, VOICE_HEADER_BYTES] = [12, 8, 20] as const;
/** Samples of a byte, by the compression: none, and Fibonacci or exponential differences of four bits. */
const SAMPLES_PER_BYTE = [1, 2, 2] as const;
const STEREO = 6;

/** The Amiga's 8SVX: the bytes of `BODY` that are there (EA IFF 85, 8-Bit Sampled Voice). */
export const walk8svx: Walk = (bytes) => {
  if (!bytes.has(0, FIRST_CHUNK_AT) || bytes.text(8, 4) !== '8SVX') return undefined;
  let samplesPerSecond = 0;
  let samplesPerByte = 0;
  let channels = 1;
  let position: number = FIRST_CHUNK_AT;
  for (let count = 0; count < MAX_CHUNKS && bytes.has(position, HEADER_BYTES); count += 1) {
    const name = bytes.text(position, 4);
    const length = bytes.uintBE(position + 4, 4);
    const at = position + HEADER_BYTES;
    if (name === 'VHDR' && bytes.has(at, VOICE_HEADER_BYTES)) {
      samplesPerSecond = bytes.uintBE(at + 12, 2);
      samplesPerByte = SAMPLES_PER_BYTE[bytes.byte(at + 15)] ?? 0;
    }
    if (name === 'CHAN' && bytes.has(at, 4)) channels = bytes.uintBE(at, 4) === STEREO ? 2 : 1;
    if (name === 'BODY') {
      if (samplesPerSecond < 1_000 || samplesPerByte === 0) return undefined;
      const there = Math.min(length, bytes.sizeBytes - at);
      return { seconds: (there * samplesPerByte) / channels / samplesPerSecond, method: 'counted' };
    }
    position = at + length + (length % 2);
  }
  return noSound;
};
