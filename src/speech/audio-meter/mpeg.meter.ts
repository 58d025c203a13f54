import type { AudioMeter } from './audio-meter.js';
import { type Frame, FrameScanner } from './frame-scanner.js';

/** Of layer III, in bits per second, by the index in a frame's header: MPEG 1, and its successors for lower rates. */
const BIT_RATES = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const SAMPLE_RATES = [44_100, 48_000, 32_000] as const;
/** By the version in a frame's header; 1 is reserved. */
const DIVISORS = [4, undefined, 2, 1] as const;
const ID3_BYTES = 10;

/** The frames of an MP3 file: each has its samples, whatever its size. A tag of ID3 before them is passed over. */
export class MpegMeter implements AudioMeter {
  private total = 0;
  private readonly scanner = new FrameScanner((bytes, at) => this.read(bytes, at), ID3_BYTES);

  add(piece: Buffer): void {
    this.scanner.add(piece);
  }

  get seconds(): number {
    return this.total;
  }

  private read(bytes: Buffer, at: number): Frame {
    if (bytes[at] === 0x49) return readTag(bytes, at);
    if (bytes[at] !== 0xff) return 'none';
    if (at + 4 > bytes.length) return 'more';
    const [second = 0, third = 0] = [bytes[at + 1], bytes[at + 2]];
    const divisor = DIVISORS[(second >> 3) & 3];
    const rate = SAMPLE_RATES[(third >> 2) & 3];
    const bitRate = BIT_RATES[divisor === 1 ? 1 : 2][third >> 4] ?? 0;
    const isLayerThree = (second & 0xe6) === 0xe2;
    if (!isLayerThree || divisor === undefined || rate === undefined || bitRate === 0) return 'none';
    const sampleRate = rate / divisor;
    const samples = divisor === 1 ? 1152 : 576;
    this.total += samples / sampleRate;
    return { bytes: Math.floor(((samples / 8) * bitRate * 1000) / sampleRate) + ((third >> 1) & 1) };
  }
}

/** `ID3`, a version, flags, and a length of four times seven bits. */
function readTag(bytes: Buffer, at: number): Frame {
  if (!'ID3'.startsWith(bytes.toString('latin1', at, at + 3))) return 'none';
  if (at + ID3_BYTES > bytes.length) return 'more';
  const size = [6, 7, 8, 9].reduce((sum, index) => sum * 128 + ((bytes[at + index] ?? 0) & 0x7f), 0);
  return { bytes: ID3_BYTES + size };
}
