import { readFileSync } from 'node:fs';
import { measureAudio, type Measure } from '../measure-audio.js';

const mp3 = readFileSync('test/fixtures/audio/vbr-bare.mp3');

function measure(...parts: Buffer[]): Measure {
  const file = Buffer.concat(parts);
  return measureAudio(file, file.length, 'avi');
}
const seconds = (measured: Measure): number | undefined =>
  measured.kind === 'measured' ? measured.seconds : undefined;

function chunk(name: string, contents: Buffer, length = contents.length): Buffer {
  const header = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  header.writeUInt32LE(length, 4);
  return Buffer.concat([header, contents, Buffer.alloc(contents.length % 2)]);
}
const list = (kind: string, ...chunks: Buffer[]): Buffer =>
  chunk('LIST', Buffer.concat([Buffer.from(kind, 'latin1'), ...chunks]));
const riff = (kind: string, ...chunks: Buffer[]): Buffer =>
  chunk('RIFF', Buffer.concat([Buffer.from(kind, 'latin1'), ...chunks]), 0);

function stream(kind: string, format: Buffer): Buffer {
  const header = Buffer.alloc(56);
  header.write(kind, 'latin1');
  header.writeUInt32LE(0x7fffffff, 32);
  return list('strl', chunk('strh', header), chunk('strf', format));
}
function waveFormat(codec: number, channels: number, rate: number, extra = ''): Buffer {
  const format = Buffer.alloc(18);
  [codec, channels].forEach((it, at) => format.writeUInt16LE(it, 2 * at));
  format.writeUInt32LE(rate, 4);
  format.writeUInt16LE(2 * channels, 12);
  format.writeUInt16LE(16, 14);
  return Buffer.concat([format, Buffer.from(extra, 'hex')]);
}
const video = stream('vids', Buffer.alloc(40));
const picture = chunk('00dc', Buffer.alloc(333));
const pieces = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    chunk('01wb', bytes.subarray(at * size, (at + 1) * size)),
  );
const film = (format: Buffer): Buffer => list('hdrl', chunk('avih', Buffer.alloc(56)), video, stream('auds', format));

describe('AVI', () => {
  const pcm = film(waveFormat(1, 1, 8000));
  const second = pieces(Buffer.alloc(16_000), 1_001);

  it('counts samples beside pictures, in all parts of OpenDML, whatever lengths are claimed', () => {
    const movie = list('movi', ...second.flatMap((it) => [picture, it]), chunk('ix01', Buffer.alloc(32)));
    expect(seconds(measure(riff('AVI ', pcm, movie)))).toBeCloseTo(1, 6);
    expect(seconds(measure(riff('AVI ', pcm, movie), riff('AVIX', movie)))).toBeCloseTo(2, 6);
  });

  it('goes by the bytes that are there', () => {
    const file = riff('AVI ', pcm, list('movi', chunk('01wb', Buffer.alloc(16_000))));
    expect(seconds(measure(file.subarray(0, -8_000)))).toBeCloseTo(0.5, 6);
    expect(seconds(measure(file, Buffer.alloc(5_000), ...second))).toBeCloseTo(2, 6);
  });

  it('takes no entry of the index for a chunk', () => {
    const entries = Buffer.concat(
      Array.from({ length: 99 }, () => Buffer.from('01wb\x10\0\0\0\x04\0\0\0\xe8\x03\0\0', 'latin1')),
    );
    for (const length of [0, entries.length, 0x7fffffff]) {
      const index = chunk('idx1', entries, length);
      expect(seconds(measure(riff('AVI ', pcm, list('movi', ...second), index)))).toBeCloseTo(1, 6);
    }
  });

  it('counts frames of MP3 across chunks, and packets of AAC', () => {
    const whole = measureAudio(mp3, mp3.length, 'mp3');
    const parts = pieces(mp3, 777).flatMap((it) => [it, picture]);
    const frames = measure(riff('AVI ', film(waveFormat(0x55, 1, 16000)), list('movi', ...parts)));
    expect(seconds(frames)).toBeCloseTo(seconds(whole) ?? 0, 6);
    const packets = pieces(Buffer.alloc(5_000, 0x21), 100);
    expect(
      seconds(measure(riff('AVI ', film(waveFormat(0xff, 1, 16000, '1408')), list('movi', ...packets)))),
    ).toBeCloseTo((50 * 1024) / 16_000, 6);
  });

  it('knows a film without sound, and does not know every codec', () => {
    expect(measure(riff('AVI ', list('hdrl', video), list('movi', picture)))).toEqual({ kind: 'empty' });
    expect(measure(riff('AVI ', film(waveFormat(0x7777, 1, 8000)), list('movi', ...second))).kind).toBe('unknown');
  });
});
