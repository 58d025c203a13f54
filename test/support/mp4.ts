/** A box of MP4 with its length in 32 bits. */
export function box(name: string, ...contents: readonly (Buffer | string)[]): Buffer {
  const parts = contents.map((it) => (typeof it === 'string' ? Buffer.from(it, 'latin1') : it));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 0);
  header.write(name, 4, 'latin1');
  return Buffer.concat([header, ...parts]);
}

/** Numbers of 32 bits, the highest byte first. */
export function uint32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

/** What a track of sound in an MP4 file is made of. */
export interface Mp4TrackMade {
  readonly id?: number;
  /** `soun`, or what else it is. */
  readonly handler?: string;
  /** The name of the description of its samples. */
  readonly format?: string;
  readonly channels?: number;
  /** Hertz of the description, and ticks a second. */
  readonly rate?: number;
  /** Boxes of the codec's configuration. */
  readonly configuration?: Buffer;
  /** The contents of the tables `stts`, `stsc`, `stsz` and `stco` after their versions; empty tables where it has none. */
  readonly stts?: readonly number[];
  readonly stsc?: readonly number[];
  readonly stsz?: readonly number[];
  readonly stco?: readonly number[];
  /** The contents of `elst` after its version. */
  readonly elst?: readonly number[];
}

/** The box `trak`. */
export function trak(made: Mp4TrackMade): Buffer {
  const {
    id = 1,
    handler = 'soun',
    format = 'mp4a',
    channels = 1,
    rate = 16_000,
    configuration = Buffer.alloc(0),
  } = made;
  const description = Buffer.alloc(28);
  description.writeUInt16BE(channels, 16);
  description.writeUInt16BE(16, 18);
  description.writeUInt16BE(rate, 24);
  const table = (name: string, values: readonly number[] = [0]): Buffer => box(name, uint32s(0, ...values));
  return box(
    'trak',
    box('tkhd', uint32s(1, 0, 0, id, 0, 0)),
    ...(made.elst ? [box('edts', table('elst', made.elst))] : []),
    box(
      'mdia',
      // A lie: nobody may look at the duration of an hour that follows the ticks a second.
      box('mdhd', uint32s(0, 0, 0, rate, rate * 3600, 0)),
      box('hdlr', uint32s(0, 0), handler),
      box(
        'minf',
        box('hdlr', uint32s(0, 0), 'alis'),
        box(
          'stbl',
          box('stsd', uint32s(0, 1), box(format, description, configuration)),
          table('stts', made.stts),
          table('stsc', made.stsc),
          table('stsz', made.stsz ?? [0, 0]),
          table('stco', made.stco),
        ),
      ),
    ),
  );
}

/** The box `moov`, whose movie has 1000 ticks a second. */
export function moov(...parts: readonly Buffer[]): Buffer {
  return box('moov', box('mvhd', uint32s(0, 0, 0, 1000, 3_600_000)), ...parts);
}
