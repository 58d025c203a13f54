import { readFileSync } from 'node:fs';
import type { AudioContainerName } from '../../../domain/audio-container.js';
import { measureAudio, type Measure } from '../measure-audio.js';

const aiff = readFileSync('test/fixtures/audio/voice.aiff');

function measure(container: AudioContainerName, ...parts: Buffer[]): Measure {
  const file = Buffer.concat(parts);
  return measureAudio(file, file.length, container);
}
const seconds = (measured: Measure): number | undefined =>
  measured.kind === 'measured' ? measured.seconds : undefined;

function chunk(name: string, contents: Buffer, length = contents.length): Buffer {
  const header = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  header.writeUInt32BE(length, 4);
  return Buffer.concat([header, contents]);
}

/** Of one channel at 8 kHz: `COMM` claims one sample. */
function aifc(codec: string, bits: number, data: Buffer, length = data.length + 8): Buffer {
  const common = Buffer.from('00010000000100004005fa00000000000000', 'hex');
  common.writeUInt16BE(bits, 6);
  common.writeUInt16BE(0x400b, 8);
  common.writeUInt16BE(0xfa00, 10);
  const name = Buffer.from(`${codec}\0\0`, 'latin1');
  return Buffer.concat([
    Buffer.from('FORM\0\0\0\0AIFC', 'latin1'),
    chunk('COMM', Buffer.concat([common, name])),
    chunk('SSND', Buffer.concat([Buffer.alloc(8), data]), length),
  ]);
}

function au(encoding: number, data: Buffer, length = data.length): Buffer {
  const header = Buffer.from('.snd'.padEnd(32, '\0'), 'latin1');
  [32, length, encoding, 8000, 1].forEach((it, at) => header.writeUInt32BE(it, 4 + 4 * at));
  return Buffer.concat([header, data]);
}

const data = Buffer.alloc(34 * 33 * 16);

describe('AIFF', () => {
  it.each<[string, number, number]>([
    ['NONE', 16, 8_976],
    ['sowt', 24, 5_984],
    ['fl32', 0, 4_488],
    ['alaw', 16, 17_952],
    ['ima4', 16, 33_792],
    ['GSM ', 16, 87_040],
  ])('counts samples of %s, of %d bits', (codec, bits, samples) => {
    expect(seconds(measure('aiff', aifc(codec, bits, data)))).toBeCloseTo(samples / 8_000, 6);
  });

  it('goes by the bytes that are there', () => {
    expect(seconds(measure('aiff', aiff))).toBeCloseTo(2.2, 3);
    expect(seconds(measure('aiff', aiff.subarray(0, aiff.length / 2)))).toBeCloseTo(1.1, 2);
    expect(seconds(measure('aiff', aifc('NONE', 16, data, 0)))).toBeCloseTo(1.122, 6);
    expect(seconds(measure('aiff', aifc('NONE', 16, data, 0xffffffff)))).toBeCloseTo(1.122, 6);
    expect(measure('aiff', aifc('NONE', 16, Buffer.alloc(0)))).toEqual({ kind: 'empty' });
    expect(measure('aiff', aifc('what', 16, data)).kind).toBe('unknown');
  });
});

describe('AU', () => {
  it.each([
    [1, 17_952],
    [3, 8_976],
    [6, 4_488],
    [23, 35_904],
    [27, 17_952],
  ])('counts samples of encoding %d', (encoding, samples) => {
    expect(seconds(measure('au', au(encoding, data)))).toBeCloseTo(samples / 8_000, 6);
    expect(seconds(measure('au', au(encoding, data, 0xffffffff)))).toBeCloseTo(samples / 8_000, 6);
  });

  it('knows no other encoding', () => {
    expect(measure('au', au(99, data)).kind).toBe('unknown');
  });
});

describe('AMR', () => {
  const magic = Buffer.from('#!AMR\n');
  const frame = Buffer.concat([Buffer.from([0x3c]), Buffer.alloc(31)]);
  const silence = Buffer.concat([Buffer.from([0x44]), Buffer.alloc(5)]);

  it('counts 20 ms a frame, also of joined files', () => {
    const frames = Array.from({ length: 30 }, () => [frame, silence]).flat();
    expect(seconds(measure('amr', magic, ...frames))).toBeCloseTo(1.2, 6);
    expect(seconds(measure('amr', magic, ...frames, magic, ...frames, frame.subarray(0, 9)))).toBeCloseTo(2.4, 6);
    expect(measure('amr', magic)).toEqual({ kind: 'empty' });
  });

  it('knows wide frames', () => {
    const wide = Buffer.concat([Buffer.from([0x44]), Buffer.alloc(60)]);
    const wideMagic = Buffer.from('#!AMR-WB\n');
    expect(seconds(measure('amr', wideMagic, wide, wide, wide))).toBeCloseTo(0.06, 6);
    expect(seconds(measure('amr', wideMagic, wide, wide, magic, frame, frame, wideMagic, wide))).toBeCloseTo(0.1, 6);
  });
});
