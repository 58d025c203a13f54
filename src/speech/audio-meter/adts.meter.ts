import type { AudioMeter } from './audio-meter.js';
import { type Frame, FrameScanner } from './frame-scanner.js';

const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
const HEADER_BYTES = 7;
const SAMPLES_PER_BLOCK = 1024;

/** The frames of AAC in ADTS. */
export class AdtsMeter implements AudioMeter {
  private total = 0;
  private readonly scanner = new FrameScanner((bytes, at) => this.read(bytes, at), HEADER_BYTES);

  add(piece: Buffer): void {
    this.scanner.add(piece);
  }

  /** Unknown for AAC in another container. */
  get seconds(): number | undefined {
    return this.total > 0 ? this.total : undefined;
  }

  private read(bytes: Buffer, at: number): Frame {
    if (bytes[at] !== 0xff) return 'none';
    if (at + HEADER_BYTES > bytes.length) return 'more';
    if (((bytes[at + 1] ?? 0) & 0xf6) !== 0xf0) return 'none';
    const sampleRate = SAMPLE_RATES[((bytes[at + 2] ?? 0) >> 2) & 0x0f];
    const length = (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
    if (sampleRate === undefined || length < HEADER_BYTES) return 'none';
    const blocks = ((bytes[at + 6] ?? 0) & 3) + 1;
    this.total += (blocks * SAMPLES_PER_BLOCK) / sampleRate;
    return { bytes: length };
  }
}
