import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import type { Configuration } from './app.module.js';
import { createApp, stopApp } from './app.js';
import { readConfigFile } from './config-file/config-file.reader.js';
import { ConfigFileService } from './config-file/config-file.service.js';
import { loadSecrets, type Secrets } from './config/secrets.js';
import { readSettings, type Variables } from './config/settings.js';
import type { Settings } from './config/settings.schema.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrate } from './database/migrator.js';
import { GatewayError } from './domain/errors.js';
import { Catalogue } from './models/catalogue.js';
import { builtInProviders } from './providers/built-in-providers.js';
import { ProviderHttp } from './providers/provider-http.js';
import { ProviderRegistry } from './providers/provider-registry.js';

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

/** Thrown when the port cannot be had. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Reads the settings, and the configuration file that they name: every provider is asked, none is called. Starts nothing.
 * @throws ConfigError, ConfigFileError
 */
export function readConfiguration(variables: Variables): Configuration {
  const { config_file: path } = readSettings(variables);
  const providers = () => new ProviderRegistry(builtInProviders(new ProviderHttp()));
  const file = path === undefined ? undefined : readConfigFile(path, providers(), variables);
  return { variables, file, settings: readSettings(variables, file?.settings) };
}

/**
 * Starts everything in order: secrets, database, migrations, application, port. What was started is stopped again when a
 * later step fails.
 * @throws ConfigError, DatabaseSetupError, ListenError in words for an administrator
 */
export async function startGateway(configuration: Configuration, logger: Logger): Promise<Gateway> {
  const { settings } = configuration;
  const secrets = await loadSecrets(settings);
  const embedded =
    settings.database_url === undefined
      ? await startEmbeddedPostgres({ dataDir: settings.data_dir, log: logger })
      : undefined;
  const databaseUrl = settings.database_url ?? embedded?.url ?? '';
  let app: NestExpressApplication | undefined;
  try {
    await migrate({ url: databaseUrl, log: logger });
    app = await createApp({ ...configuration, secrets, databaseUrl, logger });
    const port = await listen(app, settings);
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
        await embedded?.stop();
        return complete;
      },
    };
  } catch (error) {
    await app?.close().catch(() => undefined);
    await embedded?.stop().catch(() => undefined);
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
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    const reasons: Record<string, string> = {
      EADDRINUSE: `Port ${port} is in use. Choose another with PORT.`,
      EACCES: `This user may not listen on port ${port}. Choose another with PORT.`,
      EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with HOST.`,
    };
    if (reasons[code]) throw new ListenError(reasons[code], { cause: error });
    throw error;
  }
  const address: AddressInfo | string | null = app.getHttpServer().address();
  return typeof address === 'object' && address ? address.port : port;
}
