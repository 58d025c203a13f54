import type { ByteWindow } from '../byte-window.js';
import type { Box } from './mp4-boxes.js';

/** Bytes of a table's version, flags and number of entries. */
const HEADER_BYTES = 8;

/** As many entries as a table says, and as there are bytes for. */
function entriesIn(bytes: ByteWindow, table: Box, entryBytes: number, headerBytes = HEADER_BYTES): number {
  if (table.end - table.start < headerBytes) return 0;
  const there = Math.floor((table.end - table.start - headerBytes) / entryBytes);
  return Math.min(there, bytes.uintBE(table.start + headerBytes - 4, 4));
}

/** Where the chunks of a track begin: `stco` or `co64`. Read from front to back in a window of its own, as all tables here. */
export class ChunkOffsets {
  private readonly bytes: ByteWindow;
  private readonly entryBytes: 4 | 8;
  readonly length: number;

  constructor(
    bytes: ByteWindow,
    private readonly table: Box,
  ) {
    this.bytes = bytes.another();
    this.entryBytes = table.name === 'co64' ? 8 : 4;
    this.length = entriesIn(this.bytes, table, this.entryBytes);
  }

  /** @param index from 0 */
  at(index: number): number {
    const position = this.table.start + HEADER_BYTES + index * this.entryBytes;
    return this.entryBytes === 8 ? this.bytes.uint64BE(position) : this.bytes.uintBE(position, 4);
  }
}

/** How many samples the chunks hold: `stsc`, whose entries are for a chunk and those behind it, up to the next entry's. */
export class ChunkSamples {
  private readonly bytes: ByteWindow;
  private readonly length: number;
  private next = 0;
  private samples = 0;

  constructor(
    bytes: ByteWindow,
    private readonly table: Box,
  ) {
    this.bytes = bytes.another();
    this.length = entriesIn(this.bytes, table, 12);
  }

  /** @param chunk from 0; must not go back */
  of(chunk: number): number {
    for (; this.next < this.length; this.next += 1) {
      const position = this.table.start + HEADER_BYTES + this.next * 12;
      if (this.bytes.uintBE(position, 4) > chunk + 1) break;
      this.samples = this.bytes.uintBE(position + 4, 4);
    }
    return this.samples;
  }
}

/** How large the samples are: `stsz`, or `stz2` with entries of 4, 8 or 16 bits. */
export class SampleSizes {
  private readonly bytes: ByteWindow;
  private readonly entryBits: number;
  readonly length: number;
  /** Of all samples; 0 = each has its own. */
  readonly constantBytes: number;

  constructor(
    bytes: ByteWindow,
    private readonly table: Box,
  ) {
    this.bytes = bytes.another();
    const isThere = table.end - table.start >= 12;
    const field = isThere ? this.bytes.uintBE(table.start + 4, 4) : 0;
    this.entryBits = table.name === 'stz2' ? field & 0xff : 32;
    this.constantBytes = table.name === 'stz2' ? 0 : field;
    const isOfKnownSize = [4, 8, 16, 32].includes(this.entryBits);
    if (!isThere || !isOfKnownSize) this.length = 0;
    else if (this.constantBytes > 0) this.length = this.bytes.uintBE(table.start + 8, 4);
    else this.length = entriesIn(this.bytes, table, this.entryBits / 8, 12);
  }

  /** @param index from 0 */
  at(index: number): number {
    if (this.constantBytes > 0) return this.constantBytes;
    const position = this.table.start + 12;
    if (this.entryBits >= 8) return this.bytes.uintBE(position + (index * this.entryBits) / 8, this.entryBits / 8);
    const pair = this.bytes.byte(position + (index >> 1));
    return index & 1 ? pair & 15 : pair >> 4;
  }
}

/** How long the samples are: `stts`, whose entries are for so many samples; the last one also for all that follow. */
export class SampleTimes {
  private readonly bytes: ByteWindow;
  private readonly length: number;
  private next = 0;
  private left = 0;
  private ticks = 0;

  constructor(
    bytes: ByteWindow,
    private readonly table: Box,
  ) {
    this.bytes = bytes.another();
    this.length = entriesIn(this.bytes, table, 8);
  }

  /** Whether all samples have one tick each, as where the tables count the samples of sound that is not compressed. */
  get areSingleTicks(): boolean {
    return this.length === 1 && this.bytes.uintBE(this.table.start + HEADER_BYTES + 4, 4) === 1;
  }

  /** The ticks of the next samples. */
  take(samples: number): number {
    let wanted = samples;
    let total = 0;
    while (wanted > 0) {
      if (this.left === 0 && !this.readNext()) this.left = Infinity;
      const taken = Math.min(wanted, this.left);
      total += taken * this.ticks;
      this.left -= taken;
      wanted -= taken;
    }
    return total;
  }

  private readNext(): boolean {
    if (this.next >= this.length) return false;
    const position = this.table.start + HEADER_BYTES + this.next * 8;
    this.left = this.bytes.uintBE(position, 4);
    this.ticks = this.bytes.uintBE(position + 4, 4);
    this.next += 1;
    return true;
  }
}
