import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { DatabaseLog } from './database-log.js';
import { describeDatabase } from './database-url.js';
import { DatabaseSetupError } from './database-setup-error.js';

/** Prisma's own lock, so that a `prisma migrate deploy` at the same moment waits for us and we for it. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

/** Seen from this file, which is two folders below the package's root in `src` and in `dist` alike. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

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
}

/**
 * Brings the database's schema up to date. Any number of processes may do so at once. The records are Prisma's own, so
 * that `prisma migrate deploy` and this function can take turns on one database.
 *
 * Each migration is one transaction with its record: one that fails leaves nothing behind.
 * @returns the names of the migrations that this call applied
 * @throws DatabaseSetupError when the database cannot be reached, a migration fails, or the records do not fit the
 *   migrations on disk (then nothing is changed); later migrations of a newer version do fit, and are warned about
 */
export async function migrate({ url, log, folder }: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A connection that breaks also rejects the query under way; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new DatabaseSetupError(`Cannot connect to ${describeDatabase(url)}: ${messageOf(cause)}`, { cause });
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK]);
    // Where the Prisma client looks, whatever search path the role has.
    await client.query('SET search_path TO public');
    await client.query(CREATE_RECORDS_TABLE);
    const { rows: records } = await client.query<MigrationRecord>(SELECT_RECORDS);
    assertHistoryFits(migrations, records);
    for (const { name } of ofNewerVersions(migrations, records)) {
      log.warn(`The database has the migration ${name} of a newer version; what that has added is left alone`);
    }
    const pending = withoutRecord(migrations, records);
    for (const migration of pending) {
      await apply(client, migration);
      log.info(`Applied the migration ${migration.name}`);
    }
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
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
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new DatabaseSetupError(`The migration ${name} failed, and nothing of it was kept: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function isMigrationRecord(row: unknown): row is MigrationRecord {
  return typeof row === 'object' && row !== null && 'name' in row && 'checksum' in row && 'finished' in row;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
