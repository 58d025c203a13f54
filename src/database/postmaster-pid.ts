import { readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';

/** A PostgreSQL server that lives on a data folder. */
export interface RunningServer {
  readonly pid: number;
  /** undefined in the moment before the server has written it down. */
  readonly port: number | undefined;
}

/**
 * Finds the server that runs on a data folder, from its `postmaster.pid`. A file whose process is gone is left to
 * PostgreSQL, which replaces it; one whose number now belongs to a stranger is removed, because PostgreSQL would refuse
 * to start for as long as the stranger lives (after a container's restart: for ever).
 * @param data PostgreSQL's data folder, without symbolic links
 */
export async function findRunningServer(data: string): Promise<RunningServer | undefined> {
  const file = join(data, 'postmaster.pid');
  const content = await readFile(file, 'utf8').catch(() => '');
  // https://www.postgresql.org/docs/current/storage-file-layout.html: pid, data folder, start time, port, ...
  const [pidLine = '', , , portLine = ''] = content.split('\n');
  const pid = Number.parseInt(pidLine, 10);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  if (process.platform === 'linux' && !(await serves(pid, data))) {
    await rm(file, { force: true });
    return undefined;
  }
  return { pid, port: Number.parseInt(portLine, 10) || undefined };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether the process is the server of this data folder, which it makes its working folder. A zombie is not. */
async function serves(pid: number, data: string): Promise<boolean> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === data;
  } catch (error) {
    if (!(isNativeError(error) && 'code' in error && error.code === 'EACCES')) return false;
    // Root in a container may lack the capability to look there. The name and state are open to everybody.
    return /\(postgres\) [^XZ]/.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
  }
}
