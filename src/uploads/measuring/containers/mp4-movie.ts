import type { ByteWindow } from '../byte-window.js';
import { boxesIn, type Box } from './mp4-boxes.js';
import { Mp4Edits } from './mp4-edits.js';
import { Mp4Samples } from './mp4-samples.js';
import { type Mp4Sound, readMp4Sound } from './mp4-sound.js';
import { ChunkOffsets, ChunkSamples, SampleSizes, SampleTimes } from './mp4-tables.js';
import type { TrackOfSound } from './preferred-track.js';
import type { Walked } from '../walk.js';

/** What fragments say only where it differs from this: `trex`. */
export interface FragmentDefaults {
  readonly sampleTicks: number;
  readonly sampleBytes: number;
}

/** What `moov` tells. */
export interface Mp4Movie {
  /** Those of sound. */
  readonly tracks: readonly Mp4Track[];
  /** Whether there are any, of whatever. */
  readonly hasTracks: boolean;
  /** By the track's number, of every kind. */
  readonly fragmentDefaults: ReadonlyMap<number, FragmentDefaults>;
  /** Whether all of it is in the file. */
  readonly isWhole: boolean;
}

/** No file has more; those behind them are not looked at. */
const MAX_TRACKS = 64;

/** The boxes on the way to the tables of a track. */
const PARENTS: ReadonlySet<string> = new Set(['edts', 'mdia', 'minf', 'stbl']);

/** @param movie the box `moov` */
export function readMovie(bytes: ByteWindow, movie: Box): Mp4Movie {
  const tracks: Mp4Track[] = [];
  const fragmentDefaults = new Map<number, FragmentDefaults>();
  let trackCount = 0;
  let movieTimescale = 0;
  for (const box of boxesIn(bytes, movie.start, movie.end)) {
    if (box.name === 'mvhd') movieTimescale = readTimescale(bytes, box);
    if (box.name === 'trak' && trackCount < MAX_TRACKS) {
      trackCount += 1;
      const track = readTrack(bytes, box, movieTimescale);
      if (track) tracks.push(track);
    }
    if (box.name === 'mvex') readFragmentDefaults(bytes, box, fragmentDefaults);
  }
  return { tracks, hasTracks: trackCount > 0, fragmentDefaults, isWhole: !movie.isCut };
}

function readFragmentDefaults(bytes: ByteWindow, extension: Box, found: Map<number, FragmentDefaults>): void {
  for (const { name, start, end } of boxesIn(bytes, extension.start, extension.end)) {
    if (name !== 'trex' || end - start < 20 || found.size >= MAX_TRACKS) continue;
    const sampleTicks = bytes.uintBE(start + 12, 4);
    found.set(bytes.uintBE(start + 4, 4), { sampleTicks, sampleBytes: bytes.uintBE(start + 16, 4) });
  }
}

/** A track of sound. */
export class Mp4Track implements TrackOfSound {
  readonly samples: Mp4Samples;

  constructor(
    bytes: ByteWindow,
    readonly id: number,
    readonly isDefault: boolean,
    timescale: number,
    private readonly sound: Mp4Sound,
  ) {
    this.samples = new Mp4Samples(bytes, sound, timescale);
  }

  get channels(): number {
    return this.sound.channels;
  }

  get hasSound(): boolean {
    return this.samples.walked.seconds > 0;
  }

  /** Undefined where the tables lie. */
  get walked(): Walked | undefined {
    return this.samples.areFalse ? undefined : this.samples.walked;
  }
}

function readTrack(bytes: ByteWindow, track: Box, movieTimescale: number): Mp4Track | undefined {
  const boxes = new Map<string, Box>();
  collectBoxes(bytes, track, boxes);
  const [header, media, handler, descriptions] = ['tkhd', 'mdhd', 'hdlr', 'stsd'].map((name) => boxes.get(name));
  if (!header || !media || !handler || !descriptions) return undefined;
  if (bytes.text(handler.start + 8, 4) !== 'soun') return undefined;
  const timescale = readTimescale(bytes, media);
  const sound = readMp4Sound(bytes, descriptions, timescale);
  if (!sound) return undefined;
  const id = bytes.uintBE(header.start + (isVersion1(bytes, header) ? 20 : 12), 4);
  const isEnabled = (bytes.byte(header.start + 3) & 1) === 1;
  const result = new Mp4Track(bytes, id, isEnabled, timescale, sound);
  const edits = new Mp4Edits(bytes, boxes.get('elst'), timescale / movieTimescale);
  addSamplesOfTables(bytes, boxes, result.samples, edits);
  return result;
}

/** Ticks a second, of `mvhd` or `mdhd`. */
function readTimescale(bytes: ByteWindow, header: Box): number {
  return bytes.uintBE(header.start + (isVersion1(bytes, header) ? 20 : 12), 4);
}

function isVersion1(bytes: ByteWindow, box: Box): boolean {
  return bytes.byte(box.start) === 1;
}

/** The first of every name. */
function collectBoxes(bytes: ByteWindow, parent: Box, found: Map<string, Box>): void {
  for (const box of boxesIn(bytes, parent.start, parent.end)) {
    if (PARENTS.has(box.name)) collectBoxes(bytes, box, found);
    // QuickTime's `minf` has one of its own, which tells where the data is.
    else if (TABLES.has(box.name) && !(box.name === 'hdlr' && parent.name === 'minf') && !found.has(box.name))
      found.set(box.name, box);
  }
}

const TABLES: ReadonlySet<string> = new Set([
  'tkhd',
  'elst',
  'mdhd',
  'hdlr',
  'stsd',
  'stts',
  'stsc',
  'stsz',
  'stz2',
  'stco',
  'co64',
]);

function addSamplesOfTables(
  bytes: ByteWindow,
  boxes: ReadonlyMap<string, Box>,
  samples: Mp4Samples,
  edits: Mp4Edits,
): void {
  const [times, chunks, sizes, offsets] = [
    boxes.get('stts'),
    boxes.get('stsc'),
    boxes.get('stsz') ?? boxes.get('stz2'),
    boxes.get('stco') ?? boxes.get('co64'),
  ];
  if (!times || !chunks || !sizes || !offsets) return;
  const chunkOffsets = new ChunkOffsets(bytes, offsets);
  const chunkSamples = new ChunkSamples(bytes, chunks);
  const sampleSizes = new SampleSizes(bytes, sizes);
  const sampleTimes = new SampleTimes(bytes, times);
  const { areSingleTicks } = sampleTimes;
  let sample = 0;
  for (let chunk = 0; chunk < chunkOffsets.length && sample < sampleSizes.length && !samples.areFalse; chunk += 1) {
    const count = Math.min(chunkSamples.of(chunk), sampleSizes.length - sample);
    let offset = chunkOffsets.at(chunk);
    if (sampleSizes.constantBytes > 0) {
      const even = { count, sizeBytes: sampleSizes.constantBytes, areSingleTicks };
      samples.addEven(offset, even, (next) => sampleTimes.take(next), edits);
      sample += count;
      continue;
    }
    for (const end = sample + count; sample < end; sample += 1) {
      const sizeBytes = sampleSizes.at(sample);
      samples.add(offset, sizeBytes, sampleTimes.take(1), edits);
      offset += sizeBytes;
    }
  }
}
