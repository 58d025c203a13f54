import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSetupError } from './database-setup-error.js';
import type { PostgresAccount } from './os-account.js';
import { runTool } from './postgres-tool.js';

const ORDINARY_ACCOUNTS = ['postgres', 'nobody'] as const;

/**
 * Chooses the account for PostgreSQL, which refuses to run as root: the owner of the data that is already there, else
 * `postgres`, else `nobody`. No account is ever created.
 * @param clusterData PostgreSQL's data folder; need not exist yet
 * @returns undefined when the gateway is no root and PostgreSQL simply runs as the gateway does
 * @throws DatabaseSetupError when the data belongs to somebody else, or root finds no ordinary account
 */
export async function choosePostgresAccount(clusterData: string): Promise<PostgresAccount | undefined> {
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  const owner = await stat(clusterData).catch(() => undefined);
  if (own !== 0) {
    if (owner && owner.uid !== own) {
      throw new DatabaseSetupError(
        `The database in ${clusterData} belongs to uid ${owner.uid}, but Auricle runs as uid ${own}. ` +
          `Start Auricle as the account that created it, choose another DATA_DIR, or set DATABASE_URL.`,
      );
    }
    return undefined;
  }
  if (owner && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  for (const name of ORDINARY_ACCOUNTS) {
    const account = await lookUp(name);
    if (account) return account;
  }
  throw new DatabaseSetupError(
    `PostgreSQL refuses to run as root, and this system has neither of the accounts ${ORDINARY_ACCOUNTS.join(', ')}. ` +
      `Start Auricle as an ordinary user, or set DATABASE_URL.`,
  );
}

/**
 * Checks that the account can enter a folder, by trying: permission bits alone do not tell (ACLs, network mounts).
 * @param folder absolute, without symbolic links
 * @throws DatabaseSetupError that names the first folder on the way that is closed
 */
export async function assertAccountCanEnter(account: PostgresAccount, folder: string): Promise<void> {
  const script = 'for f do test -x "$f" || { printf %s "$f"; exit 1; }; done';
  const { code, output } = await runTool('/bin/sh', ['-c', script, 'sh', ...wayTo(folder)], { account, cwd: '/' });
  if (code === 0) return;
  if (code === undefined) {
    throw new DatabaseSetupError(
      `Auricle runs as root but may not switch to the account ${account.name}, which PostgreSQL needs: ${output}. ` +
        `Start Auricle as an ordinary user, or set DATABASE_URL.`,
    );
  }
  throw new DatabaseSetupError(
    `PostgreSQL refuses to run as root, so it runs as ${account.name}, who may not enter ${output} on the way to ` +
      `the data folder. Choose a DATA_DIR that every user can reach (such as /var/lib/auricle), ` +
      `start Auricle as an ordinary user, or set DATABASE_URL to use another PostgreSQL.`,
  );
}

/** Every folder from the root down to this one. */
function wayTo(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...wayTo(parent), folder];
}

async function lookUp(name: string): Promise<PostgresAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([id('-u', name), id('-g', name)]);
    return { name, uid, gid };
  } catch {
    return undefined;
  }
}

async function id(what: '-u' | '-g', name: string): Promise<number> {
  return Number((await promisify(execFile)('id', [what, name])).stdout);
}
