import { Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type LabelValues } from 'prom-client';
import { toldMetricsSchema, type ToldMetric } from '../workers/worker-messages.js';
import { WORKER_SEAT, type WorkerSeat } from '../workers/worker-seat.js';
import type { MetricFacts } from './metric-list.js';
import { textOf } from './metrics-text.js';

/** Of several processes the one whose event loop is held up most is told, because the others do not help its clients. */
const WORST_OF_WORKERS = /^nodejs_eventloop_lag_(?:seconds|mean_seconds|stddev_seconds|max_seconds|p\d+_seconds)$/;

/**
 * Of the process, however many gateways it has: Node's own measurements cannot be taken back, and are not begun before somebody
 * asks for them.
 */
let processRegistry: Registry | undefined;

function metricsOfProcess(): Registry {
  if (processRegistry) return processRegistry;
  processRegistry = new Registry();
  collectDefaultMetrics({ register: processRegistry });
  return processRegistry;
}

/** Notes a value of a metric, under labels. */
export type Note<Label extends string> = (value: number, labels?: LabelValues<Label>) => void;

/** Every metric of this gateway and of its process. */
@Injectable()
export class MetricsRegistry {
  private readonly own = new Registry();
  private readonly preparations: (() => Promise<void>)[] = [];

  constructor(@Inject(WORKER_SEAT) private readonly seat: WorkerSeat | null = null) {
    seat?.onMetricsAsked(() => this.tell());
  }

  /** The media type of {@link read}. */
  get contentType(): string {
    return this.own.contentType;
  }

  counter<Label extends string>(facts: MetricFacts<Label>): Counter<Label> {
    return new Counter({ ...this.configuration(facts) });
  }

  histogram<Label extends string>({ buckets = [], ...facts }: MetricFacts<Label>): Histogram<Label> {
    return new Histogram({ ...this.configuration(facts), buckets: [...buckets] });
  }

  /** A gauge whose values, all of them, are read when somebody asks. */
  gauge<Label extends string>(facts: MetricFacts<Label>, read: (note: Note<Label>) => void): Gauge<Label> {
    return new Gauge({
      ...this.configuration(facts),
      collect() {
        this.reset();
        read((value, labels = {}) => this.set(labels, value));
      },
    });
  }

  /** A counter of what somebody else counts, read when somebody asks. */
  countedElsewhere<Label extends string>(facts: MetricFacts<Label>, read: (note: Note<Label>) => void): Counter<Label> {
    return new Counter({
      ...this.configuration(facts),
      collect() {
        this.reset();
        read((value, labels = {}) => this.inc(labels, value));
      },
    });
  }

  /** Something to be done before every reading. */
  prepareBy(preparation: () => Promise<void>): void {
    this.preparations.push(preparation);
  }

  /** All of it, and of all workers, in the text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  async read(): Promise<string> {
    return (await this.seat?.allMetrics()) ?? (await this.readOwn());
  }

  private async readOwn(): Promise<string> {
    await this.prepare();
    return textOf(`${await this.own.metrics()}\n${await metricsOfProcess().metrics()}`);
  }

  /** What this process has measured, to be told with what the other workers have. */
  private async tell(): Promise<readonly ToldMetric[]> {
    await this.prepare();
    const [own, ofProcess] = await Promise.all([this.own.getMetricsAsJSON(), metricsOfProcess().getMetricsAsJSON()]);
    const told = toldMetricsSchema.parse([...own, ...ofProcess]);
    return told
      .filter(({ aggregator }) => aggregator !== 'omit')
      .map((metric) => (WORST_OF_WORKERS.test(metric.name) ? { ...metric, aggregator: 'max' } : metric));
  }

  private async prepare(): Promise<void> {
    for (const prepare of this.preparations) await prepare();
  }

  private configuration<Label extends string>({ name, help, labelNames, ofWorkers = 'sum' }: MetricFacts<Label>) {
    return { name, help, labelNames: [...labelNames], registers: [this.own], aggregator: ofWorkers };
  }
}
