import { AggregatorRegistry } from 'prom-client';
import type { ToldMetric } from '../workers/worker-messages.js';
import { textOf } from './metrics-text.js';

/**
 * What the workers of a gateway measure, told as one. Counters and histograms are added up, and never go back: those of a worker
 * that has died stay, and of one that does not answer counts what it has told last. Of everything else the workers that have answered
 * are told, by the rule of each metric.
 */
export class GatheredMetrics {
  /** What each worker has told last, by its slot. */
  private readonly last = new Map<number, readonly ToldMetric[]>();
  /** What workers that there are not any more have counted. */
  private ofDead: readonly ToldMetric[] = [];

  /** The worker in this slot has answered. */
  note(slot: number, metrics: readonly ToldMetric[]): void {
    this.last.set(slot, metrics);
  }

  /** The worker in this slot has died. Whoever comes after it counts from nothing. */
  leave(slot: number): void {
    const left = this.last.get(slot);
    this.last.delete(slot);
    if (left) this.ofDead = added([this.ofDead, countsIn(left)]);
  }

  /**
   * All of it in the text format of Prometheus.
   * @param fresh the slots that have answered now
   * @param own what the supervisor tells of itself and of the workers
   */
  async read(fresh: ReadonlySet<number>, own: readonly ToldMetric[]): Promise<string> {
    const answered = [...this.last].filter(([slot]) => fresh.has(slot)).map(([, metrics]) => metrics);
    const silent = [...this.last].filter(([slot]) => !fresh.has(slot)).map(([, metrics]) => countsIn(metrics));
    if (answered.length > 0) this.ofDead = withoutGone(this.ofDead, answered);
    const all = AggregatorRegistry.aggregate([...answered, ...silent, this.ofDead, own].map((it) => [...it]));
    return textOf(await all.metrics());
  }
}

function countsIn(metrics: readonly ToldMetric[]): readonly ToldMetric[] {
  return metrics.filter(({ type }) => type === 'counter' || type === 'histogram');
}

function added(told: readonly (readonly ToldMetric[])[]): readonly ToldMetric[] {
  const sums = new Map<string, { metric: ToldMetric; values: Map<string, ToldMetric['values'][number]> }>();
  for (const metric of told.flat()) {
    const sum = sums.get(metric.name) ?? { metric, values: new Map() };
    sums.set(metric.name, sum);
    for (const value of metric.values) {
      const key = JSON.stringify([value.metricName, Object.entries(value.labels).toSorted()]);
      const before = sum.values.get(key);
      sum.values.set(key, before ? { ...before, value: before.value + value.value } : value);
    }
  }
  return [...sums.values()].map(({ metric, values }) => ({ ...metric, values: [...values.values()] }));
}

/** The series of a model or deployment that is not configured any more would stay for ever. */
function withoutGone(
  counts: readonly ToldMetric[],
  answered: readonly (readonly ToldMetric[])[],
): readonly ToldMetric[] {
  const configured = answered.flat().filter(({ name }) => name === 'auricle_deployment_info');
  const labels = configured.flatMap(({ values }) => values.map((value) => value.labels));
  const models = new Set([...labels.map(({ model }) => model), 'unknown', '', undefined]);
  const deployments = new Set([...labels.map(({ deployment }) => deployment), '', undefined]);
  return counts.map((metric) => ({
    ...metric,
    values: metric.values.filter((it) => models.has(it.labels['model']) && deployments.has(it.labels['deployment'])),
  }));
}
