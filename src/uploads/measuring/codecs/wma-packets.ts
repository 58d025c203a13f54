import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';
import type { Walked } from '../walk.js';
import { walkBlocks } from './block-run.js';

/** Windows Media Audio 1 and 2, by the codec's number (`WAVE_FORMAT_...` in Microsoft's mmreg.h). */
const VERSIONS = new Map([
  [0x160, 1],
  [0x161, 2],
]);
/** Of a WAVEFORMATEX, before what the codec adds to it. */
const FORMAT_BYTES = 18;
/** In those flags: a packet holds several frames, of which the first began in the packet before. */
const HAS_RESERVOIR = 2;
/** Less than the 5,000 of the lowest setting that there is: a packet that is too short for a frame of it is none. */
const MIN_BITS_PER_SECOND = 2_000;

/** How many frames are in packets of Windows Media Audio 1 or 2. */
export interface WmaPackets {
  readonly packetBytes: number;
  /** Of each frame. */
  readonly frameSeconds: number;
  /**
   * Frames that end in a packet.
   * @param first its first byte
   * @param isNext a packet came before it
   */
  framesIn(first: number, isNext: boolean): number;
}

/**
 * @param format WAVEFORMATEX
 * @returns undefined where it is another codec
 */
export function wmaPackets(format: Buffer): WmaPackets | undefined {
  if (format.length < FORMAT_BYTES) return undefined;
  const version = VERSIONS.get(format.readUInt16LE(0));
  const sampleRate = format.readUInt32LE(4);
  const packetBytes = format.readUInt16LE(12);
  const flagsAt = FORMAT_BYTES + (version === 1 ? 2 : 4);
  if (version === undefined || packetBytes === 0 || sampleRate < 1_000 || format.length < flagsAt + 2) return undefined;
  const frameSeconds = frameSamples(sampleRate, version) / sampleRate;
  if (packetBytes * 8 < MIN_BITS_PER_SECOND * frameSeconds) return undefined;
  const hasReservoir = (format.readUInt16LE(flagsAt) & HAS_RESERVOIR) !== 0;
  return {
    packetBytes,
    frameSeconds,
    // Four bits of number, four of how many; the first packet has no beginning of its first frame.
    framesIn: (first, isNext) => (hasReservoir ? Math.max(0, (first & 15) - (isNext ? 0 : 1)) : 1),
  };
}

function frameSamples(sampleRate: number, version: number): number {
  if (sampleRate <= 16_000) return 512;
  if (sampleRate <= 22_050 || (sampleRate <= 32_000 && version === 1)) return 1024;
  return sampleRate <= 48_000 ? 2048 : 4096;
}

/** Adds up the frames of packets that stand one behind the other, as in WAV and AVI. */
export function countWma(run: ByteRun, steps: StepBudget, { packetBytes, framesIn, frameSeconds }: WmaPackets): Walked {
  let frames = 0;
  let isNext = false;
  walkBlocks(run, steps, packetBytes, (packet) => {
    if (packet.length === packetBytes) frames += framesIn(packet.readUInt8(0), isNext);
    isNext = true;
  });
  return wmaSound(frames, frameSeconds);
}

/** How long so many frames play: they overlap by half, so the first one gives nothing yet. */
export function wmaSound(frames: number, frameSeconds: number): Walked {
  return { seconds: Math.max(0, frames - 1) * frameSeconds, method: 'counted', codec: 'wma' };
}
