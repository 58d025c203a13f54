import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { createApp, stopApp } from './app.js';
import { ConfigFileService } from './config-file/config-file.service.js';
import type { Secrets } from './config/secrets.js';
import type { Settings } from './config/settings.schema.js';
import { wantsTraces } from './config/tracing-wish.js';
import type { Configuration } from './configuration.js';
import { GatewayError } from './domain/errors.js';
import { layFoundation, type Foundation } from './foundation.js';
import { explainListenError } from './http/connection/listen-error.js';
import { Catalogue } from './models/catalogue.js';
import { DeploymentHealth } from './routing/deployment-health.js';
import type { Tracing } from './tracing/tracing.js';
import type { SharedChange } from './workers/worker-messages.js';
import type { WorkerSeat } from './workers/worker-seat.js';

/** A gateway that listens. */
export interface Gateway {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly port: number;
  readonly database: Foundation['database'];
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
  const foundation = await layFoundation(settings, logger, signal);
  const { secrets, databaseUrl, database } = foundation;
  try {
    const serving = await startServing(configuration, { secrets, databaseUrl }, logger, signal);
    return {
      settings,
      secrets,
      database,
      ...serving,
      async stop() {
        const complete = await serving.stop();
        await foundation.stop();
        return complete;
      },
    };
  } catch (error) {
    await foundation.stop().catch((failure: unknown) => {
      // Whoever breaks a start off wants nothing to go on running; otherwise the first error is the one that helps.
      throw signal.aborted ? failure : error;
    });
    throw error;
  }
}

/** What serves on a foundation. */
export type Serving = Pick<Gateway, 'port' | 'models' | 'reload'> & {
  /** No new connection comes here; those that there are go on. */
  leavePort(): void;
  /** Drains and writes the ledger. @returns false when requests had to be cut off */
  stop(): Promise<boolean>;
};

/** What a process serves with. */
export interface ServingFacts extends Pick<Foundation, 'secrets' | 'databaseUrl'> {
  /** Which of several workers the process is, and where it works; absent = it serves alone. */
  readonly seat?: WorkerSeat;
  readonly workFolder?: string;
}

/**
 * Starts tracing, the application and its port. What was started is stopped again when a later step fails, or when the signal
 * breaks the start off.
 * @throws ConfigError, DatabaseSetupError, ListenError in words for an administrator
 * @throws the signal's reason
 */
export async function startServing(
  configuration: Configuration,
  facts: ServingFacts,
  logger: Logger,
  signal: AbortSignal,
): Promise<Serving> {
  const { settings } = configuration;
  let app: NestExpressApplication | undefined;
  let tracing: Tracing | undefined;
  try {
    if (wantsTraces(configuration.variables)) tracing = (await import('./tracing/tracing.js')).startTracing(logger);
    app = await createApp({ ...configuration, ...facts, logger, tracing });
    signal.throwIfAborted();
    const port = await listen(app, settings);
    signal.throwIfAborted();
    const started = app;
    const reload = async (): Promise<void> => await reloadFile(started, logger);
    facts.seat?.onChange((change) => void followChange(started, change, reload));
    return {
      port,
      models: namesOf(app.get(Catalogue)),
      reload,
      leavePort: () => started.getHttpServer().close(),
      async stop() {
        const complete = await stopApp(started, 1000 * settings.shutdown_timeout_seconds);
        await tracing?.stop();
        return complete;
      },
    };
  } catch (error) {
    await app?.close().catch(() => undefined);
    await tracing?.stop();
    throw error;
  }
}

async function reloadFile(app: NestExpressApplication, logger: Logger): Promise<void> {
  try {
    await app.get(ConfigFileService).reload();
  } catch (error) {
    // What is wrong with the file has been logged by then.
    if (!(error instanceof GatewayError)) logger.error({ err: error }, 'the configuration cannot be read again');
  }
}

/** Changes here what another worker has changed, or whoever told all of them. */
async function followChange(
  app: NestExpressApplication,
  change: SharedChange,
  reload: () => Promise<void>,
): Promise<void> {
  if (change.what === 'configuration_file') await reload();
  else app.get(DeploymentHealth).reset(change.id);
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
