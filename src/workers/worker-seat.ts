import type { SharedChange, ToldMetric, ToSupervisor, ToWorker, WorkersStanding } from './worker-messages.js';

/** Injection token of the {@link WorkerSeat} of this process; null where it serves alone. */
export const WORKER_SEAT = Symbol('WORKER_SEAT');

/** The supervisor asks every worker, and waits a second for each. */
const METRICS_PATIENCE_MS = 2000;

/** What a worker has to do with the others: their supervisor passes on what one says. */
export class WorkerSeat {
  /** How many serve, as the supervisor has told last. */
  private known: WorkersStanding | undefined;
  private readonly waiting = new Map<number, (text: string | undefined) => void>();
  private readonly changeListeners: ((change: SharedChange) => void)[] = [];
  private tellMetrics: (() => Promise<readonly ToldMetric[]>) | undefined;
  private asked = 0;

  /**
   * @param slot which of the workers this is, from 1 on: the one that is started in its place has the same
   * @param send says something to the supervisor, if there still is one
   */
  constructor(
    readonly slot: number,
    private readonly send: (message: ToSupervisor) => void,
  ) {}

  /** How many workers serve; undefined until the supervisor has told. */
  get standing(): WorkersStanding | undefined {
    return this.known;
  }

  /** Says who tells what this process measures. */
  onMetricsAsked(tell: () => Promise<readonly ToldMetric[]>): void {
    this.tellMetrics = tell;
  }

  /** Has a listener told of changes that another worker has made, or somebody for all. */
  onChange(listener: (change: SharedChange) => void): void {
    this.changeListeners.push(listener);
  }

  /** Has the other workers change the same. */
  tellOthers(change: SharedChange): void {
    this.send({ type: 'change', change });
  }

  /** What all workers measure together, as the text that Prometheus reads; undefined where the supervisor does not answer. */
  async allMetrics(): Promise<string | undefined> {
    this.asked += 1;
    const id = this.asked;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string | undefined>((resolve) => {
        this.waiting.set(id, resolve);
        timer = setTimeout(() => resolve(undefined), METRICS_PATIENCE_MS);
        this.send({ type: 'ask_all_metrics', id });
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
  }

  /** Takes what the supervisor says. @throws what telling the metrics fails with; then nothing is told */
  async hear(message: ToWorker): Promise<void> {
    if (message.type === 'standing') this.known = message.standing;
    if (message.type === 'change') for (const listener of this.changeListeners) listener(message.change);
    if (message.type === 'all_metrics') this.waiting.get(message.id)?.(message.text);
    if (message.type === 'ask_own_metrics' && this.tellMetrics) {
      this.send({ type: 'own_metrics', id: message.id, metrics: [...(await this.tellMetrics())] });
    }
  }
}
