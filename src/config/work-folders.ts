import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './error-code.js';
import { FolderInUseError, lockFolder } from './folder-lock.js';
import { ConfigError } from './settings.js';

const WORKERS_FOLDER = 'workers';
const SLOT = /^[1-9]\d{0,2}$/;
const RETRY_MS = 250;

/** The folder of the worker with this number, in which its journal and its uploads are. */
export function workFolderOf(dataDir: string, slot: number): string {
  return join(dataDir, WORKERS_FOLDER, String(slot));
}

/** The folders of workers that there are in a data folder, also of workers that there are not any more, in the order of their numbers. */
export async function workFoldersOf(dataDir: string): Promise<readonly string[]> {
  const names = await readdir(join(dataDir, WORKERS_FOLDER)).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return [];
  });
  const slots = names.filter((name) => SLOT.test(name)).map(Number);
  return slots.toSorted((one, other) => one - other).map((slot) => workFolderOf(dataDir, slot));
}

/** How long a folder is waited for. */
export interface LockPatience {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Is told once that somebody has the folder. */
  readonly onWait?: () => void;
}

/**
 * Takes a folder as {@link lockFolder} does, and waits for whoever has it.
 * @throws FolderInUseError when that takes longer; ConfigError when it cannot be locked
 * @throws the signal's reason
 */
export async function lockFolderSoon(
  folder: string,
  { patienceMs, signal, onWait }: LockPatience,
): Promise<AsyncDisposable> {
  const deadlineMs = performance.now() + patienceMs;
  for (let round = 0; ; round += 1) {
    signal.throwIfAborted();
    try {
      return await lockFolder(folder);
    } catch (error) {
      if (!(error instanceof FolderInUseError) || performance.now() >= deadlineMs) throw error;
    }
    if (round === 0) onWait?.();
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Takes a data folder for this process, once no worker of an earlier gateway is left in it: such workers outlive a gateway that
 * was killed for as long as they need to finish. Who has the folder makes workers, and nobody else.
 * @throws FolderInUseError when a gateway has it, or a worker does not end in time; ConfigError when it cannot be locked
 * @throws the signal's reason
 */
export async function lockDataFolder(dataDir: string, patience: LockPatience): Promise<AsyncDisposable> {
  const lock = await lockFolder(dataDir);
  try {
    for (const folder of await workFoldersOf(dataDir)) {
      const free = await lockFolderSoon(folder, patience).catch((error: unknown) => {
        throw error instanceof FolderInUseError ? leftWorker(folder) : error;
      });
      await free[Symbol.asyncDispose]();
    }
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

function leftWorker(folder: string): ConfigError {
  return new FolderInUseError(
    `A worker of an earlier gateway still uses ${folder}. Wait until it has finished, or end it, and start again.`,
  );
}
