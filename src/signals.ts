import type { Logger } from 'pino';
import type { Gateway } from './gateway.js';

/**
 * Stops the gateway on SIGINT, SIGTERM and an exception that nobody caught, and then ends the process: with exit code 1
 * when requests had to be cut off. A second signal ends it at once.
 * @param options.reloads whether SIGHUP reads the configuration file again; otherwise it means what it always has: the
 *   terminal is gone
 */
export function stopOnSignals(gateway: Gateway, logger: Logger, options: { readonly reloads: boolean }): void {
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
  process.on('SIGHUP', () => (options.reloads ? void gateway.reload() : stop('SIGHUP', 0)));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    stop('uncaught exception', 1);
  });
}
