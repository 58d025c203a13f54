import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderInUseError, lockFolder } from './folder-lock.js';
import { lockDataFolder, workFolderOf, workFoldersOf } from './work-folders.js';

let folder: string;
const signal = new AbortController().signal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-work-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('finds the folders of workers, in the order of their numbers, and nothing else', async () => {
  expect(await workFoldersOf(folder)).toEqual([]);
  for (const name of ['10', '2', '0', '-1', 'x', '2.old'])
    await mkdir(join(folder, 'workers', name), { recursive: true });
  expect(await workFoldersOf(folder)).toEqual([workFolderOf(folder, 2), workFolderOf(folder, 10)]);
});

it('is not had while a worker of an earlier gateway lives, and is once it has ended', async () => {
  await mkdir(workFolderOf(folder, 1), { recursive: true });
  const worker = await lockFolder(workFolderOf(folder, 2));
  await expect(lockDataFolder(folder, { patienceMs: 0, signal })).rejects.toThrow(FolderInUseError);
  await expect(lockDataFolder(folder, { patienceMs: 0, signal })).rejects.toThrow(
    `A worker of an earlier gateway still uses ${workFolderOf(folder, 2)}`,
  );
  let release: Promise<void> | undefined;
  const onWait = (): void => {
    release = Promise.resolve(worker[Symbol.asyncDispose]());
  };
  const lock = await lockDataFolder(folder, { patienceMs: 60_000, signal, onWait });
  await release;
  // The workers' own folders are free for them, the data folder is not.
  await (await lockFolder(workFolderOf(folder, 2)))[Symbol.asyncDispose]();
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUseError);
  await lock[Symbol.asyncDispose]();
});

it('is not waited for once the start is broken off', async () => {
  const worker = await lockFolder(workFolderOf(folder, 1));
  const broken = new AbortController();
  const onWait = (): void => broken.abort(new Error('SIGTERM'));
  await expect(lockDataFolder(folder, { patienceMs: 60_000, signal: broken.signal, onWait })).rejects.toThrow(
    'SIGTERM',
  );
  await worker[Symbol.asyncDispose]();
  await (await lockFolder(folder))[Symbol.asyncDispose]();
});
