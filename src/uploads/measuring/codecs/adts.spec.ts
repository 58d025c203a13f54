import { readFileSync } from 'node:fs';
import { measureAudio, type Measure } from '../measure-audio.js';

const voice = readFileSync('test/fixtures/audio/voice.aac');
const measure = (...parts: Buffer[]): Measure => {
  const file = Buffer.concat(parts);
  return measureAudio(file, file.length, 'aac');
};
const seconds = (measured: Measure): number | undefined =>
  measured.kind === 'measured' ? measured.seconds : undefined;

/** AAC LC of one channel at 48 kHz: so many bytes, and so many blocks of 1024 samples. */
function frame(lengthBytes: number, blocks = 1): Buffer {
  const it = Buffer.alloc(lengthBytes);
  it.set([
    0xff,
    0xf1,
    0x4c,
    0x40 | (lengthBytes >> 11),
    (lengthBytes >> 3) & 255,
    ((lengthBytes & 7) << 5) | 0x1f,
    0xfc | (blocks - 1),
  ]);
  return it;
}
const frames = (count: number, blocks = 1): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, at) => frame(100 + at, blocks)));

describe('AAC in ADTS', () => {
  it.each<[string, number, Buffer[]]>([
    ['frames and nothing else', 30, [frames(30)]],
    ['frames of several blocks', 90, [frames(30, 3)]],
    [
      'padding and tags',
      50,
      [Buffer.alloc(999), frames(30), Buffer.from('TAG'.padEnd(128)), frames(20), Buffer.alloc(99_999)],
    ],
    ['an end within a frame', 30, [frames(30), frame(900).subarray(0, 800)]],
    ['a beginning within a frame', 30, [frame(900).subarray(300), frames(30)]],
  ])('counts %s', (_, blocks, parts) => {
    expect(seconds(measure(...parts))).toBeCloseTo((blocks * 1024) / 48_000, 6);
  });

  it('measures a recording, and two of them joined', () => {
    expect(seconds(measure(voice))).toBeCloseTo(2.2, 1);
    expect(seconds(measure(voice, voice))).toBeCloseTo(4.4, 0);
  });
});
