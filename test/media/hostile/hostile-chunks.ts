import { filled, hex, MEGABYTE, riffChunk, text, uint32BE, uint32LE, uint64LE } from './blocks.js';
import type { HostileFile } from './hostile-file.js';

const MOST = 0xffffffff;

function riff(form: string, ...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([text('RIFF'), uint32LE(MOST), text(form), ...chunks]);
}

interface WaveFormat {
  readonly tag?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly blockBytes?: number;
  readonly bits?: number;
  readonly samplesPerBlock?: number;
}

function format({
  tag = 1,
  channels = 1,
  sampleRate = 8000,
  blockBytes = 2,
  bits = 16,
  samplesPerBlock,
}: WaveFormat): Buffer {
  const body = Buffer.alloc(samplesPerBlock === undefined ? 16 : 20);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(sampleRate, 4);
  body.writeUInt16LE(blockBytes, 12);
  body.writeUInt16LE(bits, 14);
  if (samplesPerBlock !== undefined) {
    body.writeUInt16LE(2, 16);
    body.writeUInt16LE(samplesPerBlock, 18);
  }
  return riffChunk('fmt ', body);
}

const wav = (of: WaveFormat, sizeBytes = MEGABYTE): Buffer =>
  riff('WAVE', format(of), riffChunk('data', Buffer.alloc(sizeBytes), MOST));

/** In a codec by its number, in blocks of a byte, and what it may be led astray by. */
function coded(tag: string): Buffer {
  const body = hex(`${tag} 0100 803e0000 00000000 0100 0000 0a00 00000000 0200 00000000`);
  return filled(
    8 * MEGABYTE,
    hex('7ffe8001 fff8c918'),
    riff('WAVE', riffChunk('fmt ', body), text('data'), uint32LE(MOST)),
  );
}

const AIFF_COMM = Buffer.concat([text('COMM'), uint32BE(18), hex('0001 ffffffff 0010 400bfa00000000000000')]);
const CAF_DESC = Buffer.concat([
  text('desc'),
  hex('0000000000000020'),
  hex('40e5888000000000'),
  text('alac'),
  hex('00000000 00000000 00001000 00000001 00000000'),
]);

/** The header of an ASF object: a GUID and a size. */
function asfObject(guid: string, size: bigint, ...body: readonly Buffer[]): Buffer {
  return Buffer.concat([hex(guid), uint64LE(size), ...body]);
}

const ASF_HEADER = '3026b2758e66cf11a6d900aa0062ce6c';
const ASF_DATA = '3626b2758e66cf11a6d900aa0062ce6c';
const ASF_PADDING = '74d40618dfca0945a4ba9aabcb96aae8';

const AVI_HEAD = riffChunk('LIST', Buffer.concat([text('hdrl'), riffChunk('avih', Buffer.alloc(56))]));
const VOC_HEAD = Buffer.concat([text('Creative Voice File\x1a'), hex('1a000a012911')]);
const FLV_HEAD = hex('464c5601 04 00000009 00000000');

function tsPacket(start: string, fill = '00'): Buffer {
  return Buffer.concat([hex(start), Buffer.alloc(188, hex(fill))]).subarray(0, 188);
}

/** A stream of sound by its entry in a table, in packets that all are beginnings and are filled with the same. */
function tsOf(entry: string, fill: string): Buffer {
  const length = (13 + hex(entry).length).toString(16).padStart(2, '0');
  const tables = [
    tsPacket('47400010 00 00b00d0001c100000001f00000000000', 'ff'),
    tsPacket(`47500010 00 02b0${length}0001c10000e100f000${entry}00000000`, 'ff'),
  ];
  return filled(188 * 40_000, tsPacket('47410110 000001bd0000800000', fill), Buffer.concat(tables));
}

/** Containers of chunks, objects, tags and packets. */
export const hostileChunks: readonly HostileFile[] = [
  {
    name: 'WAV of 2^16 empty chunks',
    container: 'wav',
    make: () => filled(8 * 2 ** 16, riffChunk('junk', Buffer.alloc(0)), riff('WAVE')),
  },
  { name: 'WAV of WMA of packets of a byte', container: 'wav', make: () => coded('6101') },
  { name: "WAV of Flash's ADPCM of blocks of a byte", container: 'wav', make: () => coded('4653') },
  { name: 'WAV of FLAC of sync words', container: 'wav', make: () => coded('acf1') },
  { name: 'WAV of DTS of sync words', container: 'wav', make: () => coded('0120') },
  {
    name: 'WAV of a million empty chunks',
    container: 'wav',
    make: () => filled(8 * MEGABYTE, riffChunk('fmt ', Buffer.alloc(0)), riff('WAVE')),
  },
  { name: 'WAV of 100,000 formats', container: 'wav', make: () => filled(24 * 100_000, format({}), riff('WAVE')) },
  {
    name: 'WAV of chunks of 2^32 bytes',
    container: 'wav',
    make: () => filled(MEGABYTE, riffChunk('junk', Buffer.alloc(0), MOST), riff('WAVE')),
  },
  { name: 'WAV of 0 hertz', container: 'wav', make: () => wav({ sampleRate: 0 }) },
  { name: 'WAV of 1 hertz', container: 'wav', make: () => wav({ sampleRate: 1 }) },
  { name: 'WAV of 2^32 - 1 hertz', container: 'wav', make: () => wav({ sampleRate: MOST }) },
  { name: 'WAV without channels', container: 'wav', make: () => wav({ channels: 0 }) },
  { name: 'WAV of 65,535 channels', container: 'wav', make: () => wav({ channels: 65_535 }) },
  { name: 'WAV without bits', container: 'wav', make: () => wav({ bits: 0, blockBytes: 0 }) },
  {
    name: 'WAV of ADPCM with 65,535 samples in a byte',
    container: 'wav',
    make: () => wav({ tag: 2, blockBytes: 1, bits: 4, samplesPerBlock: 65_535 }),
  },
  {
    name: 'WAV of ADPCM without blocks',
    container: 'wav',
    make: () => wav({ tag: 0x11, blockBytes: 0, bits: 4, samplesPerBlock: 505 }),
  },
  {
    name: 'WAV of MP3 without frames',
    container: 'wav',
    make: () => wav({ tag: 0x55, blockBytes: 1, bits: 0 }, 4 * MEGABYTE),
  },
  {
    name: 'W64 of empty chunks',
    container: 'wav',
    make: () =>
      filled(
        4 * MEGABYTE,
        hex('6a756e6bf3acd3118cd100c04f8edb8a 1800000000000000'),
        hex('726966662e91cf11a5d628db04c10000 ffffffffffffff7f 77617665f3acd3118cd100c04f8edb8a'),
      ),
  },
  {
    name: 'W64 of chunks without a size',
    container: 'wav',
    make: () =>
      filled(
        MEGABYTE,
        hex('6a756e6bf3acd3118cd100c04f8edb8a 0000000000000000'),
        hex('726966662e91cf11a5d628db04c10000 ffffffffffffff7f 77617665f3acd3118cd100c04f8edb8a'),
      ),
  },
  {
    name: 'RF64 whose table has 2^32 entries',
    container: 'wav',
    make: () =>
      Buffer.concat([
        text('RF64'),
        uint32LE(MOST),
        text('WAVE'),
        riffChunk(
          'ds64',
          Buffer.concat([uint64LE(1n << 62n), uint64LE(1n << 62n), uint64LE(1n << 62n), uint32LE(MOST)]),
        ),
        format({}),
        riffChunk('data', Buffer.alloc(MEGABYTE), MOST),
      ]),
  },
  {
    name: 'AIFF of a million empty chunks',
    container: 'aiff',
    make: () =>
      filled(
        8 * MEGABYTE,
        Buffer.concat([text('ANNO'), uint32BE(0)]),
        Buffer.concat([text('FORM'), uint32BE(MOST), text('AIFF')]),
      ),
  },
  {
    name: 'AIFF that claims 2^32 samples',
    container: 'aiff',
    make: () =>
      Buffer.concat([
        text('FORM'),
        uint32BE(MOST),
        text('AIFF'),
        AIFF_COMM,
        text('SSND'),
        uint32BE(MOST),
        Buffer.alloc(8),
      ]),
  },
  {
    name: 'AIFF of a rate that is no number',
    container: 'aiff',
    make: () =>
      filled(
        MEGABYTE,
        hex('00'),
        Buffer.concat([
          text('FORM'),
          uint32BE(MOST),
          text('AIFF'),
          text('COMM'),
          uint32BE(18),
          hex('0001 ffffffff 0010 7fffc000000000000000'),
          text('SSND'),
          uint32BE(MOST),
          Buffer.alloc(8),
        ]),
      ),
  },
  {
    name: 'AU that begins beyond its end',
    container: 'au',
    make: () => filled(MEGABYTE, hex('00'), hex('2e736e64 ffffffff ffffffff 00000003 00001f40 00000001')),
  },
  {
    name: 'CAF of a million empty chunks',
    container: 'caf',
    make: () => filled(12 * MEGABYTE, Buffer.concat([text('free'), Buffer.alloc(8)]), text('caff\0\x01\0\0')),
  },
  {
    name: 'CAF of chunks of less than nothing',
    container: 'caf',
    make: () => filled(MEGABYTE, Buffer.concat([text('free'), hex('8000000000000000')]), text('caff\0\x01\0\0')),
  },
  {
    name: 'CAF that claims 2^62 packets',
    container: 'caf',
    make: () =>
      Buffer.concat([
        text('caff\0\x01\0\0'),
        CAF_DESC,
        text('pakt'),
        hex('0000000000400000 4000000000000000 4000000000000000 00000000 00000000'),
        Buffer.alloc(4 * MEGABYTE, 1),
        text('data'),
        hex('ffffffffffffffff'),
        Buffer.alloc(4 * MEGABYTE),
      ]),
  },
  {
    name: 'CAF with a size of a packet that does not end',
    container: 'caf',
    make: () =>
      Buffer.concat([
        text('caff\0\x01\0\0'),
        CAF_DESC,
        text('pakt'),
        hex('0000000000400000 0000000000400000 4000000000000000 00000000 00000000'),
        Buffer.alloc(4 * MEGABYTE, 0x80),
      ]),
  },
  {
    name: 'AVI of a million empty chunks',
    container: 'avi',
    make: () =>
      filled(
        8 * MEGABYTE,
        riffChunk('01wb', Buffer.alloc(0)),
        riff('AVI ', AVI_HEAD, text('LIST'), uint32LE(MOST), text('movi')),
      ),
  },
  {
    name: 'AVI of lists in lists',
    container: 'avi',
    make: () =>
      filled(6 * MEGABYTE, Buffer.concat([text('LIST'), uint32LE(MOST), text('movi')]), riff('AVI ', AVI_HEAD)),
  },
  {
    name: 'AVI of 100,000 streams',
    container: 'avi',
    make: () =>
      filled(
        20 * 100_000,
        riffChunk('LIST', Buffer.concat([text('strl'), riffChunk('strh', Buffer.alloc(0))])),
        riff('AVI ', text('LIST'), uint32LE(MOST), text('hdrl')),
      ),
  },
  { name: 'MPEG-TS of sync bytes', container: 'ts', make: () => filled(4 * MEGABYTE, hex('47')) },
  {
    name: 'MPEG-TS of packets without anything',
    container: 'ts',
    make: () => filled(4_000_000 - (4_000_000 % 188), tsPacket('471fff10')),
  },
  {
    name: 'MPEG-TS of beginnings of packets of sound',
    container: 'ts',
    make: () => filled(188 * 20_000, tsPacket('47410010 00 000001 c0 0000 8080 05 2100010001')),
  },
  {
    name: 'MPEG-TS of tables that claim many programs',
    container: 'ts',
    make: () => filled(188 * 20_000, tsPacket('47400010 00 00b3ff 0001 c10000', '0001e100')),
  },
  {
    name: 'MPEG-TS of fields longer than their packets',
    container: 'ts',
    make: () => filled(188 * 20_000, tsPacket('47410030 ff')),
  },
  {
    name: 'MPEG-TS of Opus of sizes only',
    container: 'ts',
    make: () => tsOf('06e101f00605044f707573', '7fe0ffff'),
  },
  {
    name: 'MPEG-TS of Opus of packets of a byte',
    container: 'ts',
    make: () => tsOf('06e101f00605044f707573', '7fe00118'),
  },
  { name: 'MPEG-TS of DTS of marks only', container: 'ts', make: () => tsOf('82e101f000', '7ffe8001') },
  {
    name: 'MPEG-TS of DTS of extensions',
    container: 'ts',
    make: () => tsOf('86e101f000', '7ffe8001 64582025 00000005e0'),
  },
  { name: 'MPEG-TS of LATM of marks only', container: 'ts', make: () => tsOf('11e101f000', '56e0') },
  {
    name: 'MPEG-PS of DTS of marks only',
    container: 'mpeg',
    make: () =>
      filled(
        8 * MEGABYTE,
        filled(65_528, hex('7f7f7ffe'), hex('000001bd ffff 800000 88010001')),
        hex('000001ba 44000400040100000303f8'),
      ),
  },
  {
    name: 'MPEG-PS of a million empty packets',
    container: 'mpeg',
    make: () => filled(6 * MEGABYTE, hex('000001c0 0000'), hex('000001ba 44000400040100000303f8')),
  },
  { name: 'MPEG-PS of beginnings', container: 'mpeg', make: () => filled(4 * MEGABYTE, hex('000001')) },
  {
    name: 'MPEG-PS of packets of 65,535 bytes that begin at once again',
    container: 'mpeg',
    make: () => filled(4 * MEGABYTE, hex('000001bd ffff 8180ff')),
  },
  {
    name: 'ASF of 100,000 empty objects',
    container: 'asf',
    make: () =>
      filled(24 * 100_000, asfObject(ASF_PADDING, 24n), asfObject(ASF_HEADER, 1n << 40n, hex('ffffffff 0102'))),
  },
  {
    name: 'ASF of objects without a size',
    container: 'asf',
    make: () => filled(24 * 40_000, asfObject(ASF_PADDING, 0n), asfObject(ASF_HEADER, 1n << 40n, hex('ffffffff 0102'))),
  },
  {
    name: 'ASF of objects of 2^63 bytes',
    container: 'asf',
    make: () =>
      filled(24 * 40_000, asfObject(ASF_PADDING, 1n << 63n), asfObject(ASF_HEADER, 1n << 63n, hex('ffffffff 0102'))),
  },
  {
    name: 'ASF of data without packets',
    container: 'asf',
    make: () =>
      filled(
        4 * MEGABYTE,
        hex('82000009'),
        Buffer.concat([
          asfObject(ASF_HEADER, 30n, hex('00000000 0102')),
          asfObject(ASF_DATA, 1n << 62n, Buffer.alloc(26, 0xff)),
        ]),
      ),
  },
  {
    name: 'VOC of a million empty blocks',
    container: 'voc',
    make: () => filled(4 * MEGABYTE, hex('05000000'), VOC_HEAD),
  },
  {
    name: 'VOC of the longest silence',
    container: 'voc',
    make: () => filled(MEGABYTE, hex('03030000 ffff00'), VOC_HEAD),
  },
  {
    name: 'VOC of loops without an end',
    container: 'voc',
    make: () => filled(MEGABYTE, hex('06020000 ffff 01030000 830080 07000000'), VOC_HEAD),
  },
  {
    name: 'VOC that begins beyond its end',
    container: 'voc',
    make: () => filled(1000, hex('01'), Buffer.concat([text('Creative Voice File\x1a'), hex('ffff0a012911')])),
  },
  {
    name: 'FLV of empty tags',
    container: 'flv',
    make: () => filled(4 * MEGABYTE, hex('08 000000 000000 00 000000 0000000b'), FLV_HEAD),
  },
  {
    name: 'FLV of tags of 2^24 bytes',
    container: 'flv',
    make: () => filled(MEGABYTE, hex('08 ffffff 000000 00 000000 2f'), FLV_HEAD),
  },
  {
    name: 'FLV that begins beyond its end',
    container: 'flv',
    make: () => filled(MEGABYTE, hex('08'), hex('464c5601 04 ffffffff 00000000')),
  },
];
