import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { link, mkdir, rename, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from './settings.js';

/** The socket of whoever has the folder; it was made when the folder was taken. */
export const LOCK_NAME = 'lock';
/** The system takes no longer path of a socket; Node 20 would cut it off without a word. */
const MAX_PATH_BYTES = 100;
/** Two that find the same dead lock need so long at most to take it away. */
const SETTLE_MS = 50;
const MAX_ROUNDS = 20;

/**
 * Takes a folder for this process alone, until what is returned is disposed of or the process ends, however it ends. The lock is a
 * listening socket: who connects to it knows that its owner lives, in whatever container that runs, and the system ends it
 * with the process. A file with a process id could not tell, because in containers everybody is process 1.
 * @throws FolderInUseError when another process has it
 * @throws ConfigError when it cannot be made there
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  try {
    await mkdir(folder, { recursive: true });
    using paths = new SocketPaths(folder);
    const own = `${LOCK_NAME}-${randomUUID().slice(0, 8)}`;
    const server = await listen(paths.of(own));
    try {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        if (await takes(folder, own)) return release(server, folder);
        if (await isAlive(paths.of(LOCK_NAME))) throw inUse(folder);
        await removeDead(folder, paths);
      }
      throw inUse(folder);
    } catch (error) {
      await closeServer(server);
      throw error;
    } finally {
      await unlink(join(folder, own)).catch(ignoreMissing);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The data folder ${folder} cannot be locked: ${reason}. Choose another with DATA_DIR.`, {
      cause: error,
    });
  }
}

/** Gives the socket the one name that only one can have, and sees whether it still has it when everybody else has looked. */
async function takes(folder: string, own: string): Promise<boolean> {
  try {
    await link(join(folder, own), join(folder, LOCK_NAME));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await delay(SETTLE_MS);
  return await isSameFile(join(folder, own), join(folder, LOCK_NAME));
}

async function isSameFile(left: string, right: string): Promise<boolean> {
  const [one, other] = await Promise.all([left, right].map((path) => stat(path).catch(ignoreMissing)));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

/**
 * Renamed before it is removed, and asked once more under its new name: who was held up since it found the lock dead may have
 * taken a new one, and puts it back.
 */
async function removeDead(folder: string, paths: SocketPaths): Promise<void> {
  const name = `${LOCK_NAME}-dead-${randomUUID().slice(0, 8)}`;
  await rename(join(folder, LOCK_NAME), join(folder, name)).catch(ignoreMissing);
  if (await isAlive(paths.of(name))) await link(join(folder, name), join(folder, LOCK_NAME)).catch(() => undefined);
  await unlink(join(folder, name)).catch(ignoreMissing);
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (alive: boolean): void => {
      socket.destroy();
      resolve(alive);
    };
    socket.once('connect', () => answer(true));
    // A queue that is full has an owner, too.
    socket.once('error', (error) => answer(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))));
  });
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Of this process, also where it is a worker, whose sockets its supervisor would otherwise hold.
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.unref();
  return server;
}

function release(server: Server, folder: string): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await unlink(join(folder, LOCK_NAME)).catch(ignoreMissing);
      await closeServer(server);
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Paths of sockets in a folder that may be deep down: the shortest way to it that the system has. */
class SocketPaths implements Disposable {
  private readonly descriptor: number;

  constructor(private readonly folder: string) {
    this.descriptor = openSync(folder, 'r');
  }

  /** @throws Error when no way is short enough */
  of(name: string): string {
    const ways = [this.folder, relative(process.cwd(), this.folder) || '.', `/proc/self/fd/${this.descriptor}`];
    const path = ways.map((way) => join(way, name)).find((it) => Buffer.byteLength(it) <= MAX_PATH_BYTES);
    if (path === undefined) throw new Error('its path is too long');
    return path;
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}

/** Another process has the folder. */
export class FolderInUseError extends ConfigError {}

function inUse(folder: string): FolderInUseError {
  return new FolderInUseError(
    `Another gateway uses the data folder ${folder}. Stop it, or choose another folder for this one with DATA_DIR.`,
  );
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
