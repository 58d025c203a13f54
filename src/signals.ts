import type { Logger } from 'pino';
import type { Gateway } from './gateway.js';

/**
 * Starts the gateway, and stops it on SIGINT, SIGTERM and an exception that nobody caught, also in the midst of its start;
 * then ends the process: with exit code 1 when requests had to be cut off, or when it could not be stopped. A second signal
 * ends it at once.
 * @param start starts the gateway; once its signal fires, it stops what it has started and throws the signal's reason
 * @param options.reloads whether SIGHUP reads the configuration file again; otherwise it means what it always has: the
 *   terminal is gone
 * @throws what the start throws of itself
 */
export async function startUnderSignals(
  start: (signal: AbortSignal) => Promise<Gateway>,
  logger: Logger,
  options: { readonly reloads: boolean },
): Promise<Gateway> {
  // Whoever reads it may leave; the log stops then by itself, and the gateway has more to do than to write.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const starting = new AbortController();
  let gateway: Gateway | undefined;
  /** The exit code of the stop that is under way. */
  let stopping: number | undefined;
  let reloadsOnceStarted = false;

  const stop = (why: string, exitCode: number): void => {
    if (stopping !== undefined) {
      logger.warn('stopping at once');
      process.exit(1);
    }
    stopping = exitCode;
    if (!gateway) {
      logger.info(`${why}: the start is broken off, what was started is stopped`);
      starting.abort(new Error(why));
      return;
    }
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
  process.on('SIGHUP', () => {
    if (!options.reloads) stop('SIGHUP', 0);
    else if (gateway) void gateway.reload();
    else reloadsOnceStarted = true;
  });
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    stop('uncaught exception', 1);
  });

  try {
    gateway = await start(starting.signal);
    if (reloadsOnceStarted) await gateway.reload();
    return gateway;
  } catch (error) {
    if (starting.signal.aborted && error === starting.signal.reason) process.exit(stopping);
    throw error;
  }
}
