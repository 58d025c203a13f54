import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './settings.js';
import { lockFolder } from './folder-lock.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What each of so many contenders at once has got. */
async function contend(count: number) {
  const results = await Promise.allSettled(Array.from({ length: count }, () => lockFolder(folder)));
  return {
    locks: results.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : [])),
    errors: results.flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : [])),
  };
}

describe('the lock of a folder', () => {
  it('is had by one, and by the next when that one gives it back', async () => {
    const first = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(ConfigError);
    await expect(lockFolder(folder)).rejects.toThrow(`Another gateway uses the data folder ${folder}`);
    await first[Symbol.asyncDispose]();
    const second = await lockFolder(folder);
    await second[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends with a process that is killed, and then exactly one of many gets it', async () => {
    for (let round = 0; round < 3; round += 1) {
      const owner = fork(new URL('../../test/support/lock-holder.mjs', import.meta.url), [folder]);
      await once(owner, 'message');
      await expect(lockFolder(folder)).rejects.toThrow(ConfigError);
      owner.kill('SIGKILL');
      await once(owner, 'exit');
      const { locks, errors } = await contend(8);
      expect(locks).toHaveLength(1);
      expect(errors).toHaveLength(7);
      for (const error of errors) expect(error).toBeInstanceOf(ConfigError);
      for (const lock of locks) await lock[Symbol.asyncDispose]();
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('is kept while its owner is stopped', async () => {
    const owner = fork(new URL('../../test/support/lock-holder.mjs', import.meta.url), [folder]);
    await once(owner, 'message');
    owner.kill('SIGSTOP');
    await expect(lockFolder(folder)).rejects.toThrow(ConfigError);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
  });

  it('is as good in a folder with a very long path', async () => {
    const deep = join(folder, 'd'.repeat(100), 'e'.repeat(100));
    await mkdir(deep, { recursive: true });
    const lock = await lockFolder(deep);
    await expect(lockFolder(deep)).rejects.toThrow('Another gateway');
    await lock[Symbol.asyncDispose]();
    expect(await readdir(deep)).toEqual([]);
  });

  it('says so where none can be made', async () => {
    await expect(lockFolder('/dev/null/nowhere')).rejects.toThrow(
      /The data folder \/dev\/null\/nowhere cannot be locked/,
    );
  });
});
