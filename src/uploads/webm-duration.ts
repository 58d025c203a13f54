import { ByteReader } from './byte-reader.js';

/** Element ids of the Matroska specification (RFC 9559) that matter for the timeline. */
const ID = {
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  cluster: 0x1f43b675,
  clusterTimestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
} as const;

/** Their children are read as if they were siblings, so that an unknown size (a live recording) does not matter. */
const CONTAINERS: ReadonlySet<number> = new Set([ID.segment, ID.info, ID.cluster, ID.blockGroup]);

/** The longest Opus packet; the last frame of a file is not believed to be longer. */
const MAX_LAST_FRAME_SECONDS = 0.12;

/**
 * Measures a WebM or Matroska file that does not state its duration, as browsers' `MediaRecorder` makes them: from the
 * timestamp of the first block to the end of the last, in seconds. Bytes after damage or a cut are ignored.
 * Undefined when there is no block.
 */
export async function measureWebmDuration(source: AsyncIterable<Buffer>): Promise<number | undefined> {
  const reader = new ByteReader(source);
  const timeline = new Timeline();
  for (;;) {
    const element = await readElementHeader(reader);
    if (!element) break;
    if (CONTAINERS.has(element.id)) continue;
    if (element.sizeBytes === undefined) break;
    if (!(await readElement(element.id, element.sizeBytes, reader, timeline))) break;
  }
  return timeline.durationSeconds;
}

/** Reads one element that has no children; false at the end of the data. */
async function readElement(id: number, sizeBytes: number, reader: ByteReader, timeline: Timeline): Promise<boolean> {
  switch (id) {
    case ID.timestampScale:
    case ID.clusterTimestamp:
    case ID.blockDuration: {
      const value = sizeBytes <= 6 ? await reader.read(sizeBytes) : await skipTo(reader, sizeBytes - 6, 6);
      if (!value) return false;
      timeline.setNumber(id, sizeBytes === 0 ? 0 : value.readUIntBE(0, value.length));
      return true;
    }
    case ID.simpleBlock:
    case ID.block: {
      const track = await readVariableInteger(reader);
      const offset = await reader.read(2);
      if (!track || !offset) return false;
      timeline.addBlock(track.value, offset.readInt16BE(0));
      return await reader.skip(sizeBytes - track.lengthBytes - 2);
    }
    default:
      return await reader.skip(sizeBytes);
  }
}

async function skipTo(reader: ByteReader, skipBytes: number, readBytes: number): Promise<Buffer | undefined> {
  return (await reader.skip(skipBytes)) ? await reader.read(readBytes) : undefined;
}

/** Collects block times. All times are in ticks of the segment's timestamp scale until they are asked for. */
class Timeline {
  private nanosecondsPerTick = 1_000_000;
  private clusterTicks = 0;
  private firstTicks: number | undefined;
  private endTicks = 0;
  private lastBlockTicks = 0;
  private readonly lastTicksOfTrack = new Map<number, number>();

  setNumber(id: number, value: number): void {
    if (id === ID.timestampScale && value > 0) this.nanosecondsPerTick = value;
    if (id === ID.clusterTimestamp) this.clusterTicks = value;
    if (id === ID.blockDuration) this.endTicks = Math.max(this.endTicks, this.lastBlockTicks + value);
  }

  addBlock(track: number, offsetTicks: number): void {
    const ticks = this.clusterTicks + offsetTicks;
    const previous = this.lastTicksOfTrack.get(track);
    // A block does not state its length, but frames of one track are evenly spaced.
    const gapTicks = previous === undefined ? 0 : Math.max(0, ticks - previous);
    const lengthTicks = Math.min(gapTicks, (MAX_LAST_FRAME_SECONDS * 1e9) / this.nanosecondsPerTick);
    this.lastTicksOfTrack.set(track, ticks);
    this.lastBlockTicks = ticks;
    this.firstTicks = Math.min(this.firstTicks ?? ticks, ticks);
    this.endTicks = Math.max(this.endTicks, ticks + lengthTicks);
  }

  get durationSeconds(): number | undefined {
    if (this.firstTicks === undefined) return undefined;
    return ((this.endTicks - this.firstTicks) * this.nanosecondsPerTick) / 1e9;
  }
}

/** The id and size that begin every EBML element (RFC 8794); the size is undefined when it is not known. */
async function readElementHeader(
  reader: ByteReader,
): Promise<{ id: number; sizeBytes: number | undefined } | undefined> {
  const id = await readVariableInteger(reader, true);
  const size = id && (await readVariableInteger(reader));
  if (!size) return undefined;
  // All ones. For eight bytes both sides are rounded to 2^56, so they are still equal.
  const unknown = size.value === 2 ** (7 * size.lengthBytes) - 1;
  return { id: id.value, sizeBytes: unknown ? undefined : size.value };
}

/** An EBML variable-size integer: the leading zero bits of the first byte tell how many bytes follow. */
async function readVariableInteger(
  reader: ByteReader,
  keepMarker = false,
): Promise<{ value: number; lengthBytes: number } | undefined> {
  const first = (await reader.read(1))?.[0];
  if (!first) return undefined;
  const following = Math.clz32(first) - 24;
  const rest = await reader.read(following);
  if (!rest) return undefined;
  let value = keepMarker ? first : first & (0x7f >> following);
  for (const byte of rest) value = value * 256 + byte;
  return { value, lengthBytes: following + 1 };
}
