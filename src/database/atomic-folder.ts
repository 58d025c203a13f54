import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How a folder is called while it is being made; one that an interrupted start left behind is of no use to anybody. */
export const UNFINISHED_PREFIX = 'unfinished-';

/**
 * Makes a folder all at once, unless it exists: it is built aside and appears with one rename, so that an interruption
 * leaves nothing that looks whole. When two processes build it at the same moment, the first to finish wins.
 * @param build fills the folder that it is given
 */
export async function makeFolder(target: string, build: (attempt: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return;
  const attempt = await mkdtemp(join(dirname(target), UNFINISHED_PREFIX));
  try {
    await build(attempt);
    await rename(attempt, target);
  } catch (error) {
    await rm(attempt, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
