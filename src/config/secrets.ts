import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from './settings.js';
import type { Settings } from './settings.schema.js';

/** The two secrets that a gateway cannot run without. */
export interface Secrets {
  /** Opens the admin API. */
  readonly masterKey: string;
  /** Where the master key came from; the start banner tells an administrator where to look. */
  readonly masterKeySource: 'environment' | 'file';
  readonly masterKeyFile: string;
  /** 32 bytes: encrypts provider secrets at rest. */
  readonly encryptionKey: Buffer;
}

/**
 * Takes the secrets from the settings, or from the data folder, where missing ones are generated once (mode 0600).
 * @throws ConfigError in clear words when the data folder cannot be written or a kept key is damaged
 */
export async function loadSecrets(
  settings: Pick<Settings, 'data_dir' | 'master_key' | 'encryption_key'>,
): Promise<Secrets> {
  const masterKeyFile = join(settings.data_dir, 'master-key');
  const encryptionKeyFile = join(settings.data_dir, 'encryption-key');
  const masterKey =
    settings.master_key ??
    (await keptSecret(masterKeyFile, () => `sk-aur-master-${randomBytes(24).toString('base64url')}`));
  const encryptionKey =
    settings.encryption_key ?? (await keptSecret(encryptionKeyFile, () => randomBytes(32).toString('hex')));
  if (!/^[0-9a-f]{64}$/i.test(encryptionKey)) {
    throw new ConfigError(`${encryptionKeyFile} must hold 64 hexadecimal digits; restore it from a backup`);
  }
  return {
    masterKey,
    masterKeySource: settings.master_key ? 'environment' : 'file',
    masterKeyFile,
    encryptionKey: Buffer.from(encryptionKey, 'hex'),
  };
}

async function keptSecret(file: string, generate: () => string): Promise<string> {
  try {
    const kept = (await readFile(file, 'utf8')).trim();
    if (kept) {
      await chmod(file, 0o600);
      return kept;
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unusable(file, error);
  }
  const secret = generate();
  try {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'w' });
    await chmod(file, 0o600);
  } catch (error) {
    throw unusable(file, error);
  }
  return secret;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
}

function unusable(file: string, error: unknown): ConfigError {
  return new ConfigError(
    `${file} cannot be read or written (${codeOf(error)}). Make the data folder writable for this user, or choose another with DATA_DIR`,
  );
}
