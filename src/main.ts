import { startGateway } from './gateway.js';
import { bannerOf } from './banner.js';
import { readConfig } from './config/env.js';
import { createLogger } from './http/logger.js';

/** Errors whose message tells the administrator everything; a stack trace would only hide it. */
const expectedErrors = new Set(['ConfigError', 'DatabaseSetupError', 'ListenError']);

try {
  const config = readConfig();
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const gateway = await startGateway(config, logger);
  process.stdout.write(bannerOf(gateway));

  let stopping = false;
  const stop = (why: string, exitCode: number): void => {
    if (stopping) {
      logger.warn('stopping at once');
      process.exit(1);
    }
    stopping = true;
    logger.info(`${why}: finishing what is running, then stopping`);
    gateway.stop().then(
      (complete) => process.exit(complete ? exitCode : 1),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => stop('SIGINT', 0));
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    stop('uncaught exception', 1);
  });
} catch (error) {
  if (!(error instanceof Error && expectedErrors.has(error.name))) throw error;
  process.stderr.write(`\nAuricle cannot start.\n${error.message}\n\n`);
  process.exit(1);
}
