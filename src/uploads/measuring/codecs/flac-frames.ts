import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';
import { flacPackets } from './flac-packets.js';
import type { PacketMeter } from './packet-meter.js';

/** How much is looked at in one piece. */
const BLOCK_BYTES = 96 * 1024;
/** As long as a frame's header can be, with its checksum. */
const MAX_HEADER_BYTES = 16;
/** Of the fifteen bits that every frame begins with, those of the second byte. */
const SYNC_REST = 0x7c;
const MIN_HEADER_BYTES = 6;
/** Bytes that are checked for the price of one step. */
const CHECKED_BYTES_PER_STEP = 64;
/** What begins another file, or a tag behind this one. */
const STREAM_MARK = Buffer.from('fLaC', 'latin1');
const TAG_MARKS: ReadonlySet<string> = new Set(['TAG', 'ID3', 'APE', '\0\0\0']);

const CRC8 = crcTable(0x07, 8);
const CRC16 = crcTable(0x8005, 16);

/** Remainders of one byte by a polynomial (RFC 9639, 9.1.8 and 9.3). */
function crcTable(polynomial: number, bits: 8 | 16): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & (1 << (bits - 1))) === 0 ? crc << 1 : (crc << 1) ^ polynomial;
    return crc & ((1 << bits) - 1);
  });
}

interface FlacFrame {
  readonly seconds: number;
  /** Its own number, or with blocks of different sizes that of its first sample. */
  readonly number: number;
  /** What is alike in all frames of a stream: how they are numbered, their rate and their bits. */
  readonly kind: number;
}

/** Where frames ended: at the next file of a chain, which begins there, or at the end. */
export interface FlacFrames {
  readonly seconds: number;
  readonly streamAt: number | undefined;
}

/**
 * Adds up frames that are whole: up to the next header, with a checksum that is right, or else with a number there that can follow,
 * for decoders play damaged frames, too.
 * @param from where the first one begins
 * @param samplesPerSecond of STREAMINFO, for frames that do not tell it
 */
export function countFlacFrames(run: ByteRun, steps: StepBudget, from: number, samplesPerSecond: number): FlacFrames {
  const meter = flacPackets(samplesPerSecond);
  let seconds = 0;
  let frame: FlacFrame | undefined;
  /** What looks like a header within the frame; a second one that follows it shows that it is one. */
  let stray: FlacFrame | undefined;
  let crc = 0;
  let position = from;
  for (;;) {
    const block = run.view(position, BLOCK_BYTES);
    const isLast = block.length < BLOCK_BYTES;
    const streamAt = block.indexOf(STREAM_MARK);
    const isEnd = isLast || streamAt !== -1;
    const end = streamAt !== -1 ? streamAt : isLast ? block.length : block.length - MAX_HEADER_BYTES;
    steps.take(1 + Math.ceil(end / CHECKED_BYTES_PER_STEP));
    let checked = 0;
    for (let at = block.indexOf(0xff); at !== -1 && at < end; at = block.indexOf(0xff, at + 1)) {
      if ((block[at + 1] ?? 0) >> 1 !== SYNC_REST) continue;
      steps.take();
      const header = readHeader(block, at, meter);
      if (!header) continue;
      crc = crc16(crc, block, checked, at);
      checked = at;
      const isNext = frame && (crc === 0 || canFollow(header, frame));
      if (frame && !isNext && !(stray && canFollow(header, stray))) {
        stray = header;
        continue;
      }
      seconds += (isNext ? frame : stray)?.seconds ?? 0;
      frame = header;
      stray = undefined;
      crc = 0;
    }
    if (isEnd) {
      if (frame && endsWhole(crc, block.subarray(checked, end))) seconds += frame.seconds;
      return { seconds, streamAt: streamAt === -1 ? undefined : position + streamAt };
    }
    crc = crc16(crc, block, checked, end);
    position += end;
  }
}

/** RFC 9639, 9.1; undefined where the checksum is not right, or another thing that every header has. */
function readHeader(block: Buffer, at: number, meter: PacketMeter): FlacFrame | undefined {
  const second = block[at + 1] ?? 0;
  if (at + MIN_HEADER_BYTES > block.length) return undefined;
  const [codes = 0, layout = 0, lead = 0] = block.subarray(at + 2, at + 5);
  const numberBytes = Math.max(1, Math.clz32(~lead << 24));
  const sizeCode = codes >> 4;
  const rateCode = codes & 15;
  if (sizeCode === 0 || rateCode === 15 || (layout & 1) !== 0 || layout >> 4 > 10) return undefined;
  const end =
    at +
    4 +
    numberBytes +
    (sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0) +
    (rateCode < 12 ? 0 : rateCode === 12 ? 1 : 2);
  if (end >= block.length) return undefined;
  let crc = 0;
  for (let index = at; index <= end; index += 1) crc = CRC8[crc ^ (block[index] ?? 0)] ?? 0;
  if (crc !== 0) return undefined;
  let number = numberBytes === 1 ? lead : lead & (0x7f >> numberBytes);
  for (let index = 1; index < numberBytes; index += 1) number = number * 64 + ((block[at + 4 + index] ?? 0) & 0x3f);
  const seconds = meter.secondsOf(block.subarray(at, at + MAX_HEADER_BYTES), MAX_HEADER_BYTES);
  return { seconds, number, kind: ((second & 1) << 8) | (rateCode << 4) | (layout & 15) };
}

/** Whether a header may be the next one, with up to a dozen lost between them. */
function canFollow(header: FlacFrame, frame: FlacFrame): boolean {
  const ahead = header.number - frame.number;
  return header.kind === frame.kind && ahead > 0 && ahead <= (header.kind >> 8 === 1 ? 65_535 : 12);
}

function crc16(start: number, bytes: Buffer, from: number, to: number): number {
  let crc = start;
  for (let at = from; at < to; at += 1) crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  return crc;
}

/** Whether the last frame ends with these bytes, or within them where a tag or padding begins. */
function endsWhole(start: number, bytes: Buffer): boolean {
  let crc = start;
  for (let at = 0; at < bytes.length; at += 1) {
    if (crc === 0 && TAG_MARKS.has(bytes.toString('latin1', at, at + 3))) return true;
    crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  }
  return crc === 0;
}
