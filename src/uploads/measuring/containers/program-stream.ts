import type { ByteRun } from '../byte-run.js';
import type { ByteWindow } from '../byte-window.js';
import { ac3 } from '../codecs/ac3.js';
import { countAnyFrames } from '../codecs/any-frames.js';
import { dts } from '../codecs/dts.js';
import { countFrames } from '../codecs/frame-walk.js';
import { GatheredRun, type Stretch } from '../gathered-run.js';
import type { StepBudget } from '../step-budget.js';
import { noSound, type Walk, type Walked } from '../walk.js';
import { programPackets, type ProgramPacket } from './program-packets.js';

/** Streams that are tried one after the other, where the first has nothing to be counted. */
const MAX_TRIES = 4;
const PRIVATE_1 = 0xbd;
/** The numbers of MPEG's own sound. */
const [FIRST_SOUND, LAST_SOUND] = [0xc0, 0xdf] as const;
/** Added to the number of a part of the private stream, to tell it from streams. */
const PARTS = 0x100;
/** AC-3 in a private stream without the header that discs put before it. */
const BARE_AC3 = 0x0b77;

/** What a private stream of a disc holds, by the first byte of its packets. */
type PrivateCodec = 'ac3' | 'dts' | 'pcm' | 'unknown';
const PRIVATE_CODECS: readonly { readonly from: number; readonly to: number; readonly codec: PrivateCodec }[] = [
  { from: 0x80, to: 0x87, codec: 'ac3' },
  { from: 0x88, to: 0x8f, codec: 'dts' },
  { from: 0x98, to: 0x9f, codec: 'dts' },
  { from: 0xa0, to: 0xaf, codec: 'pcm' },
  // Meridian's lossless packing.
  { from: 0xb0, to: 0xbf, codec: 'unknown' },
  { from: 0xc0, to: 0xcf, codec: 'ac3' },
];
/** The number of the stream, how many frames begin in the packet, and where the first of them does. */
const PRIVATE_HEADER_BYTES = 4;
/** With what samples of DVD are: emphasis, bits and rate, dynamic range. */
const PCM_HEADER_BYTES = 7;
const PCM_BITS = [16, 20, 24] as const;
const PCM_RATES = [48_000, 96_000, 44_100, 32_000] as const;

/** What is no sound: pictures by their stream, subtitles of DVD by the first byte of a private one. */
const [FIRST_PICTURE, LAST_PICTURE] = [0xe0, 0xef] as const;
const [FIRST_SUBTITLE, LAST_SUBTITLE] = [0x20, 0x3f] as const;

/** A stretch of sound in a packet, and whose it is. */
interface SoundPacket extends Stretch {
  /** Tells its stream from the others. */
  readonly stream: number;
  readonly codec: PrivateCodec | 'any';
  /** Of samples, how long they play. */
  readonly seconds: number;
}

/** MPEG program streams, of DVDs, Video CDs and cameras: the frames of the first stream of sound. */
export const walkProgramStream: Walk = (bytes, steps) => {
  const tried = new Set<number>();
  /** There are packets, and all are of pictures and subtitles. */
  let isSilent: boolean | undefined;
  for (const packet of programPackets(bytes, steps)) {
    const sound = soundOf(packet, bytes);
    isSilent = isSilent !== false && !sound && isSeen(packet, bytes);
    if (!sound || tried.has(sound.stream)) continue;
    const walked = countStream(sound, bytes, steps);
    if (walked) return walked;
    tried.add(sound.stream);
    if (tried.size === MAX_TRIES) break;
  }
  return isSilent ? noSound : undefined;
};

function countStream({ stream, codec }: SoundPacket, bytes: ByteWindow, steps: StepBudget): Walked | undefined {
  const run = (): ByteRun => new GatheredRun(bytes, packetsOf(stream, bytes, steps));
  switch (codec) {
    case 'any':
      return countAnyFrames(run, steps);
    case 'ac3':
      return countFrames(run(), steps, ac3);
    case 'dts':
      return countFrames(run(), steps, dts);
    case 'pcm': {
      let seconds = 0;
      for (const packet of packetsOf(stream, bytes, steps)) seconds += packet.seconds;
      return seconds > 0 ? { seconds, method: 'counted', codec } : undefined;
    }
    case 'unknown':
      return undefined;
  }
}

function* packetsOf(stream: number, bytes: ByteWindow, steps: StepBudget): Generator<SoundPacket, undefined> {
  for (const packet of programPackets(bytes, steps)) {
    const sound = soundOf(packet, bytes);
    if (sound?.stream === stream) yield sound;
  }
  return undefined;
}

/** Undefined where the packet has none that is known here. */
function soundOf({ id, from, to }: ProgramPacket, bytes: ByteWindow): SoundPacket | undefined {
  if (id >= FIRST_SOUND && id <= LAST_SOUND) return { stream: id, codec: 'any', seconds: 0, from, to };
  if (id !== PRIVATE_1 || to - from < PCM_HEADER_BYTES) return undefined;
  const head = bytes.view(from, PCM_HEADER_BYTES);
  const part = head.readUInt8(0);
  if (head.readUInt16BE(0) === BARE_AC3) return { stream: PARTS, codec: 'ac3', seconds: 0, from, to };
  const codec = PRIVATE_CODECS.find((it) => part >= it.from && part <= it.to)?.codec;
  if (codec === undefined) return undefined;
  const stream = PARTS + part;
  if (codec !== 'pcm') return { stream, codec, seconds: 0, from: from + PRIVATE_HEADER_BYTES, to };
  const begin = from + PCM_HEADER_BYTES;
  return { stream, codec, seconds: (to - begin) * secondsPerByte(head.readUInt8(5)), from: begin, to };
}

/** Two bits each of the size of a sample and of the rate, and three of how many channels there are; 0 where it is none of them. */
function secondsPerByte(codes: number): number {
  const bits = PCM_BITS[(codes >> 6) as 0 | 1 | 2];
  const rate = PCM_RATES[((codes >> 4) & 3) as 0 | 1 | 2 | 3];
  const channels = (codes & 7) + 1;
  return bits ? 8 / (bits * channels * rate) : 0;
}

/** Pictures and subtitles. */
function isSeen({ id, from }: ProgramPacket, bytes: ByteWindow): boolean {
  if (id !== PRIVATE_1) return id >= FIRST_PICTURE && id <= LAST_PICTURE;
  const part = bytes.byte(from);
  return part >= FIRST_SUBTITLE && part <= LAST_SUBTITLE;
}
