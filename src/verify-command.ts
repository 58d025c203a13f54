import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { lockFolder } from './config/folder-lock.js';
import type { Configuration } from './configuration.js';
import { wordsOf } from './database/connection-failure.js';
import { DatabaseSetupError } from './database/database-setup-error.js';
import { describeDatabase } from './database/database-url.js';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './database/embedded-postgres.js';
import { pendingMigrations } from './database/migrator.js';
import { SqlConnection } from './database/sql-connection.js';
import { readJournalFiles } from './ledger/verify/journal-files.js';
import { encodeFinding, encodeVerdict, formatFinding, formatVerdict } from './ledger/verify/verification-report.js';
import { verifyLedger } from './ledger/verify/verification.js';
import { VerificationRepository } from './ledger/verify/verification.repository.js';
import { LedgerRepository } from './ledger/writer/ledger.repository.js';

const TIMEOUTS = { connectMs: 10_000, statementMs: 3_600_000 };
/** How often it is said how far it is. */
const PROGRESS_MS = 2000;

/** How to verify the ledger, and how to say what is found. */
export interface VerifyCommandOptions {
  readonly repair: boolean;
  readonly json: boolean;
  /** Where the embedded database tells of its life. */
  readonly logger: Logger;
  /** Ends it at once; what has been repaired by then stays so. */
  readonly signal: AbortSignal;
}

/**
 * `auricle ledger verify`: writes what is found to standard output, and how far it is to standard error. It uses the database
 * of the gateway; an embedded one that does not run is started, and stopped again.
 * @returns whether the ledger adds up, after the repair if there was one
 * @throws DatabaseSetupError when it cannot be verified
 * @throws the signal's reason
 */
export async function runVerifyCommand(
  { settings }: Configuration,
  { repair, json, logger, signal }: VerifyCommandOptions,
): Promise<boolean> {
  const { data_dir: dataDir } = settings;
  // A connection of its own, where the pool would not lend it for so long.
  const known = settings.direct_database_url ?? settings.database_url ?? (await findEmbeddedPostgres(dataDir));
  const embedded = known === undefined ? await startEmbeddedPostgres({ dataDir, log: logger, signal }) : undefined;
  const url = known ?? embedded?.url ?? '';
  const connection = new SqlConnection(url, TIMEOUTS, 'auricle ledger verify');
  const cut = (): void => connection.close();
  signal.addEventListener('abort', cut);
  try {
    await requireMigrations(connection);
    let toldMs = performance.now();
    const journal = join(dataDir, 'journal');
    const hasJournal = existsSync(journal);
    // Whoever has it writes the journal; without it, that is a gateway.
    await using lock = repair && hasJournal ? await lockFolder(dataDir).catch(() => undefined) : undefined;
    const verdict = await verifyLedger({
      repository: new VerificationRepository(connection),
      journal: hasJournal ? { rows: readJournalFiles(journal), isFree: lock !== undefined } : undefined,
      repair,
      write: async (logs) => await new LedgerRepository(connection).append(logs),
      onFinding: (finding) => say(json ? encodeFinding(finding) : formatFinding(finding)),
      onProgress: (message) => {
        signal.throwIfAborted();
        if (performance.now() - toldMs < PROGRESS_MS) return;
        toldMs = performance.now();
        process.stderr.write(`${message}\n`);
      },
    });
    say(json ? encodeVerdict(verdict) : formatVerdict(verdict));
    return verdict.differences === verdict.repaired;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DatabaseSetupError) throw error;
    throw new DatabaseSetupError(`The ledger in ${describeDatabase(url)} cannot be verified: ${wordsOf(error)}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', cut);
    connection.close();
    await embedded?.stop();
  }
}

async function requireMigrations(connection: SqlConnection): Promise<void> {
  const pending = await pendingMigrations(async (sql) => await connection.query(sql));
  if (pending.length === 0) return;
  throw new DatabaseSetupError(
    `The database lacks migrations of this version (${pending.join(', ')}): start its gateway first.`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
