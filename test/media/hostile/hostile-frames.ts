import { withApeTag, writeSynchsafe } from '../dressing.js';
import { filled, hex, MEGABYTE, noise, text, uint32LE } from './blocks.js';
import type { HostileFile } from './hostile-file.js';

const FLAC_HEAD = hex('664c6143 00000022 1000 1000 000000 000000 0ac442f0 00000000 00000000000000000000000000000000');

/** With a tag of ID3v2.3 of this size in front. */
function id3(body: Buffer): Buffer {
  const head = text('ID3\x03\0\0\0\0\0\0');
  writeSynchsafe(head, body.length, 6);
  return Buffer.concat([head, body]);
}

/** The header of a FLAC frame with its checksum, from which no frame follows: 4096 samples, 44.1 kHz, stereo. */
function flacFrameHead(): Buffer {
  const head = hex('fff8c91800');
  const crc = head.reduce((crc, byte) => {
    let value = crc ^ byte;
    for (let bit = 0; bit < 8; bit += 1) value = ((value << 1) ^ (value & 0x80 ? 0x07 : 0)) & 0xff;
    return value;
  }, 0);
  return Buffer.concat([head, Buffer.from([crc])]);
}

/** MP3 frames of 48 kHz and 128 kbit/s, of 384 bytes. */
const MP3_HEAD = hex('fffb9464');

/** Streams of frames, and their tags. */
export const hostileFrames: readonly HostileFile[] = [
  { name: 'MP3 of headers only', container: 'mp3', make: () => filled(4 * MEGABYTE, MP3_HEAD) },
  { name: 'MP3 of headers that lead nowhere', container: 'mp3', make: () => filled(4 * MEGABYTE, hex('fffb9064 00')) },
  {
    name: 'MP3 of pairs of frames',
    container: 'mp3',
    make: () =>
      filled(
        8 * MEGABYTE,
        Buffer.concat([filled(380, hex('00'), MP3_HEAD), filled(380, hex('00'), MP3_HEAD), Buffer.alloc(50)]),
      ),
  },
  { name: 'MP3 of free format, of headers only', container: 'mp3', make: () => filled(4 * MEGABYTE, hex('fffb0464')) },
  {
    name: 'MP3 of free format whose frames have no end',
    container: 'mp3',
    make: () => filled(8 * MEGABYTE, hex('00'), hex('fffb0464')),
  },
  { name: 'MP3 of bytes of ones', container: 'mp3', make: () => filled(8 * MEGABYTE, hex('ff')) },
  {
    name: 'MP3 of 50 MB of ID3 frames',
    container: 'mp3',
    make: () => Buffer.concat([id3(filled(50 * MEGABYTE, hex('54584858 00000001 0000 00'))), filled(4000, MP3_HEAD)]),
  },
  { name: 'MP3 of 400,000 empty tags', container: 'mp3', make: () => filled(4 * MEGABYTE, id3(Buffer.alloc(0))) },
  {
    name: 'MP3 of 100,000 APE tags',
    container: 'mp3',
    make: () => filled(8 * MEGABYTE, withApeTag(Buffer.alloc(0), 0)),
  },
  {
    name: 'MP3 of 30,000 old tags',
    container: 'mp3',
    make: () => filled(4 * MEGABYTE, filled(125, hex('00'), text('TAG'))),
  },
  {
    name: 'MP3 whose tag is larger than it',
    container: 'mp3',
    make: () => filled(MEGABYTE, MP3_HEAD, text('ID3\x03\0\0\x7f\x7f\x7f\x7f')),
  },
  { name: 'MP3 of noise', container: 'mp3', make: () => noise(8 * MEGABYTE) },
  { name: 'AAC of headers only', container: 'aac', make: () => filled(4 * MEGABYTE, hex('fff1508000fffc')) },
  {
    name: 'AAC of frames that are shorter than their headers',
    container: 'aac',
    make: () => filled(4 * MEGABYTE, hex('fff15080001ffc')),
  },
  { name: 'AAC of noise', container: 'aac', make: () => noise(8 * MEGABYTE) },
  { name: 'LATM of frames without anything', container: 'latm', make: () => filled(4 * MEGABYTE, hex('56e000')) },
  { name: 'AC-3 of sync words', container: 'ac3', make: () => filled(4 * MEGABYTE, hex('0b77')) },
  { name: 'AC-3 of headers only', container: 'ac3', make: () => filled(4 * MEGABYTE, hex('0b77 0000 00 40 43 00')) },
  {
    name: 'E-AC-3 of frames of two bytes',
    container: 'eac3',
    make: () => filled(4 * MEGABYTE, hex('0b77 0000 00 80 00 00')),
  },
  { name: 'FLAC with 15 MB of comments', container: 'flac', make: () => flacWithComments(15 * MEGABYTE) },
  {
    name: 'FLAC of a million empty blocks',
    container: 'flac',
    make: () => filled(4 * MEGABYTE, hex('04000000'), FLAC_HEAD),
  },
  {
    name: 'FLAC of headers of frames only',
    container: 'flac',
    make: () => filled(8 * MEGABYTE, flacFrameHead(), lastBlock()),
  },
  { name: 'FLAC of sync words', container: 'flac', make: () => filled(8 * MEGABYTE, hex('fff8'), lastBlock()) },
  {
    name: 'FLAC of one frame without an end',
    container: 'flac',
    make: () => filled(16 * MEGABYTE, hex('00'), Buffer.concat([lastBlock(), flacFrameHead()])),
  },
  {
    name: 'FLAC with a header of frames in every kilobyte',
    container: 'flac',
    make: () => filled(8 * MEGABYTE, filled(1000, hex('55'), flacFrameHead()), lastBlock()),
  },
  { name: 'AMR of frames of nothing', container: 'amr', make: () => filled(4 * MEGABYTE, hex('7c'), text('#!AMR\n')) },
  {
    name: 'AMR of types that there are not',
    container: 'amr',
    make: () => filled(4 * MEGABYTE, hex('64'), text('#!AMR\n')),
  },
  {
    name: 'AMR wideband of frames of nothing',
    container: 'amr',
    make: () => filled(4 * MEGABYTE, hex('7c'), text('#!AMR-WB\n')),
  },
  {
    name: 'WavPack of blocks of 2^32 samples',
    container: 'wv',
    make: () => filled(4 * MEGABYTE, wavpackBlock(0xffffffff, 24)),
  },
  {
    name: 'WavPack of blocks without a size',
    container: 'wv',
    make: () => filled(4 * MEGABYTE, wavpackBlock(22_050, 0)),
  },
  {
    name: 'TTA that claims 2^32 samples',
    container: 'tta',
    make: () =>
      filled(MEGABYTE, hex('00'), Buffer.concat([text('TTA1'), hex('0100 0100 1000 44ac0000 ffffffff 00000000')])),
  },
  {
    name: 'TTA of a sample a second',
    container: 'tta',
    make: () =>
      filled(
        MEGABYTE,
        hex('01000000'),
        Buffer.concat([text('TTA1'), hex('0100 0100 1000 01000000 ffffff00 00000000')]),
      ),
  },
];

function lastBlock(): Buffer {
  const head = Buffer.from(FLAC_HEAD);
  head.writeUInt8(0x80, 4);
  return head;
}

function flacWithComments(sizeBytes: number): Buffer {
  const comments = filled(
    sizeBytes,
    hex('03000000 413d42'),
    Buffer.concat([uint32LE(0), uint32LE(Math.floor(sizeBytes / 7))]),
  );
  const block = hex('84 000000');
  block.writeUIntBE(comments.length, 1, 3);
  return Buffer.concat([FLAC_HEAD, block, comments]);
}

function wavpackBlock(samples: number, sizeBytes: number): Buffer {
  const block = Buffer.alloc(32);
  block.write('wvpk', 'latin1');
  block.writeUInt32LE(sizeBytes, 4);
  block.writeUInt16LE(0x407, 8);
  block.writeUInt32LE(0xffffffff, 12);
  block.writeUInt32LE(samples, 20);
  block.writeUInt32LE(0x04801805, 24);
  return block;
}
