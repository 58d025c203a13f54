import type { ByteWindow } from '../byte-window.js';
import type { Walk } from '../walk.js';
import { endOfTags } from './tags.js';

const MAGIC = Buffer.from('wvpk', 'latin1');
const HEADER_BYTES = 32;
/** Of a block, the part that its length leaves out. */
const UNCOUNTED_BYTES = 8;
/** No decoder takes longer blocks. */
const MAX_BLOCK_BYTES = 1024 * 1024;
const MAX_BLOCK_SAMPLES = 150_000;
/** Versions of the format that there are. */
const [FIRST_VERSION, LAST_VERSION] = [0x402, 0x410] as const;

/** In hertz, by the four bits of a block's flags; the fifteenth is told in the block. */
const SAMPLE_RATES = [
  6_000, 8_000, 9_600, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 192_000,
] as const;
/** Of a block with the first of the channels; the others play at the same time. */
const FIRST_OF_CHANNELS = 0x800;
/** Parts of a block: the number is in six bits, an odd length and lengths of three bytes in others. */
const PART = { number: 0x3f, isOdd: 0x40, isLong: 0x80 } as const;
const SAMPLE_RATE_PART = 0x27;
const DSD_PART = 0x0e;
const DSD = 0x80000000;
/** More parts than any block has. */
const MAX_PARTS = 32;

interface Block {
  readonly lengthBytes: number;
  readonly seconds: number;
}

/**
 * WavPack: the samples of the blocks that are whole and follow each other, as decoders play them up to the first thing that is none, and
 * never the total that the first one tells.
 */
export const walkWavpack: Walk = (bytes) => {
  let seconds = 0;
  let blocks = 0;
  let position = endOfTags(bytes);
  for (let block = readBlock(bytes, position); block; block = readBlock(bytes, position)) {
    if (bytes.has(position, block.lengthBytes)) seconds += block.seconds;
    blocks += 1;
    position += block.lengthBytes;
  }
  return blocks > 0 ? { seconds, method: 'counted', codec: 'wavpack' } : undefined;
};

/** https://www.wavpack.com/WavPack5FileFormat.pdf */
function readBlock(bytes: ByteWindow, at: number): Block | undefined {
  if (!bytes.has(at, HEADER_BYTES)) return undefined;
  const header = bytes.view(at, HEADER_BYTES);
  const lengthBytes = header.readUInt32LE(4) + UNCOUNTED_BYTES;
  const version = header.readUInt16LE(8);
  const samples = header.readUInt32LE(20);
  const flags = header.readUInt32LE(24);
  const isBlock = header.indexOf(MAGIC) === 0 && version >= FIRST_VERSION && version <= LAST_VERSION;
  if (!isBlock || lengthBytes < HEADER_BYTES || lengthBytes > MAX_BLOCK_BYTES) return undefined;
  if ((flags & FIRST_OF_CHANNELS) === 0 || samples === 0 || samples > MAX_BLOCK_SAMPLES) {
    return { lengthBytes, seconds: 0 };
  }
  const known = SAMPLE_RATES[(flags >>> 23) & 15];
  const isDsd = (flags & DSD) !== 0;
  const told = known === undefined || isDsd ? readParts(bytes, at + HEADER_BYTES, at + lengthBytes) : undefined;
  const sampleRate = (known ?? told?.sampleRate ?? 0) * (told?.timesRate ?? 1);
  return { lengthBytes, seconds: sampleRate > 0 ? samples / sampleRate : 0 };
}

/** What only the parts of a block tell of its rate: one that has no code, and by how much that of DSD is higher. */
function readParts(bytes: ByteWindow, from: number, to: number): { sampleRate: number | undefined; timesRate: number } {
  let sampleRate: number | undefined;
  let timesRate = 1;
  let position = from;
  for (let count = 0; count < MAX_PARTS && position + 2 <= to && bytes.has(position, 4); count += 1) {
    const id = bytes.byte(position);
    const isLong = (id & PART.isLong) !== 0;
    const words = bytes.uintLE(position + 1, isLong ? 3 : 1);
    const at = position + (isLong ? 4 : 2);
    if ((id & PART.number) === SAMPLE_RATE_PART && bytes.has(at, 3)) sampleRate = bytes.uintLE(at, 3);
    if ((id & PART.number) === DSD_PART && bytes.has(at, 1)) timesRate = 2 ** (bytes.byte(at) & 31);
    position = at + 2 * words;
  }
  return { sampleRate, timesRate };
}
