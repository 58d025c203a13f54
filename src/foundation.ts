import { rmdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import { loadSecrets, type Secrets } from './config/secrets.js';
import type { Settings } from './config/settings.schema.js';
import { lockDataFolder, workFolderOf, workFoldersOf } from './config/work-folders.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrate } from './database/migrator.js';
import { waitForDatabase } from './database/wait-for-database.js';
import { gatherJournals } from './ledger/journal/left-journals.js';
import { removeLeftFiles } from './uploads/temp-folder.js';

/** PostgreSQL's own default. */
const USUAL_CONNECTIONS = 100;
/** What a process opens at most (docs/scaling.md), with some room. */
const CONNECTIONS_OF_PROCESS = 25;
/** What a worker may take for its ledger after its requests have ended, and some room. */
const LAST_WORDS_MS = 15_000;

/** What stands before anything is served, and is there once, however many processes serve. */
export interface Foundation {
  readonly secrets: Secrets;
  /** Of a database whose migrations are applied. */
  readonly databaseUrl: string;
  readonly database: 'embedded' | 'external';
  /** Stops what was started, and gives the data folder back. */
  stop(): Promise<void>;
}

/**
 * Takes the data folder and what earlier processes have left in it, reads the secrets, starts the database where it is ours, and
 * brings it up to date. What was started is stopped again when a later step fails, or when the signal breaks the start off.
 * @throws ConfigError, DatabaseSetupError in words for an administrator
 * @throws the signal's reason
 */
export async function layFoundation(settings: Settings, logger: Logger, signal: AbortSignal): Promise<Foundation> {
  const lock = await lockDataFolder(settings.data_dir, {
    patienceMs: 1000 * settings.shutdown_timeout_seconds + LAST_WORDS_MS,
    signal,
    onWait: () => logger.info('waiting for a worker of an earlier gateway, which finishes what is running'),
  });
  try {
    return await layInFolder(settings, logger, signal, lock);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function layInFolder(
  settings: Settings,
  logger: Logger,
  signal: AbortSignal,
  lock: AsyncDisposable,
): Promise<Foundation> {
  await takeOverLeftWork(settings, logger);
  const secrets = await loadSecrets(settings);
  signal.throwIfAborted();
  const embedded =
    settings.database_url === undefined
      ? await startEmbeddedPostgres({
          dataDir: settings.data_dir,
          log: logger,
          signal,
          settings: connectionsFor(settings.workers),
        })
      : undefined;
  const databaseUrl = settings.database_url ?? embedded?.url ?? '';
  try {
    const migrationsUrl = settings.direct_database_url ?? databaseUrl;
    const { database_connect_timeout_seconds: timeoutSeconds } = settings;
    for (const url of new Set([migrationsUrl, databaseUrl])) {
      await waitForDatabase({ url, log: logger, timeoutSeconds, signal });
    }
    await migrate({ url: migrationsUrl, log: logger, signal });
    signal.throwIfAborted();
    return {
      secrets,
      databaseUrl,
      database: embedded ? 'embedded' : 'external',
      async stop() {
        try {
          await embedded?.stop();
        } finally {
          await lock[Symbol.asyncDispose]();
        }
      },
    };
  } catch (error) {
    await embedded?.stop().catch((failure: unknown) => {
      // Whoever breaks a start off wants nothing to go on running; otherwise the first error is the one that helps.
      throw signal.aborted ? failure : error;
    });
    throw error;
  }
}

function connectionsFor(workers: number): Record<string, string> {
  const connections = workers * CONNECTIONS_OF_PROCESS;
  return connections > USUAL_CONNECTIONS ? { max_connections: String(connections) } : {};
}

/** Of processes that there are not any more, because there were more or fewer of them, nothing may be lost or be left over. */
async function takeOverLeftWork({ data_dir: dataDir, workers }: Settings, logger: Logger): Promise<void> {
  const ofWorkers = await workFoldersOf(dataDir);
  if (workers === 1 && ofWorkers.length === 0) return;
  const heirs =
    workers === 1 ? [dataDir] : Array.from({ length: workers }, (_, index) => workFolderOf(dataDir, index + 1));
  const [heir = dataDir] = heirs;
  const left = [dataDir, ...ofWorkers].filter((folder) => !heirs.includes(folder));
  const segments = await gatherJournals(left, heir);
  if (segments > 0) logger.info({ segments }, 'the journals of processes that there are not any more are taken over');
  for (const folder of [...left, ...ofWorkers]) await removeLeftFiles(folder);
  for (const folder of left.filter((it) => it !== dataDir)) await rmdir(folder).catch(() => undefined);
}
