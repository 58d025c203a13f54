import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type LabelValues } from 'prom-client';
import type { MetricFacts } from './metric-list.js';

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

  /** All of it in the text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  async read(): Promise<string> {
    for (const prepare of this.preparations) await prepare();
    // prom-client says "Nan" of a delay that was not measured yet.
    return `${await this.own.metrics()}\n${await metricsOfProcess().metrics()}`.replaceAll(/ Nan$/gm, ' NaN');
  }

  private configuration<Label extends string>({ name, help, labelNames }: MetricFacts<Label>) {
    return { name, help, labelNames: [...labelNames], registers: [this.own] };
  }
}
