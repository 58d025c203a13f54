import type { ByteWindow } from '../byte-window.js';
import { aacPackets } from '../codecs/aac-packets.js';
import { ac3Packets } from '../codecs/ac3-packets.js';
import { alacPackets } from '../codecs/alac-packets.js';
import { amrPackets } from '../codecs/amr-packets.js';
import { flacPackets } from '../codecs/flac-packets.js';
import { mpegPackets } from '../codecs/mpeg-packets.js';
import { opusPackets } from '../codecs/opus-packets.js';
import { evenBytes, evenPackets, type PacketMeter } from '../codecs/packet-meter.js';
import { noSound, type Walk, type Walked } from '../walk.js';
import { readSoundConfiguration } from './mp4-configuration.js';

/** Bytes of the file's header, and of a chunk's. */
const FILE_HEADER_BYTES = 8;
const CHUNK_HEADER_BYTES = 12;
/** The length of the last chunk where nobody came back to fill it in. */
const UNKNOWN_LENGTH = 2 ** 64 - 1;
/** In front of the samples: how often they were edited. */
const EDIT_COUNT_BYTES = 4;
/** Of the table of packets: how many it has, in 64 bits, and three numbers that are not believed. */
const TABLE_HEADER_BYTES = 24;
/** No decoder's configuration is longer. */
const MAX_COOKIE_BYTES = 4096;

interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** What the chunk `desc` says. */
interface Description {
  readonly samplesPerSecond: number;
  readonly format: string;
  /** 0 = packets have sizes of their own. */
  readonly packetBytes: number;
  /** 0 = packets have lengths of their own. */
  readonly packetSamples: number;
  readonly channels: number;
  readonly bitsPerSample: number;
}

/**
 * Core Audio Format (Apple's Core Audio Format Specification 1.0): samples whose bytes are there, or packets by the table of their
 * sizes. How many samples the header of the table says that there are plays no part.
 */
export const walkCaf: Walk = (bytes) => {
  if (bytes.text(0, 4) !== 'caff') return undefined;
  const chunks = readChunks(bytes);
  const [desc, data, table, cookie] = ['desc', 'data', 'pakt', 'kuki'].map((name) => chunks.get(name));
  const description = desc && readDescription(bytes, desc);
  if (!description || !data) return undefined;
  const sound = { start: Math.min(data.start + EDIT_COUNT_BYTES, data.end), end: data.end };
  if (sound.start === sound.end) return noSound;
  const blocks = blocksOf(description);
  if (blocks) {
    const seconds = blocks.secondsOf(Buffer.alloc(0), sound.end - sound.start);
    return { seconds, method: 'counted', codec: blocks.codec };
  }
  const packets = packetsOf(
    description,
    cookie ? Buffer.from(bytes.view(cookie.start, Math.min(cookie.end - cookie.start, MAX_COOKIE_BYTES))) : undefined,
  );
  return packets && countPackets(bytes, sound, table, { packets, description });
};

/** The first of every name. */
function readChunks(bytes: ByteWindow): ReadonlyMap<string, Chunk> {
  const chunks = new Map<string, Chunk>();
  for (let at = FILE_HEADER_BYTES; bytes.has(at, CHUNK_HEADER_BYTES);) {
    const name = bytes.text(at, 4);
    const length = bytes.uint64BE(at + 4);
    const start = at + CHUNK_HEADER_BYTES;
    // What has no length was not known when it was written: nothing follows it.
    const goesOn = length === UNKNOWN_LENGTH || (name === 'data' && length === 0);
    const end = goesOn ? bytes.sizeBytes : Math.min(bytes.sizeBytes, start + length);
    if (NAMES.has(name) && !chunks.has(name)) chunks.set(name, { start, end });
    at = end;
  }
  return chunks;
}

const NAMES: ReadonlySet<string> = new Set(['desc', 'data', 'pakt', 'kuki']);

function readDescription(bytes: ByteWindow, { start, end }: Chunk): Description | undefined {
  if (end - start < 32) return undefined;
  const fields = bytes.view(start, 32);
  const samplesPerSecond = fields.readDoubleBE(0);
  if (!(samplesPerSecond >= 1)) return undefined;
  return {
    samplesPerSecond,
    format: fields.toString('latin1', 8, 12),
    packetBytes: fields.readUInt32BE(16),
    packetSamples: fields.readUInt32BE(20),
    channels: fields.readUInt32BE(24),
    bitsPerSample: fields.readUInt32BE(28),
  };
}

/** Sound that is not compressed, or in blocks that are all as long. */
function blocksOf({ format, channels, bitsPerSample, samplesPerSecond }: Description): PacketMeter | undefined {
  switch (format) {
    case 'lpcm':
      return evenBytes('pcm', channels * Math.ceil(bitsPerSample / 8), 1 / samplesPerSecond);
    case 'ulaw':
    case 'alaw':
      return evenBytes('pcm', channels, 1 / samplesPerSecond);
    case 'ima4':
      return evenBytes('adpcm', channels * 34, 64 / samplesPerSecond);
    case 'agsm':
      return evenBytes('gsm', channels * 33, 160 / samplesPerSecond);
    default:
      return undefined;
  }
}

function packetsOf(description: Description, cookie: Buffer = Buffer.alloc(0)): PacketMeter | undefined {
  const { format, packetSamples, samplesPerSecond } = description;
  switch (format) {
    case 'aac ': {
      const { configuration } = readSoundConfiguration(cookie);
      return configuration ? aacPackets(configuration) : evenPackets('aac', (packetSamples || 1024) / samplesPerSecond);
    }
    case 'alac':
      // Bare, or in the boxes that QuickTime puts around it.
      return alacPackets(cookie.length >= 48 ? cookie.subarray(24) : cookie);
    case 'opus':
      return opusPackets;
    case 'flac':
      return flacPackets(samplesPerSecond);
    case '.mp1':
    case '.mp2':
    case '.mp3':
      return mpegPackets;
    case 'ac-3':
    case 'ec-3':
      return ac3Packets;
    case 'samr':
      return amrPackets('narrow');
    case 'sawb':
      return amrPackets('wide');
    default:
      return undefined;
  }
}

/** How packets are counted. */
interface Counting {
  readonly packets: PacketMeter;
  readonly description: Description;
}

/** Undefined where packets have sizes of their own, and there is no table of them. */
function countPackets(
  bytes: ByteWindow,
  sound: Chunk,
  table: Chunk | undefined,
  { packets, description }: Counting,
): Walked | undefined {
  const { packetBytes, packetSamples } = description;
  if (packetBytes === 0 && !table) return undefined;
  const sizes = new PacketTable(bytes.another(), table);
  let seconds = 0;
  const most = packetBytes > 0 ? Infinity : sizes.length;
  let at = sound.start;
  for (let count = 0; at < sound.end && count < most; count += 1) {
    const sizeBytes = packetBytes || sizes.next();
    // The number of samples of each, which the codec tells better.
    if (packetBytes === 0 && packetSamples === 0) sizes.next();
    if (sizeBytes === undefined || at + sizeBytes > sound.end) break;
    seconds += packets.secondsOf(bytes.view(at, Math.min(packets.headBytes, sizeBytes)), sizeBytes);
    at += sizeBytes;
  }
  return { seconds, method: 'counted', codec: packets.codec };
}

/** Numbers of variable length: seven bits in a byte, the highest bit where another one follows. */
class PacketTable {
  /** How many packets it says that it has. */
  readonly length: number;
  private at: number;
  private readonly end: number;

  constructor(
    private readonly bytes: ByteWindow,
    table: Chunk | undefined,
  ) {
    this.end = table?.end ?? 0;
    this.at = table ? table.start + TABLE_HEADER_BYTES : 0;
    this.length = this.at < this.end && table ? bytes.uint64BE(table.start) : 0;
  }

  /** Undefined at the end. */
  next(): number | undefined {
    let value = 0;
    while (this.at < this.end) {
      const byte = this.bytes.byte(this.at);
      this.at += 1;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return undefined;
  }
}
