import { sealPages } from '../ogg-pages.js';
import { filled, hex, MEGABYTE, text } from './blocks.js';
import type { HostileFile } from './hostile-file.js';

const FIRST = 2;
const CONTINUED = 1;

/** A page of Ogg with the given lengths of segments. */
function page(flags: number, serial: number, segments: readonly number[], body: Buffer): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 'latin1');
  head.writeUInt8(flags, 5);
  head.writeBigInt64LE(960n, 6);
  head.writeUInt32LE(serial, 14);
  head.writeUInt8(segments.length, 26);
  return sealPages(Buffer.concat([head, Buffer.from(segments), body]));
}

const OPUS_HEAD = Buffer.concat([text('OpusHead'), hex('01 01 3801 80bb0000 0000 00')]);
const OPUS_TAGS = Buffer.concat([text('OpusTags'), hex('00000000 00000000')]);
const opusStart = (serial = 1): Buffer =>
  Buffer.concat([page(FIRST, serial, [OPUS_HEAD.length], OPUS_HEAD), page(0, serial, [OPUS_TAGS.length], OPUS_TAGS)]);
const VORBIS_HEAD = Buffer.concat([text('\x01vorbis'), hex('00000000 01 44ac0000 00000000 00000000 00000000 b8 01')]);

/** Many streams, each with a number of its own and nothing but a beginning. */
function manyStreams(count: number, packet: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, serial) => page(FIRST, serial, [packet.length], packet)));
}

/** The lengths of as many segments as a page has at most. */
const segmentsOf = (length: number): number[] => Array.from({ length: 255 }, () => length);

/** Ogg. */
export const hostileOgg: readonly HostileFile[] = [
  {
    name: 'Ogg of 200,000 empty pages',
    container: 'ogg',
    make: () => filled(27 * 200_000, page(0, 1, [], Buffer.alloc(0)), opusStart()),
  },
  {
    name: 'Ogg of a million empty pages',
    container: 'ogg',
    make: () => filled(27 * MEGABYTE, page(0, 1, [], Buffer.alloc(0)), opusStart()),
  },
  {
    name: 'Ogg of four million packets of nothing',
    container: 'ogg',
    make: () => filled(4 * MEGABYTE, page(0, 1, segmentsOf(0), Buffer.alloc(0)), opusStart()),
  },
  {
    name: 'Ogg of packets of a byte, each of 120 ms',
    container: 'ogg',
    make: () => filled(4 * MEGABYTE, page(0, 1, segmentsOf(1), Buffer.alloc(255, 0x1f)), opusStart()),
  },
  { name: 'Ogg of 50,000 streams', container: 'ogg', make: () => manyStreams(50_000, OPUS_HEAD) },
  {
    name: 'Ogg of 50,000 streams that nobody knows',
    container: 'ogg',
    make: () => manyStreams(50_000, text('nothing known')),
  },
  {
    name: 'Ogg of 30,000 links',
    container: 'ogg',
    make: () => Buffer.concat(Array.from({ length: 30_000 }, (_, serial) => opusStart(serial))),
  },
  {
    name: 'Ogg with 20 MB of comments',
    container: 'ogg',
    make: () =>
      filled(
        20 * MEGABYTE,
        page(CONTINUED, 1, segmentsOf(255), Buffer.alloc(65_025, 0x41)),
        Buffer.concat([
          page(FIRST, 1, [OPUS_HEAD.length], OPUS_HEAD),
          page(0, 1, [255], filled(247, hex('00'), text('OpusTags'))),
        ]),
      ),
  },
  {
    name: 'Ogg with a Vorbis setup without an end',
    container: 'ogg',
    make: () =>
      filled(
        16 * MEGABYTE,
        page(CONTINUED, 1, segmentsOf(255), Buffer.alloc(65_025, 0x55)),
        Buffer.concat([
          page(FIRST, 1, [VORBIS_HEAD.length], VORBIS_HEAD),
          page(0, 1, [8, 255], Buffer.concat([text('\x03vorbis\x01'), filled(248, hex('55'), text('\x05vorbis'))])),
        ]),
      ),
  },
  { name: 'Ogg of names of pages', container: 'ogg', make: () => filled(4 * MEGABYTE, text('OggS'), opusStart()) },
  {
    name: 'Ogg of pages that end beyond the file',
    container: 'ogg',
    make: () =>
      filled(2 * MEGABYTE, Buffer.concat([page(0, 1, [], Buffer.alloc(0)).subarray(0, 26), hex('ff')]), opusStart()),
  },
  {
    name: 'Ogg of 4 MB of nothing behind its beginning',
    container: 'ogg',
    make: () => filled(4 * MEGABYTE, hex('00'), opusStart()),
  },
];
