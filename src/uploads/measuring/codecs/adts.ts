import type { FrameCodec } from './frame-walk.js';

/** In hertz, by MPEG-4's index (ISO/IEC 14496-3, 1.6.3.4). */
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
] as const;

const HEADER_BYTES = 7;
/** Of each block of a frame. With the usual extensions of AAC it is half the samples at half the rate, which plays as long. */
const SAMPLES_PER_BLOCK = 1024;

/** The length of a frame, in bytes with its header, by 13 bits of it. */
function lengthAt(bytes: Buffer, offset: number): number {
  const [high = 0, middle = 0, low = 0] = bytes.subarray(offset + 3, offset + 6);
  return ((high & 3) << 11) | (middle << 3) | (low >> 5);
}

/** AAC in Audio Data Transport Stream, of which a frame has one to four blocks (ISO/IEC 13818-7, 6.2). */
export const adts: FrameCodec = {
  name: 'aac',
  mark: 0xff,
  headerBytes: HEADER_BYTES,
  maxFrameBytes: 8191,
  frameAt(bytes, offset) {
    const second = bytes[offset + 1] ?? 0;
    // Twelve bits of one, and a layer of 0, which MPEG audio cannot have.
    if (bytes[offset] !== 0xff || (second & 0xf6) !== 0xf0) return undefined;
    const format = bytes[offset + 2] ?? 0;
    const sampleRate = SAMPLE_RATES[(format >> 2) & 15];
    const lengthBytes = lengthAt(bytes, offset);
    if (sampleRate === undefined || lengthBytes <= HEADER_BYTES) return undefined;
    // Version, profile, rate and channels are what may not change.
    const kind = ((second & 8) << 16) | ((format & 0xfd) << 8) | ((bytes[offset + 3] ?? 0) & 0xc0);
    return { lengthBytes, samples: SAMPLES_PER_BLOCK * (((bytes[offset + 6] ?? 0) & 3) + 1), sampleRate, kind };
  },
  // libavcodec goes by twelve bits and a rate that there is, and passes over as much as the length says.
  strayBytes(bytes, offset) {
    const format = bytes[offset + 2] ?? 0;
    const isMark =
      bytes[offset] === 0xff && ((bytes[offset + 1] ?? 0) & 0xf0) === 0xf0 && (format >> 2) % 16 < SAMPLE_RATES.length;
    const lengthBytes = isMark ? lengthAt(bytes, offset) : 0;
    return lengthBytes >= HEADER_BYTES ? lengthBytes : undefined;
  },
};
