import { readFileSync } from 'node:fs';
import { measureAudio, type Measure } from '../measure-audio.js';

const mp3 = readFileSync('test/fixtures/audio/vbr-bare.mp3');
const ac3 = readFileSync('test/fixtures/media/ac3-32k.ac3');

function measure(...parts: Buffer[]): Measure {
  const file = Buffer.concat(parts);
  return measureAudio(file, file.length, 'mpeg');
}
const seconds = (measured: Measure): number | undefined =>
  measured.kind === 'measured' ? measured.seconds : undefined;
const truth = (file: Buffer, container: 'mp3' | 'ac3'): number =>
  seconds(measureAudio(file, file.length, container)) ?? 0;
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** The headers of packs of MPEG-1 and MPEG-2, the latter with two bytes of stuffing. */
const PACK_1 = hex('000001ba 2100010001800183');
const PACK_2 = hex('000001ba 44000400040100 0003fa ffff');
/** What is in front of a packet's bytes in MPEG-2: nothing but that; a time of presentation, and some stuffing. */
const PLAIN = hex('800000');
const TIMED = hex('8180 08 2100010001 ffffff');

function packet(id: number, payload: Buffer, header = PLAIN): Buffer {
  const head = hex('000001 00 0000');
  head.writeUInt8(id, 3);
  head.writeUInt16BE(header.length + payload.length, 4);
  return Buffer.concat([head, header, payload]);
}

/** In packets of so many bytes, each in a pack with a picture and padding. */
function stream(file: Buffer, toPacket: (piece: Buffer) => Buffer, pack = PACK_2): Buffer[] {
  return Array.from({ length: Math.ceil(file.length / 500) }, (_, index) => {
    const piece = file.subarray(index * 500, (index + 1) * 500);
    return Buffer.concat([
      pack,
      packet(0xe0, hex('000001ba000001c0')),
      toPacket(piece),
      packet(0xbe, Buffer.alloc(9, 255)),
    ]);
  });
}
const film = stream(mp3, (piece) => packet(0xc0, piece, TIMED));

describe('MPEG program streams', () => {
  it('count the frames of MPEG audio, behind headers of MPEG-2', () => {
    expect(seconds(measure(...film))).toBeCloseTo(truth(mp3, 'mp3'), 6);
  });

  it.each<[string, string]>([
    ['no time', '0f'],
    ['stuffing and no time', 'ffffff0f'],
    ['a time', '2100010001'],
    ['the size of a buffer and a time', '60052100010001'],
    ['two times behind stuffing', 'ffff31000100011100010001'],
  ])('count them behind headers of MPEG-1 with %s', (_, header) => {
    const packs = stream(mp3, (piece) => packet(0xc0, piece, hex(header)), PACK_1);
    expect(seconds(measure(...packs))).toBeCloseTo(truth(mp3, 'mp3'), 6);
  });

  it.each<[string, string]>([
    ['as discs have it', '80010001'],
    ['as another stream', '87010001'],
    ['as HD DVD has it', 'c0010001'],
  ])('count AC-3 %s', (_, header) => {
    const packs = stream(ac3, (piece) => packet(0xbd, Buffer.concat([hex(header), piece])));
    expect(seconds(measure(...packs))).toBeCloseTo(truth(ac3, 'ac3'), 6);
  });

  it('count AC-3 without a number', () => {
    const packs = Array.from({ length: 10 }, (_, index) =>
      Buffer.concat([PACK_2, packet(0xbd, ac3.subarray(index * 192, (index + 1) * 192), TIMED)]),
    );
    expect(seconds(measure(...packs))).toBeCloseTo(0.48, 6);
  });

  it('count DTS', () => {
    // 512 samples at 48 kHz in 96 bytes.
    const frame = Buffer.concat([hex('7ffe8001 fc3c05f0b40000000000'), Buffer.alloc(82, 1)]);
    const sound = Buffer.concat(Array.from({ length: 45 }, () => frame));
    const packs = stream(sound, (piece) => packet(0xbd, Buffer.concat([hex('88010001'), piece])));
    expect(seconds(measure(...packs))).toBeCloseTo((45 * 512) / 48_000, 6);
  });

  it.each<[string, string, number]>([
    ['16 bits, 48 kHz, two channels', '01', 2 * 2 * 48_000],
    ['24 bits, 96 kHz, one channel', '90', 3 * 96_000],
    ['20 bits, 44.1 kHz, six channels', '65', 2.5 * 6 * 44_100],
  ])('count samples of %s', (_, codes, bytesPerSecond) => {
    const header = hex(`a00100040c${codes}80`);
    const packs = stream(Buffer.alloc(60_000, 7), (piece) => packet(0xbd, Buffer.concat([header, piece])));
    expect(seconds(measure(...packs))).toBeCloseTo(60_000 / bytesPerSecond, 5);
  });

  it('take the first stream that has something to be counted', () => {
    const lossless = packet(0xbd, Buffer.concat([hex('b0010001'), Buffer.alloc(300, 9)]));
    const other = stream(ac3, (piece) => packet(0xbd, Buffer.concat([hex('80010001'), piece])));
    expect(seconds(measure(lossless, ...film, ...other))).toBeCloseTo(truth(mp3, 'mp3'), 6);
  });

  it('go on behind damage, and to the end of what was cut off', () => {
    const damaged = [...film.slice(0, 5), Buffer.alloc(70_000, 1), ...film.slice(5)];
    expect(seconds(measure(...damaged, Buffer.alloc(5_000)))).toBeCloseTo(truth(mp3, 'mp3'), 6);
    const half = Buffer.concat(film).subarray(0, Buffer.concat(film).length / 2);
    expect(seconds(measure(half))).toBeCloseTo(truth(mp3, 'mp3') / 2, 1);
  });

  it('tell what has no sound from what nobody knows', () => {
    const subtitle = packet(0xbd, Buffer.concat([hex('20'), Buffer.alloc(20)]));
    expect(measure(PACK_2, packet(0xe0, Buffer.alloc(9)), subtitle)).toEqual({ kind: 'empty' });
    expect(measure(PACK_2, packet(0xe0, Buffer.alloc(9)), packet(0xfd, Buffer.alloc(20))).kind).toBe('unknown');
    expect(measure(PACK_2).kind).toBe('unknown');
    const invalid = packet(0xbd, Buffer.concat([hex('a00100040cc180'), Buffer.alloc(900)]));
    expect(measure(PACK_2, invalid).kind).toBe('unknown');
  });
});
