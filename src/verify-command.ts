import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { withCommandDatabase } from './command-database.js';
import { lockDataFolder, workFoldersOf } from './config/work-folders.js';
import type { Configuration } from './configuration.js';
import type { EncodedLog } from './ledger/entry/ledger-record.js';
import { journalFolderOf } from './ledger/journal/left-journals.js';
import { readJournalFiles } from './ledger/verify/journal-files.js';
import { encodeFinding, encodeVerdict, formatFinding, formatVerdict } from './ledger/verify/verification-report.js';
import { verifyLedger } from './ledger/verify/verification.js';
import { VerificationRepository } from './ledger/verify/verification.repository.js';
import { LedgerRepository } from './ledger/writer/ledger.repository.js';

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
  const explain = (where: string): string => `The ledger in ${where} cannot be verified`;
  const database = { name: 'auricle ledger verify', logger, signal, explain };
  return await withCommandDatabase(settings, database, async (connection) => {
    let toldMs = performance.now();
    const journals = [dataDir, ...(await workFoldersOf(dataDir))].map(journalFolderOf).filter((it) => existsSync(it));
    const hasJournal = journals.length > 0;
    // Whoever has it writes the journals; without it, that is a gateway, or workers that have outlived theirs.
    const atOnce = { patienceMs: 0, signal };
    await using lock = repair && hasJournal ? await lockDataFolder(dataDir, atOnce).catch(() => undefined) : undefined;
    const verdict = await verifyLedger({
      repository: new VerificationRepository(connection),
      journal: hasJournal ? { rows: readJournals(journals), isFree: lock !== undefined } : undefined,
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
  });
}

async function* readJournals(folders: readonly string[]): AsyncGenerator<EncodedLog> {
  for (const folder of folders) yield* readJournalFiles(folder);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
