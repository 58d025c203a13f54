import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { isStale, TempFolder } from './temp-folder.js';

const RANDOM = 'f'.repeat(32);
const HOUR_MS = 3_600_000;

describe('isStale', () => {
  const observer = {
    host: 'web-1',
    pid: 7,
    startedMs: 1000 * HOUR_MS,
    nowMs: 1001 * HOUR_MS,
    isAlive: (pid: number) => pid === 8,
  };
  it.each<[string, string, number, boolean]>([
    ['of a process that is gone', `auricle-upload-web-1-9-${RANDOM}`, 1000.5, true],
    ['of a process that lives', `auricle-upload-web-1-8-${RANDOM}`, 1000.5, false],
    ['of a living process, but from last week', `auricle-upload-web-1-8-${RANDOM}`, 800, true],
    ['of our own', `auricle-upload-web-1-7-${RANDOM}`, 1000.5, false],
    ['of a predecessor with our number', `auricle-upload-web-1-7-${RANDOM}`, 999.5, true],
    ['of another host', `auricle-upload-web-2-9-${RANDOM}`, 1000.5, false],
    ['of another host, from last week', `auricle-upload-web-2-9-${RANDOM}`, 800, true],
    ['that is not ours', 'precious.wav', 1, false],
    ['that is only called alike', `auricle-upload-web-1-9-${RANDOM}.bak`, 1, false],
  ])('judges a file %s', (_what, name, modifiedHours, expected) => {
    expect(isStale(name, modifiedHours * HOUR_MS, observer)).toBe(expected);
  });
});

describe('TempFolder', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'temp-folder-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('makes private folders and files', async () => {
    const path = join(root, 'a', 'b');
    const { handle, path: filePath } = await new TempFolder(path).createFile();
    await handle.close();
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(filePath)).mode & 0o777).toBe(0o600);
  });

  it('removes what a killed process left behind and nothing else', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const left = `auricle-upload-${hostname()}-${gone}-${RANDOM}`;
    const used = `auricle-upload-${hostname()}-${process.ppid}-${RANDOM}`;
    for (const name of [left, used, 'precious.wav']) await writeFile(join(root, name), '');
    await utimes(join(root, 'precious.wav'), 0, 0);
    const { handle, path: own } = await new TempFolder(root).createFile();
    await handle.close();
    const successor = new TempFolder(root);
    expect(successor).toBeDefined();
    expect((await readdir(root)).toSorted()).toEqual([own.slice(root.length + 1), used, 'precious.wav'].toSorted());
  });
});
