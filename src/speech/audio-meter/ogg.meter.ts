import type { AudioMeter } from './audio-meter.js';
import { type Frame, FrameScanner } from './frame-scanner.js';

const PAGE_HEADER_BYTES = 27;
const MAX_SEGMENTS = 255;
/** Opus counts in this whatever it was made from. */
const SAMPLE_RATE = 48_000;
/** What a page says in which no packet ends. */
const NO_POSITION = 0xffff_ffff_ffff_ffffn;
/** Where `OpusHead` has the samples that are not to be heard. */
const PRE_SKIP_AT = 10;

/** The pages of an Ogg file with Opus in it: each says how many samples have been played at its end. */
export class OggMeter implements AudioMeter {
  /** At the end of the latest page, and of the one before. */
  private position = 0n;
  private before = 0n;
  private preSkip = 0n;
  private readonly scanner = new FrameScanner(
    (bytes, at) => this.read(bytes, at),
    PAGE_HEADER_BYTES + MAX_SEGMENTS + PRE_SKIP_AT + 2,
  );

  add(piece: Buffer): void {
    this.scanner.add(piece);
  }

  get seconds(): number | undefined {
    const position = this.scanner.isWhole ? this.position : this.before;
    return position > this.preSkip ? Number(position - this.preSkip) / SAMPLE_RATE : undefined;
  }

  private read(bytes: Buffer, at: number): Frame {
    if (bytes[at] !== 0x4f) return 'none';
    if (!'OggS'.startsWith(bytes.toString('latin1', at, at + 4))) return 'none';
    if (at + PAGE_HEADER_BYTES > bytes.length) return 'more';
    const segments = bytes[at + 26] ?? 0;
    const bodyAt = at + PAGE_HEADER_BYTES + segments;
    if (bodyAt > bytes.length) return 'more';
    const isFirst = ((bytes[at + 5] ?? 0) & 2) !== 0;
    if (isFirst && bodyAt + PRE_SKIP_AT + 2 > bytes.length) return 'more';
    if (isFirst && bytes.toString('latin1', bodyAt, bodyAt + 8) === 'OpusHead') {
      this.preSkip = BigInt(bytes.readUInt16LE(bodyAt + PRE_SKIP_AT));
    }
    const position = bytes.readBigUInt64LE(at + 6);
    this.before = this.position;
    if (position !== NO_POSITION) this.position = position;
    const body = bytes.subarray(at + PAGE_HEADER_BYTES, bodyAt).reduce((sum, length) => sum + length, 0);
    return { bytes: PAGE_HEADER_BYTES + segments + body };
  }
}
