import { closeSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { ByteWindow, EndOfBytes } from './byte-window.js';
import { StepBudget, TooManySteps } from './step-budget.js';

const SIZE = 700_000;
const bytes = Buffer.from(Array.from({ length: SIZE }, (_, at) => (at * 7 + (at >> 8)) & 255));

let folder: string;
let descriptor: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-window-'));
  writeFileSync(join(folder, 'bytes'), bytes);
  descriptor = openSync(join(folder, 'bytes'), 'r');
});
afterAll(async () => {
  closeSync(descriptor);
  await rm(folder, { recursive: true });
});

function piecesOf(sizeBytes: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(SIZE / sizeBytes) }, (_, index) =>
    bytes.subarray(index * sizeBytes, (index + 1) * sizeBytes),
  );
}

describe.each([
  ['memory', () => bytes],
  ['pieces', () => piecesOf(65_536)],
  ['many small pieces', () => piecesOf(777)],
  ['a file', () => descriptor],
])('bytes in %s', (_, place) => {
  const open = (sizeBytes = SIZE) => new ByteWindow(place(), sizeBytes, new StepBudget(sizeBytes));

  it('are read at any position, in any order, over the ends of windows too', () => {
    const window = open();
    for (const at of [0, 262_142, SIZE - 8, 262_143, 1, 524_285, 300_000]) {
      expect(window.byte(at)).toBe(bytes[at]);
      expect(window.uintBE(at, 3)).toBe(bytes.readUIntBE(at, 3));
      expect(window.uintLE(at, 6)).toBe(bytes.readUIntLE(at, 6));
      expect(window.uint64BE(at)).toBe(Number(bytes.readBigUInt64BE(at)));
      expect(window.uint64LE(at)).toBe(Number(bytes.readBigUInt64LE(at)));
      expect(window.text(at, 4)).toBe(bytes.toString('latin1', at, at + 4));
      expect(window.view(at, 100_000).equals(bytes.subarray(at, at + 100_000))).toBe(true);
    }
  });

  it('are the same whatever was read before', () => {
    const random = seededRandom(1);
    const window = new ByteWindow(place(), SIZE, new StepBudget(SIZE, Number.MAX_SAFE_INTEGER));
    for (let run = 0; run < 2_000; run += 1) {
      const at = Math.floor(random() * (SIZE - 8));
      // Each in turn is the one that moves the window.
      const reads = [
        () => [window.byte(at), bytes[at]],
        () => [window.peek(at), bytes[at]],
        () => [window.uintBE(at, 6), bytes.readUIntBE(at, 6)],
        () => [window.uintLE(at, 2), bytes.readUIntLE(at, 2)],
        () => [window.uint64BE(at), Number(bytes.readBigUInt64BE(at))],
        () => [window.uint64LE(at), Number(bytes.readBigUInt64LE(at))],
        () => [window.text(at, 8), bytes.toString('latin1', at, at + 8)],
        () => [window.view(at, 8).toString('hex'), bytes.toString('hex', at, at + 8)],
      ];
      const [read, expected] = reads[run % reads.length]?.() ?? [];
      expect(read).toBe(expected);
    }
  });

  it('end where they end', () => {
    const window = open();
    expect(window.has(SIZE - 4, 4)).toBe(true);
    expect(window.has(SIZE - 3, 4)).toBe(false);
    expect(() => window.uintBE(SIZE - 3, 4)).toThrow(EndOfBytes);
    expect(() => window.byte(-1)).toThrow(EndOfBytes);
    expect(window.view(SIZE - 3, 10)).toHaveLength(3);
    expect(window.view(SIZE + 3, 10)).toHaveLength(0);
  });
});

it('says so when a file is shorter than it was', () => {
  const window = new ByteWindow(descriptor, SIZE + 10, new StepBudget(SIZE));
  expect(() => window.uintBE(SIZE + 1, 4)).toThrow(EndOfBytes);
});

it('takes a step for every read', () => {
  const steps = new StepBudget(16);
  const window = new ByteWindow(bytes, SIZE, steps);
  expect(() => {
    for (;;) window.byte(0);
  }).toThrow(TooManySteps);
});
