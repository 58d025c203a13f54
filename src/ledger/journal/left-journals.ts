import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../config/error-code.js';
import { ConfigError } from '../../config/settings.js';
import { bootOfSegment } from './segment-name.js';
import { RESERVE_NAME } from './reserve.js';

/** The journal of a process, in the folder that it works in. */
export function journalFolderOf(workFolder: string): string {
  return join(workFolder, 'journal');
}

/**
 * Moves the segments of journals that nobody writes any more into the one of a process that is about to start, and writes them to
 * the database like what its predecessor has left: their names are their own, whoever has written them. What was set aside
 * stays where it is.
 * @param left folders of processes that there are not any more; nobody may use them
 * @returns how many segments were moved
 * @throws ConfigError when they cannot be moved
 */
export async function gatherJournals(left: readonly string[], heir: string): Promise<number> {
  let moved = 0;
  const into = journalFolderOf(heir);
  try {
    for (const from of left.map(journalFolderOf)) {
      const names = await readdir(from).catch(unlessMissing<string[]>([]));
      for (const name of names.filter((it) => bootOfSegment(it) !== undefined).toSorted()) {
        if (moved === 0) await mkdir(into, { recursive: true, mode: 0o700 });
        await rename(join(from, name), join(into, name));
        moved += 1;
      }
      await rm(join(from, RESERVE_NAME), { force: true });
      // Where something was set aside it stays.
      await rmdir(from).catch(() => undefined);
    }
  } catch (error) {
    throw new ConfigError(
      `What earlier workers have left of the ledger's journal cannot be moved to ${into}: ${String(error)}. Make the data folder writable for this user.`,
      { cause: error },
    );
  }
  return moved;
}

function unlessMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT') return instead;
    throw error;
  };
}
