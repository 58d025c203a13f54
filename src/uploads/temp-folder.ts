import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, readdir, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';

/** What the folder of uploads is called, and that of files that are made of them, in the folder that a process works in. */
export const UPLOADS_NAME = 'uploads';
export const TRANSCODES_NAME = 'transcodes';

const PREFIX = 'auricle-upload';
const NAME = new RegExp(`^${PREFIX}-(?<host>.+)-(?<pid>\\d+)-[0-9a-f]{32}$`);
const HOST = hostname().replace(/[^\w.-]/g, '_');
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The folder for audio that does not fit in memory. Names carry the host and the process that wrote them, so that a
 * successor can tell what a killed process left behind from what a neighbour on a shared volume is still using.
 */
export class TempFolder {
  private takenBytes = 0;

  /**
   * Makes the folder if there is none, and removes what dead processes left in it.
   * @throws NodeJS.ErrnoException when the folder cannot be made or read
   */
  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.removeStale();
  }

  /** A new empty file under a name that nobody can guess, readable by us alone. */
  async createFile(): Promise<{ path: string; handle: FileHandle }> {
    const path = join(this.path, `${PREFIX}-${HOST}-${process.pid}-${randomBytes(16).toString('hex')}`);
    return { path, handle: await open(path, 'wx', 0o600) };
  }

  /** What the files of this process hold. */
  get usedBytes(): number {
    return this.takenBytes;
  }

  /** So many bytes have been written to one of them. */
  grew(bytes: number): void {
    this.takenBytes += bytes;
  }

  /** A file has gone that held so many. */
  shrank(bytes: number): void {
    this.takenBytes -= bytes;
  }

  private removeStale(): void {
    const nowMs = Date.now();
    const startedMs = nowMs - process.uptime() * 1000;
    const observer: Observer = { host: HOST, pid: process.pid, startedMs, nowMs, isAlive };
    for (const name of readdirSync(this.path)) {
      const path = join(this.path, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat && isStale(name, stat.mtimeMs, observer)) rmSync(path, { force: true });
    }
  }
}

/**
 * Removes what processes have left in the folders that they worked in, and of which none lives any more.
 * @throws the system's error
 */
export async function removeLeftFiles(workFolder: string): Promise<void> {
  for (const folder of [UPLOADS_NAME, TRANSCODES_NAME].map((name) => join(workFolder, name))) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((it) => it.startsWith(PREFIX))) await rm(join(folder, name), { force: true });
    await rmdir(folder).catch(() => undefined);
  }
}

/** The process that looks at a file: where it runs, since when, and which other processes it can see. */
export interface Observer {
  readonly host: string;
  readonly pid: number;
  readonly startedMs: number;
  readonly nowMs: number;
  readonly isAlive: (pid: number) => boolean;
}

/** Whether a file is an upload of ours that nobody can be using any more. */
export function isStale(name: string, modifiedMs: number, observer: Observer): boolean {
  const owner = NAME.exec(name)?.groups;
  if (!owner) return false;
  if (modifiedMs < observer.nowMs - DAY_MS) return true;
  if (owner.host !== observer.host) return false;
  const pid = Number(owner.pid);
  // In a container every process has the same number as its predecessor.
  return pid === observer.pid ? modifiedMs < observer.startedMs : !observer.isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return isNativeError(error) && 'code' in error && error.code === 'EPERM';
  }
}
