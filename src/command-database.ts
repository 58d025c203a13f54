import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ConfigError } from './config/settings.js';
import type { Settings } from './config/settings.schema.js';
import { wordsOf } from './database/connection-failure.js';
import { DatabaseSetupError } from './database/database-setup-error.js';
import { describeDatabase } from './database/database-url.js';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './database/embedded-postgres.js';
import { pendingMigrations } from './database/migrator.js';
import { SqlConnection } from './database/sql-connection.js';

const TIMEOUTS = { connectMs: 10_000, statementMs: 3_600_000 };

/** How a command uses the gateway's database. */
export interface CommandDatabaseOptions {
  /** By which the server knows the connection. */
  readonly name: string;
  /** Where the embedded database tells of its life. */
  readonly logger: Logger;
  /** Cuts the connection. */
  readonly signal: AbortSignal;
  /** The beginning of a sentence, for what the database refuses: `The ledger in ... cannot be verified`. */
  readonly explain: (database: string) => string;
}

/**
 * Lets a command use the database of the gateway, running or not: an embedded one that does not run is started, and stopped
 * again.
 * @throws DatabaseSetupError when it cannot be used
 * @throws the signal's reason
 */
export async function withCommandDatabase<T>(
  { data_dir: dataDir, database_url, direct_database_url }: Settings,
  { name, logger, signal, explain }: CommandDatabaseOptions,
  use: (connection: SqlConnection) => Promise<T>,
): Promise<T> {
  // A connection of its own, where the pool would not lend it for so long.
  const known = direct_database_url ?? database_url ?? (await findEmbeddedPostgres(dataDir));
  if (known === undefined && !existsSync(join(dataDir, 'postgres/cluster'))) {
    throw new DatabaseSetupError(`There is no database in ${dataDir}: start its gateway first.`);
  }
  const embedded = known === undefined ? await startEmbeddedPostgres({ dataDir, log: logger, signal }) : undefined;
  const url = known ?? embedded?.url ?? '';
  const connection = new SqlConnection(url, TIMEOUTS, name);
  const cut = (): void => connection.close();
  signal.addEventListener('abort', cut);
  try {
    signal.throwIfAborted();
    await requireMigrations(connection);
    return await use(connection);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && isExplained(error)) throw error;
    throw new DatabaseSetupError(`${explain(describeDatabase(url))}: ${wordsOf(error)}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', cut);
    connection.close();
    await embedded?.stop();
  }
}

function isExplained(error: Error): boolean {
  return error instanceof DatabaseSetupError || error instanceof ConfigError;
}

async function requireMigrations(connection: SqlConnection): Promise<void> {
  const pending = await pendingMigrations(async (sql) => await connection.query(sql));
  if (pending.length === 0) return;
  throw new DatabaseSetupError(
    `The database lacks migrations of this version (${pending.join(', ')}): start its gateway first.`,
  );
}
