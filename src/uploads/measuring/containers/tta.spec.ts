import { measureAudio } from '../measure-audio.js';

const RATE = 24_500;
const FRAME_SAMPLES = 25_600;
const FRAME_BYTES = 2_000;

/** Three and a half frames. */
function tta(samples = 3.5 * FRAME_SAMPLES, sizes = [FRAME_BYTES, FRAME_BYTES, FRAME_BYTES, FRAME_BYTES]): Buffer {
  const header = Buffer.alloc(22);
  header.write('TTA1', 'latin1');
  header.writeUInt32LE(RATE, 10);
  header.writeUInt32LE(samples, 14);
  const table = Buffer.alloc(4 * sizes.length + 4);
  sizes.forEach((size, index) => table.writeUInt32LE(size, 4 * index));
  return Buffer.concat([header, table, Buffer.alloc(4 * FRAME_BYTES)]);
}

function measure(file: Buffer) {
  return measureAudio(file, file.length, 'tta');
}

describe('TTA', () => {
  const frameSeconds = FRAME_SAMPLES / RATE;

  it.each<[string, number, Buffer]>([
    ['of a whole file', 3.5, tta()],
    ['that are whole', 3, tta().subarray(0, -1)],
    ['that are in the file, whatever their sizes', 2, tta(3.5 * FRAME_SAMPLES, [9, 9, 0xffffffff, 9])],
  ])('counts the frames %s', (_, frames, file) => {
    expect(measure(file)).toEqual({
      kind: 'measured',
      seconds: expect.closeTo(frames * frameSeconds),
      method: 'counted',
    });
  });

  it('believes no number of samples', () => {
    expect(measure(tta(0xffffffff)).kind).toBe('unknown');
  });
});
