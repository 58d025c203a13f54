import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseLog } from './database-log.js';

/** A PostgreSQL server that lives on a data folder. */
export interface RunningServer {
  readonly pid: number;
  /** undefined in the moment before the server has written it down. */
  readonly port: number | undefined;
}

/** No system has a greater process id: Linux ends at 2^22, the others lower. */
const MAX_PID = 2 ** 22;

/**
 * Finds the server that runs on a data folder, from its `postmaster.pid`.
 * @param data PostgreSQL's data folder, without symbolic links
 */
export async function findRunningServer(data: string): Promise<RunningServer | undefined> {
  // https://www.postgresql.org/docs/current/storage-file-layout.html: pid, data folder, start time, port, ...
  const [pidLine = '', , , portLine = ''] = ((await readPidFile(data)) ?? '').split('\n');
  const pid = pidOf(pidLine);
  // The id of a process that looks after the data alone (`postgres --single`) is negative: that is no server.
  if (pid === undefined || pid < 0 || !isAlive(pid)) return undefined;
  if (process.platform === 'linux' && !(await livesOn(String(pid), data))) return undefined;
  return { pid, port: Number.parseInt(portLine, 10) || undefined };
}

/**
 * Removes a `postmaster.pid` that would keep PostgreSQL from starting although nobody is there: one that holds no process id,
 * as after a power cut, or the id of a stranger (after a container's restart: for ever). One whose process is gone
 * is left to PostgreSQL, which replaces it. Only on Linux, which tells the working folder of every process, and a
 * server's is its data folder; elsewhere it is PostgreSQL's and the administrator's to judge.
 * @param data PostgreSQL's data folder, without symbolic links
 */
export async function removeStalePidFile(data: string, log: DatabaseLog): Promise<void> {
  if (process.platform !== 'linux') return;
  const content = await readPidFile(data);
  if (content === undefined) return;
  const pid = pidOf(content.split('\n')[0] ?? '');
  if (pid !== undefined && !isAlive(Math.abs(pid))) return;
  if (await isInUse(data)) return;
  // Looking around takes a while, in which somebody else may have started a server.
  if ((await readPidFile(data)) !== content) return;
  const file = pidFileOf(data);
  await rm(file, { force: true });
  const fault =
    pid === undefined ? 'held no process id' : `named process ${Math.abs(pid)}, which is no PostgreSQL of ours`;
  log.warn(`Removed ${file}: it ${fault}, and no process uses the folder`);
}

/** PostgreSQL's own record of who runs on a data folder. */
export function pidFileOf(data: string): string {
  return join(data, 'postmaster.pid');
}

/** @returns undefined when there is none, or none that can be read */
async function readPidFile(data: string): Promise<string | undefined> {
  return await readFile(pidFileOf(data), 'utf8').catch(() => undefined);
}

function pidOf(line: string): number | undefined {
  if (!/^-?\d+\s*$/.test(line)) return undefined;
  const pid = Number(line);
  return pid !== 0 && Math.abs(pid) <= MAX_PID ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether any process, such as one that a dead server has left, has the data folder as its working folder. */
async function isInUse(data: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => livesOn(pid, data)));
  return found.includes(true);
}

/**
 * Whether the data folder is the process's working folder, as far as that can be told: an account's processes may not be
 * open to us, not even to root in a container that lacks the capability. Then a PostgreSQL of the folder's owner counts.
 */
async function livesOn(pid: string, data: string): Promise<boolean> {
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (folder !== undefined) return folder === data;
  // Open to everybody. A process that has ended, or a zombie, has no working folder either.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const owner = (await stat(data)).uid;
  return /^Name:\tpostgres$/m.test(status) && !/^State:\t[XZ]/m.test(status) && status.includes(`\nUid:\t${owner}\t`);
}
