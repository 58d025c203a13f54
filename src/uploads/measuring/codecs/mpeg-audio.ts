import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';
import type { Walked } from '../walk.js';
import { walkFrames, type Frame, type FrameCodec } from './frame-walk.js';

/** Bit rates in kbit/s by the four bits of the header (ISO/IEC 11172-3, 2.4.2.3; 13818-3 for half the sample rates). */
const BIT_RATES = {
  full: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  half: {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const;

/** In hertz, of MPEG 1; those of MPEG 2 are half, and those of MPEG 2.5 a quarter of them. */
const SAMPLE_RATES = [44_100, 48_000, 32_000] as const;

const HEADER_BYTES = 4;
/** Layer II of 160 kbit/s at 8 kHz, and its padding. */
const MAX_FRAME_BYTES = 2881;
/** Far beyond the 640 kbit/s at which a decoder need not follow. */
const MAX_FREE_FORMAT_BYTES = 8 * 1024;

interface Header extends Frame {
  /** 0 = free format, whose frames tell their length only by where the next one begins. */
  readonly kbitsPerSecond: number;
  readonly isPadded: boolean;
}

function readHeader(bytes: Buffer, offset: number): Header | undefined {
  const [first = 0, second = 0, third = 0] = [bytes[offset], bytes[offset + 1], bytes[offset + 2]];
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const version = (second >> 3) & 3;
  const layer = 4 - ((second >> 1) & 3);
  const fullRate = SAMPLE_RATES[(third >> 2) & 3];
  if (version === 1 || !isLayer(layer) || fullRate === undefined) return undefined;
  const isFull = version === 3;
  const kbitsPerSecond = BIT_RATES[isFull ? 'full' : 'half'][layer][third >> 4];
  if (kbitsPerSecond === undefined) return undefined;
  const sampleRate = fullRate / (isFull ? 1 : version === 2 ? 2 : 4);
  const samples = layer === 1 ? 384 : layer === 3 && !isFull ? 576 : 1152;
  const isPadded = (third & 2) !== 0;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((samples * kbitsPerSecond * 125) / slotBytes / sampleRate) + (isPadded ? 1 : 0);
  const kind = ((second & 0x1e) << 8) | (third & 0x0c);
  return { lengthBytes: slots * slotBytes, samples, sampleRate, kind, kbitsPerSecond, isPadded };
}

function isLayer(layer: number): layer is 1 | 2 | 3 {
  return layer >= 1 && layer <= 3;
}

/** MPEG 1, 2 and 2.5 audio, layers I, II and III. */
export const mpegAudio: FrameCodec = {
  name: 'mp3',
  mark: 0xff,
  headerBytes: HEADER_BYTES,
  maxFrameBytes: MAX_FRAME_BYTES,
  frameAt(bytes, offset) {
    const header = readHeader(bytes, offset);
    return header?.kbitsPerSecond ? header : undefined;
  },
};

/**
 * A stream of free format, which has to begin at the beginning: all its frames are as long as the way to the second one, but for
 * their padding.
 */
function freeFormat(head: Buffer): FrameCodec | undefined {
  const first = readHeader(head, 0);
  if (!first || first.kbitsPerSecond !== 0) return undefined;
  const slotBytes = first.samples === 384 ? 4 : 1;
  const isLike = (offset: number): Header | undefined => {
    const header = readHeader(head, offset);
    return header?.kbitsPerSecond === 0 && header.kind === first.kind ? header : undefined;
  };
  for (let second = head.indexOf(0xff, HEADER_BYTES); second !== -1; second = head.indexOf(0xff, second + 1)) {
    const padded = isLike(second);
    if (!padded) continue;
    const bareBytes = second - (first.isPadded ? slotBytes : 0);
    const lengthOf = ({ isPadded }: Header): number => bareBytes + (isPadded ? slotBytes : 0);
    if (bareBytes < HEADER_BYTES || !isLike(second + lengthOf(padded))) continue;
    return {
      ...mpegAudio,
      maxFrameBytes: MAX_FREE_FORMAT_BYTES,
      frameAt(bytes, offset) {
        const header = readHeader(bytes, offset);
        if (!header || header.kbitsPerSecond !== 0 || header.kind !== first.kind) return undefined;
        return { ...header, lengthBytes: lengthOf(header) };
      },
    };
  }
  return undefined;
}

/** What an encoder put before and behind the sound, as it notes in a frame of its own that holds none. */
interface Notes {
  /** Frames that it counted; only where they are all there, what it put behind them is, too. */
  readonly frames: number | undefined;
  /** Samples before the sound. */
  readonly delay: number;
  /** Samples behind it. */
  readonly padding: number;
}

/** What a decoder is behind, in samples, which LAME's figures leave out. */
const DECODER_DELAY = 529;
/** Where `Xing` may stand: behind the side information of one and of two channels, of half and of full rates. */
const XING_OFFSETS = [13, 21, 36] as const;
const VBRI_OFFSET = 36;
/** From the name to LAME's part, and in it to its two numbers of 12 bits. */
const LAME_OFFSET = 120;
const DELAYS_OFFSET = 141;

/** The notes of Xing, LAME and Fraunhofer: http://gabriel.mp3-tech.org/mp3infotag.html */
function readNotes(frame: Buffer): Notes | undefined {
  const textAt = (offset: number): string => frame.toString('latin1', offset, offset + 4);
  const xing = XING_OFFSETS.find((offset) => ['Xing', 'Info'].includes(textAt(offset)));
  if (xing === undefined) {
    return textAt(VBRI_OFFSET) === 'VBRI' ? { frames: undefined, delay: 0, padding: 0 } : undefined;
  }
  const hasCount = frame.length >= xing + 12 && (frame.readUInt32BE(xing + 4) & 1) === 1;
  const frames = hasCount ? frame.readUInt32BE(xing + 8) : undefined;
  const hasDelays =
    frame.length >= xing + DELAYS_OFFSET + 3 && ['LAME', 'Lavf', 'Lavc'].includes(textAt(xing + LAME_OFFSET));
  const delays = hasDelays ? frame.readUIntBE(xing + DELAYS_OFFSET, 3) : 0;
  const delay = delays >> 12;
  const padding = delays & 0xfff;
  return hasDelays
    ? { frames, delay: delay + DECODER_DELAY, padding: Math.max(0, padding - DECODER_DELAY) }
    : { frames, delay: 0, padding: 0 };
}

/**
 * Adds up the frames of MPEG audio, without the very first one if it holds an encoder's notes, and without what the encoder put around
 * the sound, once. Nothing else in those notes is believed. Undefined where there is no frame.
 */
export function countMpegAudio(run: ByteRun, steps: StepBudget): Walked | undefined {
  const head = run.view(0, 3 * MAX_FREE_FORMAT_BYTES);
  const codec = freeFormat(head) ?? mpegAudio;
  const first = codec.frameAt(head, 0);
  const notes = first && readNotes(head.subarray(0, first.lengthBytes));
  let seconds = 0;
  let frames = 0;
  let sampleRate = 1;
  walkFrames(run, steps, codec, (frame) => {
    frames += 1;
    if (frames === 1 && notes) return;
    sampleRate = frame.sampleRate;
    seconds += frame.samples / sampleRate;
  });
  if (frames === 0) return undefined;
  const around = notes ? notes.delay + (notes.frames === frames - 1 ? notes.padding : 0) : 0;
  const trimmed = seconds - around / sampleRate;
  return { seconds: trimmed > 0 ? trimmed : seconds, method: 'counted', codec: codec.name };
}
