import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { createApp, stopApp } from './app.js';
import { ConfigFileService } from './config-file/config-file.service.js';
import { lockFolder } from './config/folder-lock.js';
import { loadSecrets, type Secrets } from './config/secrets.js';
import type { Settings } from './config/settings.schema.js';
import { wantsTraces } from './config/tracing-wish.js';
import type { Configuration } from './configuration.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrate } from './database/migrator.js';
import { waitForDatabase } from './database/wait-for-database.js';
import { GatewayError } from './domain/errors.js';
import { explainListenError } from './http/connection/listen-error.js';
import { Catalogue } from './models/catalogue.js';
import type { Tracing } from './tracing/tracing.js';

/** A gateway that listens. */
export interface Gateway {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly port: number;
  readonly database: 'embedded' | 'external';
  /** Public model names that can be used at once, hidden ones left out. */
  readonly models: readonly string[];
  /** Reads the configuration file again; problems are logged and change nothing. */
  reload(): Promise<void>;
  /** Drains, writes the ledger, closes the database. @returns false when requests had to be cut off */
  stop(): Promise<boolean>;
}

/**
 * Starts everything in order: the data folder, secrets, database, migrations, tracing, application, port. What was started is
 * stopped again when a later step fails, or when the signal breaks the start off.
 * @throws ConfigError, DatabaseSetupError, ListenError in words for an administrator
 * @throws the signal's reason
 */
export async function startGateway(
  configuration: Configuration,
  logger: Logger,
  signal: AbortSignal,
): Promise<Gateway> {
  const { settings } = configuration;
  const lock = await lockFolder(settings.data_dir);
  try {
    return await startInFolder(configuration, logger, signal, lock);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function startInFolder(
  configuration: Configuration,
  logger: Logger,
  signal: AbortSignal,
  lock: AsyncDisposable,
): Promise<Gateway> {
  const { settings } = configuration;
  const secrets = await loadSecrets(settings);
  signal.throwIfAborted();
  const embedded =
    settings.database_url === undefined
      ? await startEmbeddedPostgres({ dataDir: settings.data_dir, log: logger, signal })
      : undefined;
  const databaseUrl = settings.database_url ?? embedded?.url ?? '';
  let app: NestExpressApplication | undefined;
  let tracing: Tracing | undefined;
  try {
    const migrationsUrl = settings.direct_database_url ?? databaseUrl;
    const { database_connect_timeout_seconds: timeoutSeconds } = settings;
    for (const url of new Set([migrationsUrl, databaseUrl])) {
      await waitForDatabase({ url, log: logger, timeoutSeconds, signal });
    }
    await migrate({ url: migrationsUrl, log: logger, signal });
    signal.throwIfAborted();
    if (wantsTraces(configuration.variables)) tracing = (await import('./tracing/tracing.js')).startTracing(logger);
    app = await createApp({ ...configuration, secrets, databaseUrl, logger, tracing });
    signal.throwIfAborted();
    const port = await listen(app, settings);
    signal.throwIfAborted();
    const started = app;
    return {
      settings,
      secrets,
      port,
      database: embedded ? 'embedded' : 'external',
      models: namesOf(app.get(Catalogue)),
      async reload() {
        await started
          .get(ConfigFileService)
          .reload()
          .catch((error: unknown) => {
            // What is wrong with the file has been logged by then.
            if (!(error instanceof GatewayError))
              logger.error({ err: error }, 'the configuration cannot be read again');
          });
      },
      async stop() {
        const complete = await stopApp(started, 1000 * settings.shutdown_timeout_seconds);
        await tracing?.stop();
        await embedded?.stop();
        await lock[Symbol.asyncDispose]();
        return complete;
      },
    };
  } catch (error) {
    await app?.close().catch(() => undefined);
    await tracing?.stop();
    await embedded?.stop().catch((failure: unknown) => {
      // Whoever breaks a start off wants nothing to go on running; otherwise the first error is the one that helps.
      throw signal.aborted ? failure : error;
    });
    throw error;
  }
}

function namesOf(catalogue: Catalogue): readonly string[] {
  return catalogue
    .all()
    .filter(({ hidden }) => !hidden)
    .map(({ name }) => name);
}

async function listen(app: NestExpressApplication, { port, host }: Settings): Promise<number> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw explainListenError(error, { port, host, portVariable: 'PORT' });
  }
  const address: AddressInfo | string | null = app.getHttpServer().address();
  return typeof address === 'object' && address ? address.port : port;
}
