import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { withCommandDatabase } from './command-database.js';
import {
  encryptionKeyFile,
  generateEncryptionKey,
  readKeptKeys,
  replaceKeptKeys,
  type KeptKeys,
} from './config/encryption-key-file.js';
import { LOCK_NAME } from './config/folder-lock.js';
import { encryptionKeysOf } from './config/secrets.js';
import { ConfigError } from './config/settings.js';
import { lockDataFolder } from './config/work-folders.js';
import type { Configuration } from './configuration.js';
import { DatabaseSetupError } from './database/database-setup-error.js';
import { rotate } from './models/credentials/rotation/rotation.js';
import { RotationReport } from './models/credentials/rotation/rotation-report.js';
import { sealedColumns } from './models/credentials/rotation/sealed-columns.js';
import { SealedRepository } from './models/credentials/rotation/sealed.repository.js';
import { headerOf, SecretBox } from './models/credentials/secret-box.js';

/** How often it is said how far it is. */
const PROGRESS_MS = 2000;

/** What is done with stored secrets, and how it is said. */
export interface RotateCommandOptions {
  /** `check` counts, `dry-run` also opens what would be encrypted anew, `rotate` does it. */
  readonly mode: 'rotate' | 'dry-run' | 'check';
  /** Makes a new key in the data folder first, where the key is kept there. */
  readonly newKey: boolean;
  readonly json: boolean;
  /** Where the embedded database tells of its life. */
  readonly logger: Logger;
  /** Ends it at once; what has been encrypted anew by then stays so. */
  readonly signal: AbortSignal;
}

/**
 * `auricle rotate-encryption-key`: gives every stored secret the current encryption key, beside gateways that are running. Writes
 * what it comes to to standard output, and how far it is to standard error. It uses the database of the gateway; an embedded
 * one that does not run is started, and stopped again.
 * @returns whether every secret has the current key; of a dry run: could have
 * @throws ConfigError, DatabaseSetupError when it cannot be done
 * @throws the signal's reason
 */
export async function runRotateCommand(
  { settings }: Configuration,
  { mode, newKey, json, logger, signal }: RotateCommandOptions,
): Promise<boolean> {
  const { data_dir: dataDir } = settings;
  const file = encryptionKeyFile(dataDir);
  const isKept = settings.encryption_key === undefined;
  if (newKey && !isKept) throw new ConfigError(SET_IT_YOURSELF);
  if (isKept && !(await readKeptKeys(file))) throw new ConfigError(noKeyIn(file));
  // Whoever has it is a gateway with its keys in memory.
  const atOnce = { patienceMs: 0, signal };
  await using lock =
    isKept && mode === 'rotate' ? await lockDataFolder(dataDir, atOnce).catch(() => undefined) : undefined;
  const explain = (where: string): string =>
    `The secrets in ${where} cannot be gone through to the end; what was encrypted anew stays so`;
  const database = { name: 'auricle rotate-encryption-key', logger, signal, explain };
  return await withCommandDatabase(settings, database, async (connection) => {
    const repository = new SealedRepository(connection);
    await using turn = mode === 'rotate' ? await repository.takeTurn() : undefined;
    if (mode === 'rotate' && !turn) {
      throw new DatabaseSetupError('Another auricle rotate-encryption-key is at work on this database.');
    }
    let kept = isKept ? await readKeptKeys(file) : undefined;
    if (newKey && kept?.length === 1) {
      kept = [generateEncryptionKey(), ...kept];
      await replaceKeptKeys(file, kept);
      if (!lock) {
        process.stdout.write(`A new key is in ${file}, above the one before. ${RESTART_FIRST}\n`);
        return true;
      }
    }
    if (mode === 'rotate' && isKept && !lock && !(await gatewayKnows(file, dataDir))) {
      throw new ConfigError(`The gateway that runs has not read ${file} since it has a new key. ${RESTART_FIRST}`);
    }
    const keys = encryptionKeysOf(settings, kept);
    const report = new RotationReport(keys, { json });
    const box = new SecretBox(keys);
    let toldMs = performance.now();
    const onProgress = (table: string, rotated: number): void => {
      signal.throwIfAborted();
      if (performance.now() - toldMs < PROGRESS_MS) return;
      toldMs = performance.now();
      process.stderr.write(`${table}: ${rotated} ${mode === 'rotate' ? 'encrypted anew' : 'looked at'}\n`);
    };
    const outcome =
      mode === 'check' ? undefined : await rotate({ repository, box, dryRun: mode === 'dry-run', onProgress });
    for (const column of sealedColumns) report.count(column, await repository.countByHeader(column));
    if (mode === 'rotate' && kept) await forgetUnused(file, kept, report);
    for (const line of report.lines(mode, outcome)) process.stdout.write(`${line}\n`);
    return mode === 'dry-run' ? outcome?.unreadable.length === 0 : report.isCurrent;
  });
}

const RESTART_FIRST = 'Restart the gateway, then run auricle rotate-encryption-key.';
const SET_IT_YOURSELF =
  '--new-key is for a key that the gateway keeps in its data folder. Yours is set: put a new one into ENCRYPTION_KEY, for example from openssl rand -hex 32, and the one before into ENCRYPTION_KEY_PREVIOUS.';

function noKeyIn(file: string): string {
  return `There is no key: neither ENCRYPTION_KEY nor ${file}. Run the command with the settings of the gateway.`;
}

/** Whether the gateway that has the data folder has taken it since the file was written; it reads the keys after that. */
async function gatewayKnows(file: string, dataDir: string): Promise<boolean> {
  const [written, taken] = await Promise.all([
    stat(file, { bigint: true }),
    stat(join(dataDir, LOCK_NAME), { bigint: true }).catch(() => undefined),
  ]);
  return taken !== undefined && taken.mtimeNs > written.mtimeNs;
}

/** Drops keys of the file that no stored secret has any more. */
async function forgetUnused(file: string, [current, ...previous]: KeptKeys, report: RotationReport): Promise<void> {
  const used = previous.filter((key) => report.hasRows(headerOf(Buffer.from(key, 'hex'))));
  if (used.length < previous.length) await replaceKeptKeys(file, [current, ...used]);
}
