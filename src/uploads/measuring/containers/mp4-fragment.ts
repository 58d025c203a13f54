import type { ByteWindow } from '../byte-window.js';
import { boxesIn, type Box } from './mp4-boxes.js';
import type { FragmentDefaults, Mp4Movie } from './mp4-movie.js';
import type { Mp4Samples } from './mp4-samples.js';

/** Flags of `tfhd`. */
const HEADER_FLAG = {
  baseOffset: 0x1,
  description: 0x2,
  ticks: 0x8,
  sizeBytes: 0x10,
  baseIsFragment: 0x20000,
} as const;
/** Flags of `trun`. */
const RUN_FLAG = {
  offset: 0x1,
  firstFlags: 0x4,
  ticks: 0x100,
  sizeBytes: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const;

/**
 * Adds the samples of a fragment to the tracks that it is of.
 * @param fragment the box `moof`
 */
export function readFragment(bytes: ByteWindow, fragment: Box, movie: Mp4Movie): void {
  // Where nothing else is said, a track's data follows that of the one before, and the first's is counted from the fragment.
  let dataEnd = fragment.at;
  for (const box of boxesIn(bytes, fragment.start, fragment.end)) {
    if (box.name === 'traf') dataEnd = readTrackFragment(bytes, box, { movie, fragmentAt: fragment.at, dataEnd });
  }
}

interface Surroundings {
  readonly movie: Mp4Movie;
  readonly fragmentAt: number;
  /** Where the data of the track before ended. */
  readonly dataEnd: number;
}

/** @returns where its data ends */
function readTrackFragment(bytes: ByteWindow, track: Box, { movie, fragmentAt, dataEnd }: Surroundings): number {
  let defaults: FragmentDefaults = { sampleTicks: 0, sampleBytes: 0 };
  let base = dataEnd;
  let at = dataEnd;
  let samples: Mp4Samples | undefined;
  for (const box of boxesIn(bytes, track.start, track.end)) {
    if (box.name === 'tfhd' && box.end - box.start >= 8) {
      const header = readHeader(bytes, box, movie);
      samples = movie.tracks.find(({ id }) => id === header.trackId)?.samples;
      defaults = header.defaults;
      base = header.baseOffset ?? (header.baseIsFragment ? fragmentAt : dataEnd);
      at = base;
    }
    if (box.name === 'trun' && box.end - box.start >= 8) at = readRun(bytes, box, { base, at, defaults, samples });
  }
  return at;
}

interface FragmentHeader {
  readonly trackId: number;
  readonly defaults: FragmentDefaults;
  readonly baseOffset?: number;
  readonly baseIsFragment: boolean;
}

function readHeader(bytes: ByteWindow, header: Box, movie: Mp4Movie): FragmentHeader {
  const flags = bytes.uintBE(header.start + 1, 3);
  const trackId = bytes.uintBE(header.start + 4, 4);
  const declared = movie.fragmentDefaults.get(trackId) ?? { sampleTicks: 0, sampleBytes: 0 };
  let at = header.start + 8;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const baseOffset = has(HEADER_FLAG.baseOffset) ? bytes.uint64BE(at) : undefined;
  at += has(HEADER_FLAG.baseOffset) ? 8 : 0;
  at += has(HEADER_FLAG.description) ? 4 : 0;
  const sampleTicks = has(HEADER_FLAG.ticks) ? bytes.uintBE(at, 4) : declared.sampleTicks;
  at += has(HEADER_FLAG.ticks) ? 4 : 0;
  const sampleBytes = has(HEADER_FLAG.sizeBytes) ? bytes.uintBE(at, 4) : declared.sampleBytes;
  return {
    trackId,
    defaults: { sampleTicks, sampleBytes },
    baseOffset,
    baseIsFragment: has(HEADER_FLAG.baseIsFragment),
  };
}

interface RunPlace {
  /** What its offset is counted from. */
  readonly base: number;
  /** Where its data is if it has no offset. */
  readonly at: number;
  readonly defaults: FragmentDefaults;
  /** Undefined for tracks of anything else, whose data is passed over. */
  readonly samples: Mp4Samples | undefined;
}

/** @returns where its data ends */
function readRun(bytes: ByteWindow, run: Box, { base, at, defaults, samples }: RunPlace): number {
  const flags = bytes.uintBE(run.start + 1, 3);
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const declared = bytes.uintBE(run.start + 4, 4);
  let position = run.start + 8;
  let offset = at;
  if (has(RUN_FLAG.offset)) {
    // Signed.
    offset = base + (bytes.uintBE(position, 4) | 0);
    position += 4;
  }
  position += has(RUN_FLAG.firstFlags) ? 4 : 0;
  const ticksBytes = has(RUN_FLAG.ticks) ? 4 : 0;
  const sizeBytes = has(RUN_FLAG.sizeBytes) ? 4 : 0;
  const entryBytes = ticksBytes + sizeBytes + (has(RUN_FLAG.flags) ? 4 : 0) + (has(RUN_FLAG.composition) ? 4 : 0);
  const count = entryBytes === 0 ? declared : Math.min(declared, Math.floor((run.end - position) / entryBytes));
  if (entryBytes === 0) {
    const even = { count, sizeBytes: defaults.sampleBytes, areSingleTicks: defaults.sampleTicks === 1 };
    if (even.sizeBytes > 0) samples?.addEven(offset, even, (next) => next * defaults.sampleTicks);
    return offset + count * defaults.sampleBytes;
  }
  for (let index = 0; index < count; index += 1, position += entryBytes) {
    const ticks = ticksBytes ? bytes.uintBE(position, 4) : defaults.sampleTicks;
    const size = sizeBytes ? bytes.uintBE(position + ticksBytes, 4) : defaults.sampleBytes;
    samples?.add(offset, size, ticks);
    offset += size;
  }
  return offset;
}
