import type { AudioMeter } from './audio-meter.js';
import { type Frame, FrameScanner } from './frame-scanner.js';

/** `fLaC`, a block's header and as much of STREAMINFO as has the rate and the number of samples. */
const INFO_BYTES = 4 + 4 + 18;
/** The longest header of a frame: its last byte is a checksum of the others. */
const MAX_FRAME_HEADER_BYTES = 16;

/**
 * A FLAC file. STREAMINFO says how many samples there are, unless whoever wrote it could not know; then every frame says
 * where it begins. A frame's header is told from its contents by its checksum.
 */
export class FlacMeter implements AudioMeter {
  private sampleRate = 0;
  private samplesTold = 0;
  private fixedBlockSize = 0;
  private samplesSeen = 0;
  private readonly scanner = new FrameScanner((bytes, at) => this.read(bytes, at), INFO_BYTES);

  add(piece: Buffer): void {
    this.scanner.add(piece);
  }

  get seconds(): number | undefined {
    const samples = this.samplesTold > 0 ? this.samplesTold : this.samplesSeen;
    return this.sampleRate > 0 && samples > 0 ? samples / this.sampleRate : undefined;
  }

  private read(bytes: Buffer, at: number): Frame {
    if (this.sampleRate === 0) return this.readInfo(bytes, at);
    if (bytes[at] !== 0xff) return 'none';
    if (at + 2 > bytes.length) return 'more';
    if (((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return 'none';
    if (at + MAX_FRAME_HEADER_BYTES > bytes.length) return 'more';
    const frame = readFrame(bytes.subarray(at, at + MAX_FRAME_HEADER_BYTES));
    if (!frame) return 'none';
    const { number, blockSize, isVariable } = frame;
    if (!isVariable) this.fixedBlockSize = Math.max(this.fixedBlockSize, blockSize);
    const begin = isVariable ? number : number * this.fixedBlockSize;
    this.samplesSeen = Math.max(this.samplesSeen, begin + blockSize);
    return { bytes: MAX_FRAME_HEADER_BYTES };
  }

  private readInfo(bytes: Buffer, at: number): Frame {
    if (at + INFO_BYTES > bytes.length) return 'more';
    if (bytes.toString('latin1', at, at + 4) !== 'fLaC') return 'none';
    const info = at + 8;
    this.sampleRate = bytes.readUIntBE(info + 10, 3) >> 4;
    this.samplesTold = ((bytes[info + 13] ?? 0) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(info + 14);
    return { bytes: this.sampleRate > 0 ? INFO_BYTES : 1 };
  }
}

interface FlacFrame {
  /** Of the frame, or where the sizes vary of its first sample. */
  readonly number: number;
  readonly blockSize: number;
  readonly isVariable: boolean;
}

/** https://www.rfc-editor.org/rfc/rfc9639#section-9.1 */
function readFrame(header: Buffer): FlacFrame | undefined {
  const [, second = 0, third = 0, fourth = 0, lead = 0] = header;
  const sizeCode = third >> 4;
  const rateCode = third & 0x0f;
  if (sizeCode === 0 || rateCode === 15 || (fourth & 1) !== 0) return undefined;
  const extra = lead < 0x80 ? 0 : Math.clz32(~(lead << 24)) - 1;
  if (lead >= 0x80 && (extra < 1 || extra > 6)) return undefined;
  let number = lead < 0x80 ? lead : lead & (0x3f >> extra);
  for (let index = 0; index < extra; index += 1) number = number * 64 + ((header[5 + index] ?? 0) & 0x3f);
  let at = 5 + extra;
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0;
  const blockSize = sizeBytes > 0 ? header.readUIntBE(at, sizeBytes) + 1 : blockSizeOf(sizeCode);
  at += sizeBytes + (rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0);
  if (at >= header.length || crc8(header.subarray(0, at)) !== header[at]) return undefined;
  return { number, blockSize, isVariable: (second & 1) === 1 };
}

function blockSizeOf(code: number): number {
  if (code === 1) return 192;
  return code <= 5 ? 144 * 2 ** code : 2 ** code;
}

function crc8(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x80) === 0 ? (crc << 1) & 0xff : ((crc << 1) ^ 0x07) & 0xff;
  }
  return crc;
}
