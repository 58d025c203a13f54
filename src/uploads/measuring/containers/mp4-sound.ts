import type { ByteWindow } from '../byte-window.js';
import { aacPackets } from '../codecs/aac-packets.js';
import { ac3Packets } from '../codecs/ac3-packets.js';
import { alacPackets } from '../codecs/alac-packets.js';
import { amrPackets } from '../codecs/amr-packets.js';
import { dtsPackets } from '../codecs/dts-packets.js';
import { flacPackets, flacRate } from '../codecs/flac-packets.js';
import { mpegPackets } from '../codecs/mpeg-packets.js';
import { opusPackets } from '../codecs/opus-packets.js';
import { evenPackets, type PacketMeter } from '../codecs/packet-meter.js';
import { boxesIn, type Box } from './mp4-boxes.js';
import { readSoundConfiguration } from './mp4-configuration.js';

/** Sound that is not compressed, or in blocks that all are as long. */
export interface BlockSound {
  readonly blockBytes: number;
  /** Samples of each channel in a block. */
  readonly blockSamples: number;
  readonly samplesPerSecond: number;
}

/** What the description of a track's samples says of its sound; with neither `packets` nor `blocks` only times tell. */
export interface Mp4Sound {
  readonly codec: string;
  readonly channels: number;
  readonly packets?: PacketMeter;
  readonly blocks?: BlockSound;
}

/** A block of all channels or of one. */
interface BlockSize {
  readonly bytes: number;
  readonly samples: number;
}

/** What is told of the sound before its codec's own configuration. */
interface Description {
  readonly format: string;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly samplesPerSecond: number;
  /** As QuickTime's description of compressed sound tells it. */
  readonly block?: BlockSize;
  /** The contents of the boxes of configuration, by name. */
  readonly boxes: ReadonlyMap<string, Buffer>;
}

/** Bytes before the boxes of configuration, by QuickTime's version of the description. */
const FIXED_BYTES = { iso: 28, quickTime1: 44, quickTime2: 64 } as const;
/** No configuration that matters is longer, and a description has a handful of them. */
const MAX_CONFIGURATION_BYTES = 4096;
const MAX_BOXES = 64;

/**
 * The sound of a track by the first description of its samples.
 * @param table the box `stsd`
 * @param timescale of the track: the rate where the description tells none
 */
export function readMp4Sound(bytes: ByteWindow, table: Box, timescale: number): Mp4Sound | undefined {
  const description = readDescription(bytes, table, timescale);
  if (!description) return undefined;
  const { format, channels } = description;
  const packets = packetsOf(description);
  const blocks = blocksOf(description);
  return { codec: packets?.codec ?? (blocks ? 'pcm' : format.trim()), channels, packets, blocks };
}

function readDescription(bytes: ByteWindow, table: Box, timescale: number): Description | undefined {
  const [entry] = boxesIn(bytes, table.start + 8, table.end);
  if (!entry) return undefined;
  const fixed = bytes.view(entry.start, Math.min(FIXED_BYTES.quickTime2, entry.end - entry.start));
  if (fixed.length < FIXED_BYTES.iso) return undefined;
  const format = entry.name;
  const told = { format, channels: fixed.readUInt16BE(16), bitsPerSample: fixed.readUInt16BE(18) };
  const rate = fixed.readUInt16BE(24) || timescale;
  // Version 1 of the table itself is ISO's way to tell higher rates; versions of its entries are QuickTime's.
  const version = fixed.readUInt16BE(8);
  if (version === 2 && fixed.length >= FIXED_BYTES.quickTime2) {
    return {
      format,
      channels: fixed.readUInt32BE(40),
      bitsPerSample: fixed.readUInt32BE(48),
      samplesPerSecond: fixed.readDoubleBE(32),
      boxes: readBoxes(bytes, entry.start + FIXED_BYTES.quickTime2, entry.end),
    };
  }
  const isQuickTime1 = version === 1 && bytes.byte(table.start) === 0;
  const fixedBytes = isQuickTime1 ? FIXED_BYTES.quickTime1 : FIXED_BYTES.iso;
  const boxes = readBoxes(bytes, entry.start + fixedBytes, entry.end);
  if (!isQuickTime1 || fixed.length < FIXED_BYTES.quickTime1) return { ...told, samplesPerSecond: rate, boxes };
  const block = { samples: fixed.readUInt32BE(28), bytes: fixed.readUInt32BE(36) };
  return { ...told, samplesPerSecond: rate, block, boxes };
}

/** With those in the box `wave`, where QuickTime puts them. */
function readBoxes(
  bytes: ByteWindow,
  from: number,
  to: number,
  found = new Map<string, Buffer>(),
): Map<string, Buffer> {
  for (const { name, start, end } of boxesIn(bytes, from, to)) {
    if (found.size >= MAX_BOXES) break;
    if (name === 'wave') readBoxes(bytes, start, end, found);
    else found.set(name, Buffer.from(bytes.view(start, Math.min(end - start, MAX_CONFIGURATION_BYTES))));
  }
  return found;
}

/** Bytes of version and flags in front of a configuration. */
const VERSION_BYTES = 4;
/** STREAMINFO behind the header of its metadata block. */
const STREAM_INFO_AT = VERSION_BYTES + 4;

function packetsOf({ format, samplesPerSecond, boxes }: Description): PacketMeter | undefined {
  switch (format) {
    case 'mp4a':
      return packetsOfMpeg4(boxes.get('esds'), samplesPerSecond);
    case '.mp3':
    case 'mp3 ':
    case 'ms\0U':
      return mpegPackets;
    case 'alac':
      return alacPackets((boxes.get('alac') ?? Buffer.alloc(0)).subarray(VERSION_BYTES));
    case 'Opus':
      return opusPackets;
    case 'fLaC':
      return flacPackets(flacRate((boxes.get('dfLa') ?? Buffer.alloc(0)).subarray(STREAM_INFO_AT)) || samplesPerSecond);
    case 'ac-3':
    case 'sac3':
    case 'ec-3':
      return ac3Packets;
    case 'dtsc':
    case 'dtsh':
    case 'dtsl':
      return dtsPackets;
    case 'samr':
      return amrPackets('narrow');
    case 'sawb':
      return amrPackets('wide');
    default:
      return undefined;
  }
}

/** Object types of MPEG-4 systems: https://mp4ra.org/registered-types/object-types */
const OBJECT_TYPE = {
  aac: [0x40, 0x66, 0x67, 0x68],
  mpegAudio: [0x69, 0x6b],
  ac3: [0xa5, 0xa6],
  dts: [0xa9],
  opus: [0xad],
} as const satisfies Record<string, readonly number[]>;

function packetsOfMpeg4(descriptor: Buffer | undefined, samplesPerSecond: number): PacketMeter | undefined {
  const { objectType, configuration } = readSoundConfiguration(descriptor?.subarray(VERSION_BYTES));
  const isOf = (types: readonly number[]): boolean => objectType !== undefined && types.includes(objectType);
  if (isOf(OBJECT_TYPE.mpegAudio)) return mpegPackets;
  if (isOf(OBJECT_TYPE.ac3)) return ac3Packets;
  if (isOf(OBJECT_TYPE.dts)) return dtsPackets;
  if (isOf(OBJECT_TYPE.opus)) return opusPackets;
  if (objectType !== undefined && !isOf(OBJECT_TYPE.aac)) return undefined;
  // Without a configuration it can only be AAC of the usual kind.
  return configuration ? aacPackets(configuration) : evenPackets('aac', 1024 / samplesPerSecond);
}

/** Bytes of a sample of one channel; 0 = as many bits as the description says. */
const PCM_BYTES: Readonly<Record<string, number>> = {
  sowt: 0,
  twos: 0,
  lpcm: 0,
  ipcm: 0,
  fpcm: 0,
  NONE: 0,
  'raw ': 0,
  in24: 3,
  in32: 4,
  fl32: 4,
  fl64: 8,
  ulaw: 1,
  alaw: 1,
};
/** Blocks of one channel: 34 bytes of IMA ADPCM, 33 of GSM. */
const BLOCKS: Readonly<Record<string, BlockSize>> = {
  ima4: { bytes: 34, samples: 64 },
  agsm: { bytes: 33, samples: 160 },
};

/** ADPCM of Microsoft's two kinds, and MACE: only the description tells how large a block of theirs is. */
const DESCRIBED_BLOCKS: ReadonlySet<string> = new Set(['ms\0\x02', 'ms\0\x11', 'MAC3', 'MAC6']);

function blocksOf(description: Description): BlockSound | undefined {
  const { format, channels, bitsPerSample, samplesPerSecond, boxes, block: described } = description;
  if (described && described.bytes > 0 && described.samples > 0 && DESCRIBED_BLOCKS.has(format)) {
    return { blockBytes: described.bytes, blockSamples: described.samples, samplesPerSecond };
  }
  const block = Object.hasOwn(BLOCKS, format) ? BLOCKS[format] : undefined;
  const pcmBytes = Object.hasOwn(PCM_BYTES, format) ? PCM_BYTES[format] : undefined;
  const bits = boxes.get('pcmC')?.[VERSION_BYTES + 1] ?? bitsPerSample;
  const bytesPerChannel = block?.bytes ?? (pcmBytes === undefined ? 0 : pcmBytes || Math.ceil(bits / 8));
  const blockBytes = bytesPerChannel * channels;
  if (!(blockBytes > 0 && samplesPerSecond >= 1)) return undefined;
  return { blockBytes, blockSamples: block?.samples ?? 1, samplesPerSecond };
}
