import { box, filled, hex, MEGABYTE, text, uint32BE } from './blocks.js';
import type { HostileFile } from './hostile-file.js';

const MOST = 0xffffffff;
const FULL = uint32BE(0);
const FTYP = box('ftyp', text('isom'), uint32BE(512), text('isom'));

/** `mp4a` of 44.1 kHz with an `esds` of AAC. */
const MP4A = box(
  'mp4a',
  hex('000000000000 0001 0000000000000000 0002 0010 0000 0000 ac440000'),
  box('esds', FULL, hex('0380808022 0001 00 0480808014 40 15 000000 00000000 00000000 0580808002 1210 0680808001 02')),
);

interface Tables {
  readonly stts?: Buffer;
  readonly stsc?: Buffer;
  readonly stsz?: Buffer;
  readonly stco?: Buffer;
}

function entries(...numbers: readonly number[]): Buffer {
  return Buffer.concat([FULL, ...numbers.map(uint32BE)]);
}

/** A film with one track of sound and the given tables of samples. */
function movie(tables: Tables, ...more: readonly Buffer[]): Buffer {
  const {
    stts = entries(1, MOST, 1024),
    stsc = entries(1, 1, MOST, 1),
    stsz = entries(1, MOST),
    stco = entries(1, 600),
  } = tables;
  const stbl = box(
    'stbl',
    box('stsd', FULL, uint32BE(1), MP4A),
    box('stts', stts),
    box('stsc', stsc),
    box('stsz', stsz),
    box('stco', stco),
  );
  const mdia = box(
    'mdia',
    box('mdhd', FULL, uint32BE(0), uint32BE(0), uint32BE(44_100), uint32BE(MOST), hex('55c4 0000')),
    box('hdlr', FULL, uint32BE(0), text('soun'), Buffer.alloc(13)),
    box('minf', box('smhd', FULL, uint32BE(0)), stbl),
  );
  const tkhd = box('tkhd', FULL, uint32BE(0), uint32BE(0), uint32BE(1), Buffer.alloc(64));
  return Buffer.concat([FTYP, box('moov', box('trak', tkhd, mdia), ...more)]);
}

const TREX = box('mvex', box('trex', FULL, uint32BE(1), uint32BE(1), uint32BE(1024), uint32BE(1), uint32BE(0)));

/** A fragment that claims so many samples of the length and size that the film names. */
function fragment(samples: number): Buffer {
  return box(
    'moof',
    box('mfhd', FULL, uint32BE(1)),
    box('traf', box('tfhd', hex('00020000'), uint32BE(1)), box('trun', FULL, uint32BE(samples))),
  );
}

function nested(name: string, depth: number): Buffer {
  const bytes = Buffer.alloc(8 * depth);
  for (let level = 0; level < depth; level += 1) {
    bytes.writeUInt32BE(8 * (depth - level), 8 * level);
    bytes.write(name, 8 * level + 4, 'latin1');
  }
  return bytes;
}

const mdat = (sizeBytes: number): Buffer => box('mdat', Buffer.alloc(sizeBytes));

/** MP4 and its relatives. */
export const hostileBoxes: readonly HostileFile[] = [
  {
    name: 'MP4 that claims 2^32 samples of a byte',
    container: 'mp4',
    make: () => Buffer.concat([movie({}), mdat(4 * MEGABYTE)]),
  },
  {
    name: 'MP4 that claims 2^32 samples of no bytes',
    container: 'mp4',
    make: () => Buffer.concat([movie({ stsz: entries(0, MOST) }), mdat(MEGABYTE)]),
  },
  {
    name: 'MP4 with a million samples of no bytes',
    container: 'mp4',
    make: () => movie({ stsz: Buffer.concat([entries(0, MEGABYTE), Buffer.alloc(4 * MEGABYTE)]) }),
  },
  {
    name: 'MP4 with a million chunks at one place',
    container: 'mp4',
    make: () =>
      Buffer.concat([
        movie({
          stco: filled(4 * MEGABYTE, uint32BE(600), entries(MEGABYTE)),
          stsz: entries(1000, MOST),
          stsc: entries(1, 1, 1, 1),
        }),
        mdat(100_000),
      ]),
  },
  {
    name: 'MP4 with a million entries of times',
    container: 'mp4',
    make: () =>
      Buffer.concat([
        movie({ stts: filled(8 * MEGABYTE, Buffer.concat([uint32BE(1), uint32BE(MOST)]), entries(MEGABYTE)) }),
        mdat(MEGABYTE),
      ]),
  },
  {
    name: 'MP4 whose tables claim 2^32 entries and end at once',
    container: 'mp4',
    make: () => movie({ stts: entries(MOST), stsc: entries(MOST), stsz: entries(0, MOST), stco: entries(MOST) }),
  },
  {
    name: 'MP4 with 100,000 fragments of 2^32 samples of a byte each',
    container: 'mp4',
    make: () => filled(100_000 * fragment(0).length, fragment(MOST), movie({ stsz: entries(0, 0) }, TREX)),
  },
  {
    name: 'MP4 with runs that lead beyond all bytes',
    container: 'mp4',
    make: () =>
      filled(
        MEGABYTE,
        box(
          'moof',
          box(
            'traf',
            box('tfhd', hex('00000001'), uint32BE(1), hex('7fffffffffffffff')),
            box('trun', hex('00000001'), uint32BE(MOST), hex('7fffffff')),
          ),
        ),
        movie({}, TREX),
      ),
  },
  {
    name: 'MP4 with boxes in boxes, 100,000 deep',
    container: 'mp4',
    make: () => Buffer.concat([FTYP, nested('moov', 100_000)]),
  },
  {
    name: 'MP4 with tracks in tracks',
    container: 'mp4',
    make: () => Buffer.concat([FTYP, box('moov', nested('trak', 100_000))]),
  },
  { name: 'MP4 with a million empty boxes', container: 'mp4', make: () => filled(8 * MEGABYTE, box('free'), FTYP) },
  {
    name: 'MP4 with half a million empty films',
    container: 'mp4',
    make: () => filled(4 * MEGABYTE, box('moov'), FTYP),
  },
  {
    name: 'MP4 with a million tracks',
    container: 'mp4',
    make: () => Buffer.concat([FTYP, box('moov', filled(8 * MEGABYTE, box('trak')))]),
  },
  {
    name: 'MP4 of boxes without a size',
    container: 'mp4',
    make: () => filled(MEGABYTE, hex('00000000 66726565'), FTYP),
  },
  {
    name: 'MP4 of boxes of 2^63 bytes',
    container: 'mp4',
    make: () => filled(MEGABYTE, hex('00000001 6d6f6f76 7fffffffffffffff'), FTYP),
  },
  { name: 'MP4 of boxes of 1 byte', container: 'm4a', make: () => filled(MEGABYTE, hex('00000002 6d6f6f76'), FTYP) },
];
