import cluster from 'node:cluster';
import type { Logger } from 'pino';
import { readVariables } from './config/config.module.js';
import { workFolderOf, lockFolderSoon } from './config/work-folders.js';
import { readConfiguration, type Configuration } from './configuration.js';
import { isExpected } from './expected-errors.js';
import { startServing, type Serving } from './gateway.js';
import { boundHeapGrowth } from './heap-growth.js';
import { createLogger } from './process-log/process-logger.js';
import { toWorkerSchema, type ToSupervisor, type WorkerStart } from './workers/worker-messages.js';
import { WorkerSeat } from './workers/worker-seat.js';

// What src/supervisor.ts starts: one process of several that serve one port. It is told by its supervisor what to do; signals of a
// terminal, which go to every process in it, are the supervisor's.

/** The process before this one in its slot may be about to end. */
const LOCK_PATIENCE_MS = 10_000;

const worker = cluster.worker;
if (!worker) throw new Error('a worker is started by its supervisor');

boundHeapGrowth();
let logger: Logger | undefined;
let seat: WorkerSeat | undefined;
let serving: Serving | undefined;
/** The exit code of the stop that is under way. */
let stopping: number | undefined;
const starting = new AbortController();
let isStarting = false;

function tell(message: ToSupervisor, told: () => void = () => undefined): void {
  if (worker?.isConnected()) worker.send(message, told);
  else told();
}

/** Finishes what is running, once; the others go on, unless they are told the same. */
function stop(why: string, exitCode: number): void {
  if (stopping !== undefined) return;
  stopping = exitCode;
  logger?.info(`${why}: finishing what is running, then stopping`);
  if (!isStarting) process.exit(exitCode);
  if (!serving) {
    starting.abort(new Error(why));
    return;
  }
  serving.stop().then(
    (complete) => process.exit(complete ? exitCode : 1),
    (error: unknown) => {
      logger?.error({ err: error }, 'could not stop cleanly');
      process.exit(1);
    },
  );
}

/** As {@link stop}; what comes meanwhile goes to the others. */
function stopAlone(why: string, exitCode: number): void {
  serving?.leavePort();
  stop(why, exitCode);
}

// Whoever reads it may leave; the log stops then by itself.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('SIGTERM', () => stopAlone('SIGTERM', 0));
process.on('uncaughtException', (error) => {
  if (!logger) throw error;
  logger.fatal({ err: error }, 'uncaught exception');
  stopAlone('uncaught exception', 1);
});
worker.on('disconnect', () => {
  // Otherwise Node ends the process at once.
  worker.exitedAfterDisconnect = true;
  stop('the supervisor has ended', 1);
});
process.on('message', (raw: unknown) => {
  const message = toWorkerSchema.safeParse(raw);
  // Node's own are not for us.
  if (!message.success) return;
  if (message.data.type === 'start') void start(message.data.start);
  else if (message.data.type === 'stop') stop(message.data.why, 0);
  else
    seat?.hear(message.data).catch((error: unknown) => logger?.error({ err: error }, 'the supervisor gets no answer'));
});
tell({ type: 'hello' });

async function start(facts: WorkerStart): Promise<void> {
  isStarting = true;
  seat = new WorkerSeat(facts.slot, tell);
  try {
    const configuration = await configurationOf(facts);
    const { settings } = configuration;
    logger = createLogger({ level: settings.log_level, format: settings.log_format, worker: facts.slot });
    const workFolder = workFolderOf(settings.data_dir, facts.slot);
    // Nobody takes it back: it ends with this process.
    await lockFolderSoon(workFolder, { patienceMs: LOCK_PATIENCE_MS, signal: starting.signal });
    const { secrets, databaseUrl } = facts;
    serving = await startServing(configuration, { secrets, databaseUrl, seat, workFolder }, logger, starting.signal);
    // What came while the last step was under way.
    if (stopping !== undefined) {
      await serving.stop();
      process.exit(stopping);
    }
    tell({ type: 'listening', models: [...serving.models] });
  } catch (error) {
    if (stopping !== undefined) process.exit(stopping);
    if (!isExpected(error)) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    tell({ type: 'failed', words: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
  }
}

/** As its supervisor has read it, but for a file that has changed since. @throws ConfigError, ConfigFileError */
async function configurationOf({ variables }: WorkerStart): Promise<Configuration> {
  return readConfiguration({ ...(await readVariables()), ...variables });
}
