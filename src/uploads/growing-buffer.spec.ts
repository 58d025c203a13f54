import { GrowingBuffer } from './growing-buffer.js';

describe('GrowingBuffer', () => {
  it('puts pieces together, and takes memory for all of them at once', () => {
    const taken: number[] = [];
    const buffer = new GrowingBuffer(100_000, (bytes) => taken.push(bytes));
    for (let index = 0; index < 40_000; index += 1) buffer.append(Buffer.from([index % 251]));
    expect(buffer.bytes).toHaveLength(40_000);
    expect(buffer.bytes.every((byte, index) => byte === index % 251)).toBe(true);
    expect(taken).toEqual([16_384, 16_384, 32_768]);
    buffer.append(Buffer.alloc(60_000));
    expect(taken.reduce((sum, it) => sum + it, 0)).toBe(100_000);
  });

  it('takes no more than there may be, and nothing where there is no room', () => {
    const buffer = new GrowingBuffer(10, () => undefined);
    expect(() => buffer.append(Buffer.alloc(11))).toThrow(RangeError);
    const full = new GrowingBuffer(10, () => {
      throw new Error('no room');
    });
    expect(() => full.append(Buffer.alloc(1))).toThrow('no room');
    expect(full.bytes).toHaveLength(0);
  });
});
