import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { createApp, stopApp } from './app.js';
import type { Config } from './config/env.js';
import { loadSecrets, type Secrets } from './config/secrets.js';
import type { Settings } from './config/settings.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './database/embedded-postgres.js';
import { migrate } from './database/migrator.js';
import { GatewayError } from './domain/errors.js';
import type { GatewayFile } from './domain/gateway-file.js';
import { Catalogue } from './models/catalogue.js';
import { fileModels } from './models/file-models.js';
import { GatewayFileService } from './models/gateway-file.service.js';
import { ProviderRegistry } from './providers/provider-registry.js';
import { ProvidersModule } from './providers/providers.module.js';

/** A gateway that listens. */
export interface Gateway {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly port: number;
  readonly database: 'embedded' | 'external';
  /** Public model names that can be used at once, hidden ones left out. */
  readonly models: readonly string[];
  /** Reads the gateway file again; problems are logged and change nothing. */
  reload(): Promise<void>;
  /** Drains, writes the ledger, closes the database. @returns false when requests had to be cut off */
  stop(): Promise<boolean>;
}

/**
 * Asks the providers about what the file says of their deployments, without starting anything.
 * @throws GatewayFileError
 */
export async function checkGatewayFile(file: GatewayFile): Promise<void> {
  const context = await NestFactory.createApplicationContext(ProvidersModule.with(), { logger: false });
  try {
    fileModels(file, context.get(ProviderRegistry), new Date());
  } finally {
    await context.close();
  }
}

/** Thrown when the port cannot be had. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Starts everything in order: secrets, database, migrations, application, port. What was started is stopped again when a
 * later step fails; with a gateway file that no provider can use nothing is started.
 * @throws ConfigError, GatewayFileError, DatabaseSetupError, ListenError in words for an administrator
 */
export async function startGateway({ config, file }: Settings, logger: Logger): Promise<Gateway> {
  if (file) await checkGatewayFile(file);
  const secrets = await loadSecrets(config);
  const embedded = config.databaseUrl ? undefined : await startEmbedded(config, logger);
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  let app: NestExpressApplication | undefined;
  try {
    await migrate({ url: databaseUrl, log: logger });
    app = await createApp({ config, secrets, file, databaseUrl, logger });
    const port = await listen(app, config);
    const started = app;
    return {
      config,
      secrets,
      port,
      database: embedded ? 'embedded' : 'external',
      models: app
        .get(Catalogue)
        .all()
        .filter((model) => !model.hidden)
        .map((model) => model.name),
      async reload() {
        await started
          .get(GatewayFileService)
          .reload()
          .catch((error: unknown) => {
            // What is wrong with the file has been logged by then.
            if (!(error instanceof GatewayError))
              logger.error({ err: error }, 'the configuration cannot be read again');
          });
      },
      async stop() {
        const complete = await stopApp(started, config.shutdownTimeoutMs);
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

async function startEmbedded(config: Config, logger: Logger): Promise<EmbeddedPostgres> {
  return await startEmbeddedPostgres({ dataDir: config.dataDir, log: logger });
}

async function listen(app: NestExpressApplication, { port, host }: Config): Promise<number> {
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
