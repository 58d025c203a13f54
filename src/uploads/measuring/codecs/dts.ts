import { BitReader } from './bit-reader.js';
import type { Frame, FrameCodec } from './frame-walk.js';

const [CORE, EXTENSION] = [0x7ffe8001, 0x64582025] as const;
const BLOCK_SAMPLES = 32;
/** Samples a second by code (ETSI TS 102 114, table 5-5). */
const RATES: readonly number[] = [0, 8_000, 16_000, 32_000, 0, 0, 11_025, 22_050, 44_100, 0, 0, 12_000, 24_000, 48_000];
/** Of a core; no header tells a shorter one. */
const MIN_CORE_BYTES = 96;
/** Mark, size and rate of a core, and the longest size of an extension. */
const HEADER_BYTES = 10;
/** What 18 Mbit/s make of 512 samples at 48 kHz; lossless sound has peaks as high. */
const MAX_FRAME_BYTES = 24 * 1024;

/** DTS, also as Blu-ray discs have it, where what makes it lossless or wider stands behind each frame (ETSI TS 102 114, 5.3 and 7.4). */
export const dts: FrameCodec = {
  name: 'dts',
  mark: CORE >>> 24,
  headerBytes: HEADER_BYTES,
  maxFrameBytes: MAX_FRAME_BYTES,
  frameAt(bytes, offset) {
    if (offset + HEADER_BYTES > bytes.length) return undefined;
    const word = bytes.readUInt32BE(offset);
    if (word !== CORE && word !== EXTENSION) return undefined;
    const header = new BitReader(bytes.subarray(offset + 4, offset + HEADER_BYTES));
    return word === CORE ? coreFrame(header) : extension(header);
  },
};

/** Its header tells how many blocks of 32 samples it has. */
function coreFrame(header: BitReader): Frame | undefined {
  header.skip(7);
  const samples = (header.read(7) + 1) * BLOCK_SAMPLES;
  const lengthBytes = header.read(14) + 1;
  header.skip(6);
  const sampleRate = RATES[header.read(4)];
  return sampleRate && lengthBytes >= MIN_CORE_BYTES ? { lengthBytes, samples, sampleRate, kind: 0 } : undefined;
}

function extension(header: BitReader): Frame | undefined {
  header.skip(10);
  const isLong = header.read(1) === 1;
  header.skip(isLong ? 12 : 8);
  const lengthBytes = header.read(isLong ? 20 : 16) + 1;
  return lengthBytes > HEADER_BYTES && lengthBytes <= MAX_FRAME_BYTES
    ? { lengthBytes, samples: 0, sampleRate: 1, kind: 0 }
    : undefined;
}
