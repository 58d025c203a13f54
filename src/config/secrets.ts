import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encryptionKeyFile, generateEncryptionKey, keptKeysIn, type KeptKeys } from './encryption-key-file.js';
import { codeOf } from './error-code.js';
import { ConfigError } from './settings.js';
import type { Settings } from './settings.schema.js';

/** The two secrets that a gateway cannot run without. */
export interface Secrets extends EncryptionKeys {
  /** Opens the admin API. */
  readonly masterKey: string;
  /** Where the master key came from; the start banner tells an administrator where to look. */
  readonly masterKeySource: 'environment' | 'file';
  readonly masterKeyFile: string;
}

/** The keys of stored secrets, 32 bytes each. */
export interface EncryptionKeys {
  /** Encrypts provider secrets at rest. */
  readonly encryptionKey: Buffer;
  /** Read what was encrypted before the key was changed. */
  readonly previousEncryptionKeys?: readonly Buffer[];
}

type KeySettings = Pick<Settings, 'data_dir' | 'encryption_key' | 'encryption_key_previous'>;

/**
 * Takes the secrets from the settings, or from the data folder, where missing ones are generated once (mode 0600).
 * @throws ConfigError in clear words when the data folder cannot be written or a kept key is damaged
 */
export async function loadSecrets(settings: KeySettings & Pick<Settings, 'master_key'>): Promise<Secrets> {
  const masterKeyFile = join(settings.data_dir, 'master-key');
  const masterKey =
    settings.master_key ??
    (await keptSecret(masterKeyFile, () => `sk-aur-master-${randomBytes(24).toString('base64url')}`));
  return {
    masterKey,
    masterKeySource: settings.master_key ? 'environment' : 'file',
    masterKeyFile,
    ...encryptionKeysOf(settings, settings.encryption_key === undefined ? await keptKeys(settings) : undefined),
  };
}

/** @param kept those of the data folder; undefined where a setting has the key */
export function encryptionKeysOf(
  { encryption_key, encryption_key_previous }: Omit<KeySettings, 'data_dir'>,
  kept: KeptKeys | undefined,
): EncryptionKeys {
  const [current, ...previous] = [
    ...(encryption_key === undefined ? [] : [encryption_key]),
    ...(kept ?? []),
    ...encryption_key_previous,
  ].map((key) => Buffer.from(key, 'hex'));
  if (!current) throw new ConfigError('There is no ENCRYPTION_KEY');
  return { encryptionKey: current, previousEncryptionKeys: previous };
}

/** @throws ConfigError */
async function keptKeys({ data_dir }: KeySettings): Promise<KeptKeys | undefined> {
  const file = encryptionKeyFile(data_dir);
  return keptKeysIn(await keptSecret(file, generateEncryptionKey), file);
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

function unusable(file: string, error: unknown): ConfigError {
  return new ConfigError(
    `${file} cannot be read or written (${codeOf(error)}). Make the data folder writable for this user, or choose another with DATA_DIR`,
  );
}
