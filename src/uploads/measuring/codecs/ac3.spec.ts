import { measureAudio } from '../measure-audio.js';

/** At 48 kHz: AC-3 of 32 kbit/s has 128 bytes and six blocks. */
function frame(bytes: readonly number[], lengthBytes: number): Buffer {
  const it = Buffer.alloc(lengthBytes, 0x55);
  it.set([0x0b, 0x77, ...bytes]);
  return it;
}
const AC3 = frame([0, 0, 0x00, 0x40], 128);
/** E-AC-3 of 200 bytes: a stream of its own of two blocks, and one that adds channels. */
const EAC3 = frame([0x00, 99, 0x10, 0x80], 200);
const DEPENDENT = frame([0x40, 99, 0x10, 0x80], 200);

describe('AC-3', () => {
  it.each<[string, Buffer[], number]>([
    ['AC-3', [AC3], 1536],
    ['E-AC-3', [EAC3], 512],
    ['E-AC-3 of eight channels', [EAC3, DEPENDENT], 512],
    ['AC-3 that E-AC-3 adds channels to', [AC3, DEPENDENT], 1536],
  ])('counts frames of %s', (_, group, samples) => {
    const frames = Array.from({ length: 20 }, () => Buffer.concat(group));
    const file = Buffer.concat([...frames, Buffer.alloc(5_000), ...frames, AC3.subarray(0, 100)]);
    const measured = measureAudio(file, file.length, 'ac3');
    expect(measured).toMatchObject({ kind: 'measured', method: 'counted' });
    expect('seconds' in measured && measured.seconds).toBeCloseTo((40 * samples) / 48_000, 6);
  });
});
