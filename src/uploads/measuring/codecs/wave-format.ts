import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';
import type { Walked } from '../walk.js';
import { ac3 } from './ac3.js';
import { adts } from './adts.js';
import { walkBlocks } from './block-run.js';
import { dts } from './dts.js';
import { countFlacFrames } from './flac-frames.js';
import { flashAdpcmPackets } from './flash-packets.js';
import { countFrames } from './frame-walk.js';
import { countMpegAudio } from './mpeg-audio.js';
import { evenSound, type SampleSound } from './sample-sound.js';
import { countWma, wmaPackets } from './wma-packets.js';

type Count = (run: ByteRun, steps: StepBudget) => Walked | undefined;

/** What a WAVEFORMATEX says of the sound: samples of a fixed size, or frames that have to be counted. */
export type WaveSound = SampleSound | { readonly count: Count };

/** The longest header that a codec needs. */
export const MAX_WAVE_FORMAT_BYTES = 64;

const MIN_BYTES = 16;
const EXTENSIBLE = 0xfffe;
/** Numbers beyond these are no description of sound. */
const RANGES = { sampleRate: [1_000, 768_000], channels: [1, 64], bitsPerSample: [1, 64] } as const;

/** The fields that codecs are told by. */
interface Fields {
  /** All of it, good until the bytes are read again. */
  readonly format: Buffer;
  /** In hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly blockBytes: number;
  readonly bitsPerSample: number;
}

/** Bytes and samples of what is repeated, by the codec's number (`WAVE_FORMAT_...` in Microsoft's mmreg.h). */
const SAMPLES: Readonly<Record<number, (fields: Fields) => readonly [codec: string, bytes: number, samples: number]>> =
  {
    0x0001: pcm,
    0x0002: ({ channels, blockBytes }) => ['adpcm', blockBytes, (2 * (blockBytes - 7 * channels)) / channels + 2],
    0x0003: pcm,
    0x0006: ({ channels }) => ['alaw', channels, 1],
    0x0007: ({ channels }) => ['mulaw', channels, 1],
    0x0010: okiAdpcm,
    0x0011: ({ channels, blockBytes, bitsPerSample }) => {
      const bits = bitsPerSample >= 2 && bitsPerSample <= 5 ? bitsPerSample : 4;
      return ['adpcm', blockBytes, (8 * (blockBytes - 4 * channels)) / (bits * channels) + 1];
    },
    0x0014: () => ['g723.1', 24, 240],
    0x0017: okiAdpcm,
    0x0020: ({ channels }) => ['adpcm', channels, 2],
    0x0022: () => ['truespeech', 32, 240],
    0x0031: () => ['gsm', 65, 320],
    0x0042: () => ['g723.1', 24, 240],
    0x0040: g726,
    0x0045: g726,
    0x0064: g726,
    0x0065: () => ['g722', 1, 2],
    0x0083: () => ['g729', 10, 80],
    0x028f: () => ['g722', 1, 2],
  };

const FRAMES: Readonly<Record<number, Count>> = {
  0x0050: countMpegAudio,
  0x0055: countMpegAudio,
  0x00ff: (run, steps) => countFrames(run, steps, adts),
  0x1600: (run, steps) => countFrames(run, steps, adts),
  0x2000: (run, steps) => countFrames(run, steps, ac3),
  0x2001: (run, steps) => countFrames(run, steps, dts),
};

/** What is counted by what its header tells of every block. */
const BLOCKS: Readonly<Record<number, (fields: Fields) => Count | undefined>> = {
  0x0160: wma,
  0x0161: wma,
  0x5346: flashAdpcm,
  0xf1ac: ({ sampleRate }) => {
    return (run, steps) => {
      const { seconds } = countFlacFrames(run, steps, 0, sampleRate);
      return { seconds, method: 'counted', codec: 'flac' };
    };
  },
};

function wma({ format }: Fields): Count | undefined {
  const packets = wmaPackets(format);
  return packets && ((run, steps) => countWma(run, steps, packets));
}

function flashAdpcm({ sampleRate, channels, blockBytes }: Fields): Count | undefined {
  if (blockBytes === 0) return undefined;
  const meter = flashAdpcmPackets(sampleRate, channels);
  return (run, steps) => {
    let seconds = 0;
    walkBlocks(run, steps, blockBytes, (block) => {
      seconds += meter.secondsOf(block, block.length);
    });
    return { seconds, method: 'counted', codec: meter.codec };
  };
}

/** Of Oki and Dialogic, for telephony: four bits a sample. */
function okiAdpcm({ channels }: Fields): readonly [string, number, number] {
  return ['adpcm', channels, 2];
}

function pcm({ channels, bitsPerSample }: Fields): readonly [string, number, number] {
  return ['pcm', isIn(RANGES.bitsPerSample, bitsPerSample) ? channels * Math.ceil(bitsPerSample / 8) : 0, 1];
}

/** Samples of two to five bits. */
function g726({ channels, bitsPerSample }: Fields): readonly [string, number, number] {
  const bits = bitsPerSample >= 2 && bitsPerSample <= 5 ? bitsPerSample : 4;
  return ['g726', bits * channels, 8];
}

/**
 * What plays how long, by the codec's own sizes rather than by the byte rate and block size that the header claims.
 * @returns undefined where it is nonsense, or another codec
 */
export function readWaveFormat(format: Buffer, isBigEndian = false): WaveSound | undefined {
  if (format.length < MIN_BYTES) return undefined;
  const integer = (at: number, count: 2 | 4): number =>
    isBigEndian ? format.readUIntBE(at, count) : format.readUIntLE(at, count);
  const tag = integer(0, 2);
  const codec = tag === EXTENSIBLE && format.length >= 26 ? integer(24, 2) : tag;
  const [channels, sampleRate] = [integer(2, 2), integer(4, 4)];
  if (!isIn(RANGES.sampleRate, sampleRate) || !isIn(RANGES.channels, channels)) return undefined;
  const fields = { format, sampleRate, channels, blockBytes: integer(12, 2), bitsPerSample: integer(14, 2) };
  const count = FRAMES[codec] ?? BLOCKS[codec]?.(fields);
  if (count) return { count };
  const samples = SAMPLES[codec];
  if (!samples) return undefined;
  const [name, bytes, each] = samples(fields);
  return evenSound(name, bytes, each / sampleRate);
}

function isIn([lowest, highest]: readonly [number, number], value: number): boolean {
  return value >= lowest && value <= highest;
}
