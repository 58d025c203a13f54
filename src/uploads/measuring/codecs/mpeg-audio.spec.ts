import { readFileSync } from 'node:fs';
import { measureAudio, type Measure } from '../measure-audio.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);
const measure = (...parts: Buffer[]): Measure => {
  const file = Buffer.concat(parts);
  return measureAudio(file, file.length, 'mp3');
};

/** 32 kbit/s at 48 kHz: MPEG 1 layer III, 96 bytes, 24 ms. */
const FRAME_SECONDS = 0.024;
const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x14, 0xc4]), Buffer.alloc(92, 0x55)]);
const frames = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => frame));

function id3(contents: Buffer): Buffer {
  const { length } = contents;
  const size = [length >> 21, length >> 14, length >> 7, length].map((it) => it & 0x7f);
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), Buffer.from(size), contents]);
}

const ID3V1 = Buffer.from('TAG'.padEnd(128, ' '));
const APE = Buffer.from(`APETAGEX${'\xff\xfb'.repeat(9_000)}`, 'latin1');

/** A frame of notes as LAME writes it: so many frames, and samples before and behind the sound. */
function notes(name: string, count: number, delay = 576, padding = 1000): Buffer {
  const it = Buffer.concat([Buffer.from([0xff, 0xfb, 0x54, 0xc4]), Buffer.alloc(188)]);
  it.write(name, 21, 'latin1');
  it.writeUInt32BE(1, 25);
  it.writeUInt32BE(count, 29);
  it.write('LAME3.100', 141, 'latin1');
  it.writeUIntBE(delay * 4096 + padding, 162, 3);
  return it;
}

function seconds(measured: Measure): number | undefined {
  return measured.kind === 'measured' ? measured.seconds : undefined;
}

describe('MPEG audio', () => {
  it.each<[string, number, Buffer[]]>([
    ['frames and nothing else', 40, [frames(40)]],
    ['tags in front', 40, [id3(Buffer.alloc(300)), id3(frames(5)), frames(40)]],
    ['tags behind', 40, [frames(40), APE, ID3V1]],
    [
      'tags in the middle',
      60,
      [id3(Buffer.alloc(9)), frames(40), ID3V1, id3(Buffer.alloc(9_000, 0xff)), frames(20), ID3V1],
    ],
    [
      'padding everywhere',
      60,
      [Buffer.alloc(3_000), frames(40), Buffer.alloc(99_999), frames(20), Buffer.alloc(1_000_000)],
    ],
    ['a beginning within a frame', 40, [frame.subarray(50), frames(40)]],
    ['an end within a frame', 40, [frames(40), frame.subarray(0, 95)]],
    ['pieces of frames in the middle', 60, [frames(40), frame.subarray(0, 50), frame.subarray(70), frames(20)]],
    ['two frames in a row, which may be chance', 40, [frames(40), Buffer.alloc(96), frames(2), Buffer.alloc(96)]],
    ['two frames and no more', 2, [frames(2)]],
    ['two frames and a tag', 2, [id3(Buffer.alloc(9)), frames(2), ID3V1]],
    [
      'a tag that is longer than the file',
      40,
      [id3(Buffer.alloc(99)).subarray(0, 50), frames(40)].map((it, at) =>
        at === 0 ? Buffer.concat([it.subarray(0, 6), Buffer.from([0x7f, 0x7f, 0x7f, 0x7f]), it.subarray(10)]) : it,
      ),
    ],
  ])('counts %s', (_, count, parts) => {
    expect(seconds(measure(...parts))).toBeCloseTo(count * FRAME_SECONDS, 6);
  });

  it.each<[string, number, Buffer[]]>([
    ['once', 40 * 1152 - 576 - 1000, [notes('Info', 40), frames(40)]],
    ['whatever count they claim', 40 * 1152 - 576 - 529, [notes('Xing', 4_000_000), frames(40)]],
    ['of a file that was cut off', 20 * 1152 - 576 - 529, [notes('Xing', 40), frames(20)]],
    ['behind a tag', 40 * 1152 - 576 - 1000, [id3(frames(3)), notes('Info', 40), frames(40)]],
  ])('leaves out what an encoder notes, %s', (_, samples, parts) => {
    expect(seconds(measure(...parts))).toBeCloseTo(samples / 48_000, 6);
  });

  it.each<[string, number[], number, number]>([
    ['MPEG 1 layer I', [0xff, 0xff, 0x14, 0xc4], 32, 384 / 48_000],
    ['MPEG 1 layer II', [0xff, 0xfd, 0x14, 0xc4], 96, 1152 / 48_000],
    ['MPEG 2 layer III', [0xff, 0xf3, 0x14, 0xc4], 24, 576 / 24_000],
    ['MPEG 2 layer II', [0xff, 0xf5, 0x14, 0xc4], 48, 1152 / 24_000],
    ['MPEG 2.5 layer III', [0xff, 0xe3, 0x18, 0xc4], 72, 576 / 8_000],
    ['MPEG 1 layer III with padding', [0xff, 0xfb, 0x16, 0xc4], 97, 1152 / 48_000],
    ['free format', [0xff, 0xfb, 0x04, 0xc4], 333, 1152 / 48_000],
  ])('knows the frames of %s', (_, header, lengthBytes, frameSeconds) => {
    const one = Buffer.concat([Buffer.from(header), Buffer.alloc(lengthBytes - header.length)]);
    const file = Array.from({ length: 30 }, () => one);
    expect(seconds(measure(...file))).toBeCloseTo(30 * frameSeconds, 6);
  });

  it.each([
    ['cbr.mp3', 2.2],
    ['id3.mp3', 2.2],
    ['vbr-bare.mp3', 2.2],
    ['vbr-xing.mp3', 2.2],
  ])('measures %s', (name, expected) => {
    expect(Math.abs((seconds(measure(fixture(name))) ?? 0) - expected)).toBeLessThan(0.1);
    expect(Math.abs((seconds(measure(fixture(name), fixture(name))) ?? 0) - 2 * expected)).toBeLessThan(0.15);
  });

  it('knows where there are tags and no sound', () => {
    expect(measure(id3(Buffer.alloc(130)))).toEqual({ kind: 'empty' });
    expect(measure(id3(Buffer.alloc(130)), ID3V1)).toEqual({ kind: 'empty' });
  });

  it.each<[string, Buffer]>([
    ['zeros', Buffer.alloc(100_000)],
    ['ones', Buffer.alloc(100_000, 0xff)],
    ['headers that lead nowhere', Buffer.alloc(100_000, Buffer.from([0xff, 0xfb, 0x14, 0xc4, 0]))],
  ])('finds nothing in %s', (_, bytes) => {
    expect(measure(bytes).kind).toBe('unknown');
  });
});
