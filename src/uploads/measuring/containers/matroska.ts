import type { ByteWindow } from '../byte-window.js';
import type { StepBudget } from '../step-budget.js';
import { noSound, type Walk } from '../walk.js';
import { ebmlElementAt, ebmlFloat, ebmlInteger, ebmlUnsigned } from './ebml.js';
import { laceSizes } from './matroska-lacing.js';
import { MatroskaTrack, readMatroskaTrack } from './matroska-track.js';
import { preferredTrack } from './preferred-track.js';

/** Elements that matter for the sound (RFC 9559). */
const ID = {
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  cluster: 0x1f43b675,
  clusterTimestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
  discardPadding: 0x75a2,
} as const;

/** Their elements are read as if they were siblings, so that an unknown size (a live recording) does not matter. */
const PARENTS: ReadonlySet<number> = new Set([ID.segment, ID.info, ID.tracks, ID.cluster, ID.blockGroup]);

const CLUSTER = Buffer.from('1f43b675', 'hex');
/** How much is searched at a time for where the next cluster begins, and how much of it for the price of one step. */
const SEARCH_BYTES = 64 * 1024;
const SEARCHED_BYTES_PER_STEP = 64;
const NOTHING = Buffer.alloc(0);
/** The time and the flags, behind a track's number and in front of a block's frames. */
const BLOCK_HEADER_BYTES = 3;
/** No file has more, of whatever; those behind them are not looked at. */
const MAX_TRACKS = 64;

/**
 * WebM and Matroska: the frames of the track of sound, whichever way they are laced, or where the codec does not tell how long they
 * are, the times of its blocks. How long the header says that it is plays no part but for the last frame of TTA.
 */
export const walkMatroska: Walk = (bytes, steps) => {
  const file = new MatroskaFile(bytes);
  let clusterEnd = Infinity;
  for (let at = 0; at !== -1 && at < bytes.sizeBytes;) {
    if (at >= clusterEnd) clusterEnd = Infinity;
    const element = ebmlElementAt(bytes, at);
    if (element?.id === ID.cluster) clusterEnd = element.end ?? Infinity;
    if (element && PARENTS.has(element.id)) {
      at = element.start;
      continue;
    }
    // Damage, or a cut, behind which nothing is found.
    if (element?.end === undefined || element.end > Math.min(clusterEnd, bytes.sizeBytes)) {
      at = findCluster(bytes, steps, at + 1);
      continue;
    }
    file.add(element.id, element.start, element.end);
    at = element.end;
  }
  return file.walked;
};

function findCluster(bytes: ByteWindow, steps: StepBudget, from: number): number {
  for (let at = from; at < bytes.sizeBytes; at += SEARCH_BYTES - CLUSTER.length) {
    const searched = bytes.view(at, SEARCH_BYTES);
    const found = searched.indexOf(CLUSTER);
    steps.take(Math.ceil((found === -1 ? searched.length : found) / SEARCHED_BYTES_PER_STEP));
    if (found !== -1) return at + found;
  }
  return -1;
}

/** What was found so far. */
class MatroskaFile {
  private readonly tracks = new Map<number, MatroskaTrack>();
  private trackCount = 0;
  private hasBlocks = false;
  private secondsPerTick = 0.001;
  private statedTicks = 0;
  private clusterTicks = 0;
  private blockTrack: MatroskaTrack | undefined;

  constructor(private readonly bytes: ByteWindow) {}

  /** Adds an element that has no others in it, but for those of a track. */
  add(id: number, start: number, end: number): void {
    const contents = { start, end };
    switch (id) {
      case ID.timestampScale:
        this.secondsPerTick = (ebmlUnsigned(this.bytes, contents) || 1_000_000) / 1e9;
        break;
      case ID.duration:
        this.statedTicks = ebmlFloat(this.bytes, contents);
        break;
      case ID.trackEntry:
        this.addTrack(start, end);
        break;
      case ID.clusterTimestamp:
        this.clusterTicks = ebmlUnsigned(this.bytes, contents);
        break;
      case ID.simpleBlock:
      case ID.block:
        this.addBlock(start, end);
        break;
      case ID.blockDuration:
        this.blockTrack?.setBlockDuration(ebmlUnsigned(this.bytes, contents) * this.secondsPerTick);
        break;
      case ID.discardPadding:
        this.addPadding(start, end);
        break;
    }
  }

  get walked(): ReturnType<Walk> {
    const track = preferredTrack([...this.tracks.values()]);
    if (track?.hasSound) return track.walked(this.statedTicks * this.secondsPerTick);
    // There is nothing in it, or only pictures.
    return this.trackCount > 0 && (!track || !this.hasBlocks) ? noSound : undefined;
  }

  private addTrack(start: number, end: number): void {
    if (this.trackCount >= MAX_TRACKS) return;
    this.trackCount += 1;
    const track = readMatroskaTrack(this.bytes, start, end);
    const before = this.tracks.get(track.number);
    if (before) before.follow(track);
    else if (track.isSound) this.tracks.set(track.number, new MatroskaTrack(track));
  }

  private addBlock(start: number, end: number): void {
    this.hasBlocks = true;
    const number = ebmlInteger(this.bytes, start);
    if (!number) return;
    const headerAt = start + number.lengthBytes;
    const framesAt = headerAt + BLOCK_HEADER_BYTES;
    if (framesAt > end) return;
    const track = this.tracks.get(number.value);
    this.blockTrack = track;
    if (!track) return;
    // Signed, of 16 bits.
    const offsetTicks = ((this.bytes.peek(headerAt) << 24) >> 16) | this.bytes.peek(headerAt + 1);
    track.addBlock((this.clusterTicks + offsetTicks) * this.secondsPerTick);
    const lacing = laceSizes(this.bytes, { start: framesAt, end, flags: this.bytes.peek(headerAt + 2) });
    let at = lacing.framesAt;
    for (const sizeBytes of lacing.sizes) {
      track.addFrame(this.headOf(at, Math.min(track.headBytes, sizeBytes)), sizeBytes);
      at += sizeBytes;
    }
  }

  private headOf(at: number, count: number): Buffer {
    return count === 0 ? NOTHING : this.bytes.view(at, count);
  }

  /** Nanoseconds with a sign; below zero they are at the beginning, which the codec's own header tells as well. */
  private addPadding(start: number, end: number): void {
    const isNegative = end > start && this.bytes.byte(start) >= 0x80;
    if (!isNegative) this.blockTrack?.trim(ebmlUnsigned(this.bytes, { start, end }) / 1e9);
  }
}
