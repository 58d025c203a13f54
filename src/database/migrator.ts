import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { Client } from 'pg';
import { packageFile } from '../config/package-file.js';
import { isLockNotAvailable } from './database-errors.js';
import type { DatabaseLog } from './database-log.js';
import { wordsOf } from './connection-failure.js';
import { describeDatabase } from './database-url.js';
import { DatabaseSetupError } from './database-setup-error.js';

/**
 * Prisma's own lock, so that a `prisma migrate deploy` at the same moment waits for us and we for it. Prisma takes it for a
 * session, we for a transaction: behind a pool that lends connections by the transaction (PgBouncer), a session's lock would
 * stay with the pool's connection for ever. The two exclude each other.
 */
const PRISMA_MIGRATE_LOCK = 72_707_369;

/** How long another migration, or whoever uses a table that is to be changed, is waited for. */
const LOCK_TIMEOUT_SECONDS = 60;

/** Who has the lock, as far as the role may see it. */
const SELECT_HOLDER = `
  SELECT concat_ws(', ', 'process ' || l.pid, nullif(a.application_name, ''), 'from ' || host(a.client_addr), a.state) AS holder
  FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ${PRISMA_MIGRATE_LOCK}
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const MIGRATIONS_FOLDER = packageFile('prisma/migrations');

const CONNECT_TIMEOUT_MS = 10_000;

/** As Prisma makes it: prisma-engines, sql-schema-connector, `create_migrations_table`. */
const CREATE_RECORDS_TABLE = `
  CREATE TABLE IF NOT EXISTS public._prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

const SELECT_RECORDS = `
  SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
  FROM public._prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`;

/** A migration on disk. */
interface Migration {
  /** Its folder: `<yyyymmddhhmmss>_<name>`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256, hex. */
  readonly checksum: string;
}

/** A migration in the database's records. */
interface MigrationRecord {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** Which database to bring up to date, and with what. */
export interface MigrateOptions {
  /** Connection string of the database. */
  readonly url: string;
  readonly log: DatabaseLog;
  /** The folder of migrations, in Prisma's layout; by default the package's own. */
  readonly folder?: string;
  /** Ends it at once, between two migrations or in the midst of one, of which nothing is kept. */
  readonly signal?: AbortSignal;
  readonly lockTimeoutSeconds?: number;
}

/**
 * Brings the database's schema up to date. Any number of processes may do so at once. The records are Prisma's own, so
 * that `prisma migrate deploy` and this function can take turns on one database.
 *
 * Each migration is one transaction with its record: one that fails leaves nothing behind. Nothing outlives its transaction,
 * so that the connection may be one of a pool's.
 * @returns the names of the migrations that this call applied
 * @throws DatabaseSetupError when the database cannot be reached, the lock is not to be had, a migration fails, or the records
 *   do not fit the migrations on disk (then nothing is changed); later migrations of a newer version do fit, and are warned
 *   about
 * @throws the signal's reason
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const { url, signal } = options;
  const migrations = await readMigrations(options.folder);
  const socket = new Socket();
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    stream: () => socket,
  });
  // A connection that breaks also rejects the query under way; without a listener it would end the process.
  client.on('error', () => undefined);
  // Also where the server does not answer any more. Not `client.end()`: while it connects, pg's promise would never settle.
  const cut = (): void => void socket.destroy();
  signal?.addEventListener('abort', cut);
  try {
    await connect(client, url);
    const applied: string[] = [];
    for (;;) {
      signal?.throwIfAborted();
      const next = await applyNext(client, migrations, options, applied.length === 0);
      if (!next) return { applied };
      options.log.info(`Applied the migration ${next.name}`);
      applied.push(next.name);
    }
  } catch (error) {
    signal?.throwIfAborted();
    // What a role may not do, a full disk, a connection that breaks: the server's own words, without a stack.
    if (error instanceof DatabaseSetupError || codeOf(error) === undefined) throw error;
    throw new DatabaseSetupError(`Cannot migrate ${describeDatabase(url)}: ${wordsOf(error)}`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', cut);
    await client.end();
  }
}

async function connect(client: Client, url: string): Promise<void> {
  try {
    await client.connect();
  } catch (cause) {
    throw new DatabaseSetupError(`Cannot connect to ${describeDatabase(url)}: ${wordsOf(cause)}`, { cause });
  }
}

/** Applies the first migration that has no record, under the lock. @returns undefined when there is none */
async function applyNext(
  client: Client,
  migrations: readonly Migration[],
  options: MigrateOptions,
  isFirst: boolean,
): Promise<Migration | undefined> {
  // Whatever is the default: what another process has done while we waited for the lock must be seen.
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await takeLock(client, options);
    // Where the Prisma client looks, whatever search path the role has.
    await client.query('SET LOCAL search_path TO public');
    await client.query(CREATE_RECORDS_TABLE);
    const { rows: records } = await client.query<MigrationRecord>(SELECT_RECORDS);
    assertHistoryFits(migrations, records);
    for (const { name } of isFirst ? ofNewerVersions(migrations, records) : []) {
      options.log.warn(`The database has the migration ${name} of a newer version; what that has added is left alone`);
    }
    const [next] = withoutRecord(migrations, records);
    await (next ? apply(client, next) : client.query('COMMIT'));
    return next;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** @throws DatabaseSetupError when somebody else keeps it */
async function takeLock(
  client: Client,
  { url, log, lockTimeoutSeconds = LOCK_TIMEOUT_SECONDS }: MigrateOptions,
): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${lockTimeoutSeconds}s'`);
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
    PRISMA_MIGRATE_LOCK,
  ]);
  if (rows[0]?.taken) return;
  const who = await holderOf(client);
  log.info(
    `Another process migrates this database (advisory lock ${PRISMA_MIGRATE_LOCK}, ${who}); waiting for at most ${lockTimeoutSeconds} s`,
  );
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [PRISMA_MIGRATE_LOCK]);
  } catch (cause) {
    if (!isLockNotAvailable(cause)) throw cause;
    throw new DatabaseSetupError(
      `The lock on migrations of ${describeDatabase(url)} (advisory lock ${PRISMA_MIGRATE_LOCK}) is still taken after ` +
        `${lockTimeoutSeconds} s: ${who}. If that is no migration but a connection that a pool such as PgBouncer keeps ` +
        `open, end it with "SELECT pg_terminate_backend(PROCESS)", and set DIRECT_DATABASE_URL to reach the server without the pool.`,
      { cause },
    );
  }
}

async function holderOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ holder: string }>(SELECT_HOLDER);
  return rows.length > 0 ? `held by ${rows.map(({ holder }) => holder).join(' and ')}` : 'held by an unknown process';
}

/** Runs one SQL query and answers its rows: a Prisma client's `$queryRawUnsafe`, for one. */
export type RunQuery = (sql: string) => Promise<readonly unknown[]>;

/** The names of the migrations on disk that the database has not seen to their end. Changes nothing. */
export async function pendingMigrations(run: RunQuery, folder?: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const tables = await run(`SELECT FROM pg_class WHERE oid = to_regclass('public._prisma_migrations')`);
  const rows = tables.length > 0 ? await run(SELECT_RECORDS) : [];
  const finished = rows.filter(isMigrationRecord).filter((record) => record.finished);
  return withoutRecord(migrations, finished).map(({ name }) => name);
}

async function readMigrations(folder = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(
    names.toSorted().map(async (name) => {
      const sql = await readFile(`${folder}/${name}/migration.sql`, 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function withoutRecord(migrations: readonly Migration[], records: readonly MigrationRecord[]): Migration[] {
  const recorded = new Set(records.map(({ name }) => name));
  return migrations.filter(({ name }) => !recorded.has(name));
}

function assertHistoryFits(migrations: readonly Migration[], records: readonly MigrationRecord[]): void {
  const onDisk = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum, finished } of records) {
    if (!finished) {
      throw new DatabaseSetupError(
        `The migration ${name} was begun on this database and did not finish. Mend the database by hand, then tell ` +
          `it so with "prisma migrate resolve --applied ${name}" or "--rolled-back ${name}".`,
      );
    }
    if (isNewer({ name }, migrations)) continue;
    if (!onDisk.has(name)) {
      throw new DatabaseSetupError(
        `The database has the migration ${name}, which this version of Auricle does not know although it has later ` +
          `ones: another line of development has used it. Restore a backup from before it.`,
      );
    }
    if (onDisk.get(name) !== checksum) {
      throw new DatabaseSetupError(
        `The migration ${name} was changed after it was applied to this database. Restore its file: a change to ` +
          `the schema belongs in a new migration.`,
      );
    }
  }
}

/**
 * Migrations add before they take away, so that the version before goes on working: a rollback needs no backup. Later ones
 * than all of ours are a newer version's.
 */
function ofNewerVersions(
  migrations: readonly Migration[],
  records: readonly MigrationRecord[],
): readonly MigrationRecord[] {
  return records.filter((record) => isNewer(record, migrations));
}

function isNewer({ name }: Pick<MigrationRecord, 'name'>, migrations: readonly Migration[]): boolean {
  return migrations.every((migration) => migration.name < name);
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    throw new DatabaseSetupError(`The migration ${name} failed, and nothing of it was kept: ${wordsOf(cause)}`, {
      cause,
    });
  }
}

function isMigrationRecord(row: unknown): row is MigrationRecord {
  return typeof row === 'object' && row !== null && 'name' in row && 'checksum' in row && 'finished' in row;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
