import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Secrets } from './config/secrets.js';
import type { Settings } from './config/settings.schema.js';
import type { Configuration } from './configuration.js';
import { layFoundation } from './foundation.js';
import { freePortOf } from './free-port.js';
import type { Gateway } from './gateway.js';
import { GatheredMetrics } from './metrics/gathered-metrics.js';
import { workerMetrics } from './metrics/metric-list.js';
import { rememberHanded } from './workers/handed-connections.js';
import { RestartBackoff } from './workers/restart-backoff.js';
import {
  toSupervisorSchema,
  type SharedChange,
  type ToldMetric,
  type ToSupervisor,
  type ToWorker,
  type WorkerStart,
} from './workers/worker-messages.js';
import { WorkerStartError } from './workers/worker-start-error.js';

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));
/** How long is waited for what a worker has said before its end. */
const LAST_WORDS_MS = 500;
/** How long a worker may take to tell its metrics. */
const METRICS_PATIENCE_MS = 1000;
/** What a worker that stops may take beyond its requests' time: its ledger takes ten seconds. */
const STOP_MARGIN_MS = 20_000;

/** What a supervisor goes by. */
export interface SupervisorOptions {
  readonly configuration: Configuration;
  /** What the command line says; undefined = nothing. */
  readonly configFile: string | undefined;
  readonly logger: Logger;
  /** Breaks the start off. */
  readonly signal: AbortSignal;
}

/**
 * Starts a gateway of several processes. This one has the data folder and the database and serves nothing itself: it lends its port to
 * `WORKERS` workers, and starts one that dies again. It is there when all of them listen.
 * @throws ConfigError, DatabaseSetupError, ListenError, WorkerStartError in words for an administrator
 * @throws the signal's reason
 */
export async function startSupervisor({
  configuration: { settings },
  configFile,
  logger,
  signal,
}: SupervisorOptions): Promise<Gateway> {
  const foundation = await layFoundation(settings, logger, signal);
  const { secrets, databaseUrl, database } = foundation;
  let crew: Crew | undefined;
  try {
    const ports = await fixedPorts(settings);
    const variables = { ...(configFile !== undefined && { CONFIG_FILE: configFile }), ...ports };
    crew = new Crew(settings, { variables, databaseUrl, secrets: sent(secrets) }, logger);
    const models = await crew.start(signal);
    const started = crew;
    return {
      settings,
      secrets,
      database,
      port: Number(ports.PORT ?? settings.port),
      models,
      reload() {
        started.change({ what: 'configuration_file' });
        return Promise.resolve();
      },
      async stop() {
        const complete = await started.stop('the gateway stops');
        await foundation.stop();
        return complete;
      },
    };
  } catch (error) {
    await crew?.stop('the start is broken off');
    await foundation.stop().catch((failure: unknown) => {
      // Whoever breaks a start off wants nothing to go on running; otherwise the first error is the one that helps.
      throw signal.aborted ? failure : error;
    });
    throw error;
  }
}

/** All workers listen on the same port, also those that are started when no other is left. */
async function fixedPorts({ port, metrics_port: metricsPort, host }: Settings) {
  return {
    ...(port === 0 && { PORT: String(await freePortOf(host, 'PORT')) }),
    ...(metricsPort === 0 && { METRICS_PORT: String(await freePortOf(host, 'METRICS_PORT')) }),
  };
}

function sent({ encryptionKey, previousEncryptionKeys = [], ...secrets }: Secrets): WorkerStart['secrets'] {
  const [current, ...previous] = [encryptionKey, ...previousEncryptionKeys].map((key) => Buffer.from(key));
  if (!current) throw new Error('there is no encryption key');
  return { ...secrets, encryptionKey: current, previousEncryptionKeys: previous };
}

/** One place among the workers, in which one process follows another. */
interface Slot {
  readonly number: number;
  readonly backoff: RestartBackoff;
  worker: Worker | undefined;
  /** Since when the worker serves; undefined = it does not. */
  servesSinceMs: number | undefined;
  /** Why it says that it cannot start. */
  failure: string | undefined;
  /** Settles when the process and its last words are there. */
  gone: Promise<void>;
  cancelRestart: () => void;
}

/** The workers of a gateway. */
class Crew {
  private readonly slots: readonly Slot[];
  private readonly metrics = new GatheredMetrics();
  private readonly waiting = new Map<string, () => void>();
  /** Who waits for the first start. */
  private allListen: (models: readonly string[]) => void = () => undefined;
  private startFails: (error: Error) => void = () => undefined;
  private hasStarted = false;
  private isStopping = false;
  /** Whether every worker that was told to stop has finished all it had. */
  private isComplete = true;
  private reading: Promise<string> | undefined;
  private readingNext: Promise<string> | undefined;
  private restarts = 0;
  private missed = 0;
  private asked = 0;

  constructor(
    private readonly settings: Settings,
    private readonly facts: Omit<WorkerStart, 'slot'>,
    private readonly logger: Logger,
  ) {
    this.slots = Array.from({ length: settings.workers }, (_, index) => ({
      number: index + 1,
      backoff: new RestartBackoff(),
      worker: undefined,
      servesSinceMs: undefined,
      failure: undefined,
      gone: Promise.resolve(),
      cancelRestart: () => undefined,
    }));
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ exec: WORKER, args: [], serialization: 'advanced' });
    // Whatever this process ends by, but a kill, which the workers notice by themselves.
    process.once('exit', () => {
      for (const { worker } of this.slots) worker?.process.kill('SIGKILL');
    });
  }

  /** @returns the models that are served @throws WorkerStartError, the signal's reason */
  async start(signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted();
    const models = await new Promise<readonly string[]>((resolve, reject) => {
      this.allListen = resolve;
      this.startFails = reject;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      for (const slot of this.slots) this.fork(slot);
    });
    this.hasStarted = true;
    return models;
  }

  /** Has all workers change something. */
  change(change: SharedChange, except?: Slot): void {
    for (const slot of this.slots) if (slot !== except) this.tell(slot, { type: 'change', change });
  }

  /** Lets all finish at once. @returns false when requests had to be cut off, or a worker could not stop */
  async stop(why: string): Promise<boolean> {
    this.isStopping = true;
    for (const slot of this.slots) {
      slot.cancelRestart();
      this.tell(slot, { type: 'stop', why });
    }
    const all = Promise.all(this.slots.map(({ gone }) => gone));
    const patience = new AbortController();
    const patienceMs = 1000 * this.settings.shutdown_timeout_seconds + STOP_MARGIN_MS;
    const late = delay(patienceMs, true, { signal: patience.signal }).catch(() => false);
    if ((await Promise.race([all.then(() => false), late])) && this.slots.some(({ worker }) => worker)) {
      this.logger.error('workers that do not end are killed');
      for (const { worker } of this.slots) worker?.process.kill('SIGKILL');
      await all;
    }
    patience.abort();
    return this.isComplete;
  }

  private fork(slot: Slot): void {
    const worker = cluster.fork();
    slot.worker = worker;
    slot.failure = undefined;
    worker.on('message', (raw: unknown) => {
      const message = toSupervisorSchema.safeParse(raw);
      if (message.success) this.hear(slot, message.data);
      else this.logger.error({ worker: slot.number, reason: message.error.message }, 'a worker is not understood');
    });
    const closeHanded = rememberHanded(worker.process);
    slot.gone = new Promise((resolve) => {
      const leave = (error?: Error): void => {
        if (slot.worker === worker) this.leave(slot, worker, error);
        resolve();
      };
      // That it could not be told something shows by its end; but one that could not be made has none.
      worker.on('error', (error) => {
        if (worker.process.pid === undefined) leave(error);
      });
      worker.once('exit', () => {
        closeHanded();
        // Its last words may come after its end; Node does not tell the end of every channel.
        const timer = setTimeout(leave, LAST_WORDS_MS);
        const heardAll = (): void => {
          clearTimeout(timer);
          leave();
        };
        if (worker.isConnected()) worker.once('disconnect', heardAll);
        else setImmediate(heardAll);
      });
    });
  }

  private hear(slot: Slot, message: ToSupervisor): void {
    switch (message.type) {
      case 'hello':
        this.tell(slot, { type: 'start', start: { ...this.facts, slot: slot.number } });
        // Meanwhile everything may have been told to stop.
        if (this.isStopping) this.tell(slot, { type: 'stop', why: 'the gateway stops' });
        break;
      case 'listening':
        slot.servesSinceMs = performance.now();
        this.tellStanding();
        if (this.up === this.slots.length) this.allListen(message.models);
        break;
      case 'failed':
        slot.failure = message.words;
        break;
      case 'own_metrics':
        this.metrics.note(slot.number, message.metrics);
        this.waiting.get(waitFor(slot, message.id))?.();
        break;
      case 'ask_all_metrics':
        void this.answerMetrics(slot, message.id);
        break;
      case 'change':
        this.change(message.change, slot);
        break;
    }
  }

  private leave(slot: Slot, worker: Worker, error?: Error): void {
    const { exitCode, signalCode, pid } = worker.process;
    const servedMs = slot.servesSinceMs === undefined ? 0 : performance.now() - slot.servesSinceMs;
    slot.worker = undefined;
    slot.servesSinceMs = undefined;
    this.metrics.leave(slot.number);
    if (this.isStopping) {
      if (exitCode !== 0) this.isComplete = false;
      return;
    }
    const end = signalCode === null ? `it ended with ${exitCode}` : `it was killed by ${signalCode}`;
    const reason = slot.failure ?? (error === undefined ? end : error.message);
    if (!this.hasStarted) {
      this.startFails(new WorkerStartError(slot.failure ?? `Worker ${slot.number} could not be started: ${reason}.`));
      return;
    }
    const waitMs = slot.backoff.nextMs(servedMs);
    this.logger.error(
      { worker: slot.number, pid, reason, restart_ms: waitMs },
      'a worker has ended and is started again',
    );
    this.tellStanding();
    const timer = setTimeout(() => {
      this.restarts += 1;
      this.fork(slot);
    }, waitMs);
    slot.cancelRestart = () => clearTimeout(timer);
  }

  private get up(): number {
    return this.slots.filter(({ servesSinceMs }) => servesSinceMs !== undefined).length;
  }

  private tellStanding(): void {
    const standing = { up: this.up, of: this.slots.length };
    for (const slot of this.slots) this.tell(slot, { type: 'standing', standing });
  }

  private tell({ worker }: Slot, message: ToWorker): void {
    // One that is about to end may not hear it any more.
    if (worker?.isConnected()) worker.send(message, () => undefined);
  }

  private async answerMetrics(slot: Slot, id: number): Promise<void> {
    try {
      this.tell(slot, { type: 'all_metrics', id, text: await this.metricsSoon() });
    } catch (error) {
      this.logger.error({ err: error }, 'the metrics of the workers cannot be told together');
    }
  }

  /** Who asks while they are being read gets those that are read next, with all others that do. */
  private async metricsSoon(): Promise<string> {
    if (this.reading) {
      this.readingNext ??= this.reading
        .catch(() => undefined)
        .then(() => {
          this.readingNext = undefined;
          return this.metricsSoon();
        });
      return await this.readingNext;
    }
    this.reading = this.readMetrics().finally(() => (this.reading = undefined));
    return await this.reading;
  }

  private async readMetrics(): Promise<string> {
    this.asked += 1;
    const id = this.asked;
    const fresh = new Set<number>();
    const serving = this.slots.filter(({ servesSinceMs }) => servesSinceMs !== undefined);
    const answers = serving.map((slot) => this.askMetrics(slot, id).then(() => fresh.add(slot.number)));
    const patience = new AbortController();
    const late = delay(METRICS_PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([Promise.all(answers), late]);
    patience.abort();
    for (const slot of serving) this.waiting.delete(waitFor(slot, id));
    this.missed += serving.length - fresh.size;
    return await this.metrics.read(fresh, this.ownMetrics());
  }

  private async askMetrics(slot: Slot, id: number): Promise<void> {
    const answered = new Promise<void>((resolve) => this.waiting.set(waitFor(slot, id), resolve));
    this.tell(slot, { type: 'ask_own_metrics', id });
    await answered;
  }

  private ownMetrics(): readonly ToldMetric[] {
    const values = {
      workers: this.slots.length,
      up: this.up,
      restarts: this.restarts,
      missed: this.missed,
    };
    const { workers, up, restarts, missed } = workerMetrics;
    const startTime = { name: 'process_start_time_seconds', type: 'gauge', help: START_TIME_HELP } as const;
    return [
      toldMetric(workers, values.workers),
      toldMetric(up, values.up),
      toldMetric(restarts, values.restarts),
      toldMetric(missed, values.missed),
      // Of the gateway, however often its workers are started again.
      toldMetric(startTime, performance.timeOrigin / 1000),
    ];
  }
}

/** As prom-client says it. */
const START_TIME_HELP = 'Start time of the process since unix epoch in seconds.';

function toldMetric({ name, type, help }: Pick<ToldMetric, 'name' | 'type' | 'help'>, value: number): ToldMetric {
  return { name, type, help, aggregator: 'max', values: [{ value, labels: {} }] };
}

function waitFor({ number }: Slot, id: number): string {
  return `${number} ${id}`;
}
