import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The uid of `nobody`, as whom tests that are run by root start what an ordinary user would start. */
export const NOBODY = 65_534;

export const isRoot = process.getuid?.() === 0;

/** Whether everybody may enter every folder above a file. */
function isOpenToAll(path: string): boolean {
  const parent = dirname(path);
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && isOpenToAll(parent));
}

/**
 * `it` for tests of an ordinary user. Skipped when root runs them with a Node or a checkout in a home of its own, which
 * nobody else may enter.
 */
export const itAsOrdinaryUser =
  !isRoot || [process.execPath, process.cwd()].every((path) => isOpenToAll(realpathSync(path))) ? it : it.skip;
