import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskSync } from './disk-sync.js';
import { SegmentFile } from './segment-file.js';

let folder: string;
/** Ends the syncs that were asked for, in their order. */
let ends: ((error?: Error) => void)[];
let synced: number[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auricle-sync-'));
  ends = [];
  synced = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name = 'a') => SegmentFile.create(join(folder, name));
const slowDisk = (descriptor: number): Promise<void> => {
  synced.push(descriptor);
  return new Promise((resolve, reject) => {
    ends.push((error) => (error ? reject(error) : resolve()));
  });
};
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let isSettled = false;
  const note = (): void => {
    isSettled = true;
  };
  promise.then(note, note);
  await new Promise(setImmediate);
  return isSettled;
};

describe('a sync before every answer', () => {
  it('is shared by all that came while the last one ran', async () => {
    const disk = new DiskSync('always', slowDisk);
    const segment = file();
    const first = disk.written(segment);
    await new Promise(setImmediate);
    const others = Array.from({ length: 50 }, () => disk.written(segment));
    await new Promise(setImmediate);
    expect(synced).toHaveLength(1);
    ends.shift()?.();
    await first;
    await new Promise(setImmediate);
    // What came too late for the first is not told by its end.
    expect(await settled(Promise.all(others))).toBe(false);
    expect(synced).toHaveLength(2);
    ends.shift()?.();
    await Promise.all(others);
    expect(synced).toHaveLength(2);
    segment.close();
  });

  it('fails for those who waited for it, and not for those after them', async () => {
    const disk = new DiskSync('always', slowDisk);
    const segment = file();
    const first = disk.written(segment);
    const outcome = first.catch(String);
    await new Promise(setImmediate);
    const second = disk.written(segment);
    ends.shift()?.(new Error('EIO'));
    expect(await outcome).toBe('Error: EIO');
    await new Promise(setImmediate);
    ends.shift()?.();
    await second;
    segment.close();
  });

  it('reaches a file that was finished meanwhile, and closes it only then', async () => {
    const disk = new DiskSync('always', slowDisk);
    const [before, after] = [file('before'), file('after')];
    const written = disk.written(before);
    disk.finish(before);
    const next = disk.written(after);
    await new Promise(setImmediate);
    expect(synced).toEqual([before.descriptor]);
    ends.shift()?.();
    await new Promise(setImmediate);
    ends.shift()?.();
    await Promise.all([written, next]);
    expect(synced).toEqual([before.descriptor, after.descriptor]);
    expect(() => before.append(Buffer.from('x'))).toThrow('EBADF');
    after.close();
  });
});

it('never comes where it is left to the system', async () => {
  const disk = new DiskSync('never', slowDisk);
  const segment = file();
  await disk.written(segment);
  disk.finish(segment);
  await disk.end();
  expect(synced).toEqual([]);
});
