import { Injectable } from '@nestjs/common';
import type { LabelValues, Metric } from 'prom-client';
import type { FinishedLog, LedgerListener, WrittenBatch } from '../ledger/writer/ledger-listeners.js';
import type { LostLog } from '../ledger/writer/lost-log.js';
import { metricSections } from './metric-list.js';
import { MetricsRegistry } from './metrics.registry.js';
import { SeriesLabels } from './series-labels.js';

const NANO_PER_UNIT = 1e9;

/** Counts every request once, when it has ended, by what its log says. */
@Injectable()
export class RequestMetrics implements LedgerListener {
  private readonly metrics: ReturnType<typeof metricsIn>;

  constructor(
    registry: MetricsRegistry,
    private readonly labels: SeriesLabels,
  ) {
    this.metrics = metricsIn(registry);
    registry.prepareBy(() => this.forgetGone());
  }

  onLog(log: FinishedLog): void {
    const { metrics } = this;
    const { task, status, costNanoUsd } = log;
    const labels = this.countRequest(log);
    const { model } = labels;
    metrics.requestDuration.observe({ ...labels, status }, log.latencyMs / 1000);
    if (log.overheadMs !== null) metrics.overhead.observe({ task }, log.overheadMs / 1000);
    if (log.stream && log.firstByteMs !== null) metrics.firstEvent.observe(labels, log.firstByteMs / 1000);
    if (log.outputAudioSeconds) metrics.speechSeconds.inc(labels, log.outputAudioSeconds);
    if (costNanoUsd) metrics.cost.inc(labels, Number(costNanoUsd) / NANO_PER_UNIT);
    if (costNanoUsd === null && status === 'success') metrics.unpriced.inc(labels);
    if (log.usage?.type === 'tokens') {
      metrics.tokens.inc({ ...labels, direction: 'input' }, log.usage.input_tokens);
      metrics.tokens.inc({ ...labels, direction: 'output' }, log.usage.output_tokens);
    }
    if (log.retries > 0) metrics.retries.inc({ model }, log.retries);
    if (log.fallbacks > 0) metrics.fallbacks.inc({ model }, log.fallbacks);
    if (log.rescued) metrics.rescued.inc({ model });
    if (log.cache !== null) metrics.cache.inc({ result: log.cache });
    for (const attempt of log.attempts) {
      const ofDeployment = this.labels.ofAttempt(attempt);
      metrics.attempts.inc({ ...ofDeployment, outcome: attempt.outcome });
      metrics.attemptDuration.observe(ofDeployment, attempt.latency_ms / 1000);
    }
  }

  /** How long it would have taken, and what it cost, nobody knows. */
  onLost(log: LostLog): void {
    this.countRequest(log);
  }

  onBatch({ durationMs }: WrittenBatch): void {
    this.metrics.batchDuration.observe(durationMs / 1000);
  }

  /** @returns the labels that it is counted by */
  private countRequest(log: LostLog) {
    const { requests, audioSeconds } = this.metrics;
    const { task, stream, status, httpStatus } = log;
    const labels = { task, model: this.labels.ofModel(log), provider: log.provider ?? '' };
    requests.inc({ ...labels, stream: String(stream), status, http_status: String(httpStatus) });
    if (log.audioSeconds) audioSeconds.inc(labels, log.audioSeconds);
    return labels;
  }

  /** The series of a model or deployment that is gone would stay for ever. */
  private async forgetGone(): Promise<void> {
    const gone = this.labels.takeGone();
    if (!gone) return;
    for (const metric of Object.values(this.metrics)) {
      await removeSeries(
        metric,
        ({ model = '', deployment = '' }) => gone.models.has(String(model)) || gone.deployments.has(String(deployment)),
      );
    }
  }
}

function metricsIn(registry: MetricsRegistry) {
  const { Requests, Providers, Ledger } = metricSections;
  return {
    requests: registry.counter(Requests.requests),
    requestDuration: registry.histogram(Requests.requestDuration),
    overhead: registry.histogram(Requests.overhead),
    firstEvent: registry.histogram(Requests.firstEvent),
    audioSeconds: registry.counter(Requests.audioSeconds),
    speechSeconds: registry.counter(Requests.speechSeconds),
    tokens: registry.counter(Requests.tokens),
    cost: registry.counter(Requests.cost),
    unpriced: registry.counter(Requests.unpriced),
    retries: registry.counter(Requests.retries),
    fallbacks: registry.counter(Requests.fallbacks),
    rescued: registry.counter(Requests.rescued),
    cache: registry.counter(Requests.cache),
    attempts: registry.counter(Providers.attempts),
    attemptDuration: registry.histogram(Providers.attemptDuration),
    batchDuration: registry.histogram(Ledger.batchDuration),
  };
}

/** @param metric a counter or histogram; the buckets of one series are told apart by `le`, which is no label of it */
async function removeSeries(
  metric: Pick<Metric, 'get'> & { remove(labels: LabelValues<string>): void },
  isGone: (labels: LabelValues<string>) => boolean,
): Promise<void> {
  const { values } = await metric.get();
  for (const { labels } of values) {
    const { le: _, ...own } = { le: undefined, ...labels };
    if (isGone(own)) metric.remove(own);
  }
}
