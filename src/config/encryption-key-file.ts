import { randomBytes } from 'node:crypto';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './error-code.js';
import { ConfigError } from './settings.js';

/** The keys that a gateway keeps in its data folder where no setting has one: the current one first. */
export type KeptKeys = readonly [current: string, ...previous: string[]];

/** Where the keys are. */
export function encryptionKeyFile(dataDir: string): string {
  return join(dataDir, 'encryption-key');
}

/** A new key, as settings and the file have it. */
export function generateEncryptionKey(): string {
  return randomBytes(32).toString('hex');
}

/**
 * The keys of the file, a line each; undefined where there is none.
 * @throws ConfigError when it cannot be read or is damaged
 */
export async function readKeptKeys(file: string): Promise<KeptKeys | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new ConfigError(`${file} cannot be read (${codeOf(error)})`);
  }
  return keptKeysIn(text, file);
}

/** @throws ConfigError when the text of the file is damaged; an empty one has no key */
export function keptKeysIn(text: string, file: string): KeptKeys | undefined {
  const [current, ...previous] = text.split(/\s+/).filter((line) => line !== '');
  if (current === undefined) return undefined;
  const keys: KeptKeys = [current, ...previous];
  if (keys.every((key) => /^[0-9a-f]{64}$/i.test(key))) return keys;
  throw new ConfigError(`${file} must hold 64 hexadecimal digits; restore it from a backup`);
}

/**
 * Puts other keys in place of those of the file, all or none, whatever happens meanwhile.
 * @throws ConfigError when the file cannot be written
 */
export async function replaceKeptKeys(file: string, keys: KeptKeys): Promise<void> {
  const next = `${file}.next`;
  try {
    const { uid, gid } = await stat(file);
    const handle = await open(next, 'w', 0o600);
    try {
      await handle.chmod(0o600);
      // Root may run the command of a gateway that another user runs.
      if (process.getuid?.() === 0) await handle.chown(uid, gid);
      await handle.writeFile(`${keys.join('\n')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, file);
    // The rename itself must survive a loss of power before anything is sealed with the new key.
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    throw new ConfigError(`${file} cannot be replaced (${codeOf(error)}). Nothing has been changed.`);
  }
}
