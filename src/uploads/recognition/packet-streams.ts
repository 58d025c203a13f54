import type { AudioContainerName } from '../../domain/audio-container.js';
import type { ByteWindow } from '../measuring/byte-window.js';

/** So many packets in a row are no accident. */
const PACKETS = 5;

/** Bytes from one packet of MPEG-TS to the next: bare, with a time stamp before each, with error correction behind each. */
const TS_STRIDES = [188, 192, 204] as const;

/** Streams that have no header of their own: packets from the start on, each with its mark and its length. */
const STREAMS: readonly {
  readonly container: AudioContainerName;
  /** How many bytes the packet at a position has; undefined where none begins. */
  packetBytes(bytes: ByteWindow, at: number): number | undefined;
}[] = [
  { container: 'ac3', packetBytes: ac3FrameBytes },
  { container: 'eac3', packetBytes: eac3FrameBytes },
  { container: 'latm', packetBytes: latmFrameBytes },
];

/** The kind of the packets that begin at a position; undefined where none do. MPEG-TS and -PS may begin inside a packet. */
export function containerByPackets(bytes: ByteWindow, at: number): AudioContainerName | undefined {
  const known = STREAMS.find(
    ({ packetBytes }) => countPackets(bytes, at, (position) => packetBytes(bytes, position)) >= 2,
  );
  if (known) return known.container;
  if (isTransportStream(bytes, at)) return 'ts';
  return isProgramStream(bytes, at) ? 'mpeg' : undefined;
}

/** How many packets follow each other, up to {@link PACKETS}; 0 where something else comes before that. */
function countPackets(bytes: ByteWindow, start: number, packetBytes: (at: number) => number | undefined): number {
  let at = start;
  for (let count = 0; count < PACKETS; count += 1) {
    // What is cut off at the end is no contradiction.
    if (!bytes.has(at, 6)) return count;
    const length = packetBytes(at);
    if (length === undefined) return 0;
    at += length;
  }
  return PACKETS;
}

function isTransportStream(bytes: ByteWindow, start: number): boolean {
  return TS_STRIDES.some((stride) => {
    for (let offset = 0; offset < stride; offset += 1) {
      if (countPackets(bytes, start + offset, (at) => (isTsPacket(bytes, at) ? stride : undefined)) >= 3) return true;
    }
    return false;
  });
}

/** ISO/IEC 13818-1, 2.4.3.2: the sync byte, no transport error, and a payload or an adaptation field. */
function isTsPacket(bytes: ByteWindow, at: number): boolean {
  return bytes.byte(at) === 0x47 && (bytes.byte(at + 1) & 0x80) === 0 && (bytes.byte(at + 3) & 0x30) !== 0;
}

/** Every pack of MPEG-PS begins with it. */
const PACK_START = Buffer.from([0, 0, 1, 0xba]);
/** How far the first whole pack is looked for: behind the longest packet. */
const PACK_SEARCH_BYTES = 66_000;
/** What looks like a pack and is none. */
const MAX_STRAY_PACKS = 100;

function isProgramStream(bytes: ByteWindow, start: number): boolean {
  const head = bytes.view(start, PACK_SEARCH_BYTES);
  const packs: number[] = [];
  for (let at = head.indexOf(PACK_START); at !== -1; at = head.indexOf(PACK_START, at + 1)) {
    if (packs.push(start + at) === MAX_STRAY_PACKS) break;
  }
  return packs.some((pack) => countPackets(bytes, pack, (at) => programPacketBytes(bytes, at)) >= 3);
}

/** Of the header of a pack (ISO/IEC 11172-1, 2.4.3.2; 13818-1, 2.5.3.3), or of a packet with its length. */
function programPacketBytes(bytes: ByteWindow, at: number): number | undefined {
  if (bytes.uintBE(at, 3) !== 1) return undefined;
  const id = bytes.byte(at + 3);
  if (id > 0xba) return 6 + bytes.uintBE(at + 4, 2);
  if (id < 0xba) return undefined;
  const mark = bytes.byte(at + 4);
  if (mark >> 4 === 2) return 12;
  return mark >> 6 === 1 ? 14 + (bytes.peek(at + 13) & 7) : undefined;
}

/** In kbit/s: ETSI TS 102 366, table 4.13. */
const AC3_BIT_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
const AC3_SAMPLE_RATES = [48_000, 44_100, 32_000];
const AC3_FRAME_SAMPLES = 1536;

/** Up to version 10 of the bit stream it is AC-3, above it is E-AC-3. */
function ac3FrameBytes(bytes: ByteWindow, at: number): number | undefined {
  if (bytes.uintBE(at, 2) !== 0x0b77 || bytes.byte(at + 5) >> 3 > 10) return undefined;
  const code = bytes.byte(at + 4);
  const sampleRate = AC3_SAMPLE_RATES[code >> 6];
  const bitRate = AC3_BIT_RATES[(code & 63) >> 1];
  if (sampleRate === undefined || bitRate === undefined) return undefined;
  const words = Math.floor((bitRate * 1000 * AC3_FRAME_SAMPLES) / (16 * sampleRate));
  // At 44.1 kHz frames do not come out even: odd codes have a word more.
  return 2 * (words + (sampleRate === 44_100 ? code & 1 : 0));
}

function eac3FrameBytes(bytes: ByteWindow, at: number): number | undefined {
  const version = bytes.byte(at + 5) >> 3;
  if (bytes.uintBE(at, 2) !== 0x0b77 || version <= 10 || version > 16) return undefined;
  return 2 * ((bytes.uintBE(at + 2, 2) & 0x7ff) + 1);
}

/** LOAS, ISO/IEC 14496-3, 1.7.2: eleven bits of sync and thirteen of length, without these three bytes. */
function latmFrameBytes(bytes: ByteWindow, at: number): number | undefined {
  const header = bytes.uintBE(at, 3);
  return header >> 13 === 0x2b7 ? (header & 0x1fff) + 3 : undefined;
}
