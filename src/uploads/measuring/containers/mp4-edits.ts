import type { ByteWindow } from '../byte-window.js';
import type { Box } from './mp4-boxes.js';

/** A part of a track that is played, in ticks of the track. */
interface Edit {
  readonly from: number;
  readonly to: number;
}

/** As many as are looked at; encoders make one or two, and whoever cuts, one for every cut. */
const MAX_EDITS = 32;
/** The start of an edit that is a pause before the sound, which decoders do not play. */
const PAUSE = -1;

/** What of a track is played: all of it, or what its edit list (`elst`) leaves, as a trimmed voice memo has one. */
export class Mp4Edits {
  private readonly edits: readonly Edit[];

  /**
   * @param table the box `elst`, if there is one
   * @param ticksPerMovieTick the timescale of the track in those of the movie
   */
  constructor(bytes: ByteWindow, table: Box | undefined, ticksPerMovieTick: number) {
    this.edits = table && ticksPerMovieTick > 0 ? readEdits(bytes, table, ticksPerMovieTick) : [];
  }

  /**
   * How much of some samples is played: from 0, none of them, to 1, all.
   * @param from ticks before them
   * @param packetTicks of each; where one has begun, decoders play all of it
   */
  playedOf(from: number, ticks: number, packetTicks: number): number {
    if (this.edits.length === 0 || ticks <= 0) return 1;
    let played = 0;
    for (const edit of this.edits) {
      const to = Math.min(ticks, Math.ceil((edit.to - from) / packetTicks) * packetTicks);
      played += Math.max(0, to - Math.max(0, edit.from - from));
    }
    return Math.min(1, played / ticks);
  }
}

function readEdits(bytes: ByteWindow, { start, end }: Box, ticksPerMovieTick: number): Edit[] {
  if (end - start < 8) return [];
  const isLong = bytes.byte(start) === 1;
  const entryBytes = isLong ? 20 : 12;
  const count = Math.min(bytes.uintBE(start + 4, 4), Math.floor((end - start - 8) / entryBytes), MAX_EDITS);
  const edits: Edit[] = [];
  for (let index = 0; index < count; index += 1) {
    const entry = bytes.view(start + 8 + index * entryBytes, entryBytes);
    const duration = isLong ? Number(entry.readBigUInt64BE(0)) : entry.readUInt32BE(0);
    const from = isLong ? Number(entry.readBigInt64BE(8)) : entry.readInt32BE(4);
    if (from === PAUSE) continue;
    // Of a recording that was still going on when this was written, the length is not known.
    edits.push({ from, to: duration === 0 ? Infinity : from + duration * ticksPerMovieTick });
  }
  return edits;
}
