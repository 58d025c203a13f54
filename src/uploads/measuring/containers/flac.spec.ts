import { readFileSync } from 'node:fs';
import { measureAudio } from '../measure-audio.js';

const voice = readFileSync('test/fixtures/audio/voice.flac');
/** Behind STREAMINFO and the comments. */
const framesAt = voice.indexOf(Buffer.from([0xff, 0xf8]));

function seconds(...parts: Buffer[]): number | undefined {
  const file = Buffer.concat(parts);
  const measured = measureAudio(file, file.length, 'flac');
  return measured.kind === 'measured' ? measured.seconds : undefined;
}

function patched(at: number, ...bytes: number[]): Buffer {
  const file = Buffer.from(voice);
  file.set(bytes, at);
  return file;
}

const id3 = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x07\x7f', 'latin1'), Buffer.alloc(1023, 'fLaC')]);

describe('FLAC', () => {
  it.each<[string, number, Buffer[]]>([
    ['a file', 2.2, [voice]],
    ['two of them', 4.4, [voice, voice]],
    ['a tag in front', 2.2, [id3, voice]],
    ['a tag behind', 2.2, [voice, Buffer.from('TAG'.padEnd(128))]],
    ['a total that is a lie', 2.2, [patched(21, 0x7f, 255, 255, 255, 255)]],
    ['a total that was never filled in', 2.2, [patched(21, voice.readUInt8(21) & 0xf0, 0, 0, 0, 0)]],
    ['a damaged frame', 2.2, [patched(framesAt + 1000, 1, 2, 3)]],
    ['no header at all', 2.2, [voice.subarray(framesAt)]],
  ])('measures %s', (_, expected, parts) => {
    expect(seconds(...parts)).toBeCloseTo(expected, 3);
  });

  it('counts only what is there', () => {
    const cut = seconds(voice.subarray(0, voice.length / 2)) ?? 0;
    expect(cut).toBeGreaterThan(0.3);
    expect(cut).toBeLessThan(1.5);
    const joined = seconds(voice.subarray(0, framesAt + 5_000), voice.subarray(-5_000)) ?? 0;
    expect(joined).toBeGreaterThan(0.1);
    expect(joined).toBeLessThan(1.5);
  });
});
