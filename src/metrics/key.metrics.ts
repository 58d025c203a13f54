import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { FinishedLog, LedgerListener } from '../ledger/writer/ledger-listeners.js';
import type { LostLog } from '../ledger/writer/lost-log.js';
import { metricSections } from './metric-list.js';
import { MetricsRegistry } from './metrics.registry.js';

/** So many keys have series of their own; what comes after them is counted together. */
export const MAX_KEYS = 1000;
const OTHERS = { key_id: 'other', key_name: '' };
const NANO_PER_UNIT = 1e9;

/** Counts requests by key, where the operator wants to have as many series as keys. */
@Injectable()
export class KeyMetrics implements LedgerListener {
  private readonly metrics: ReturnType<typeof metricsIn> | undefined;
  /** Keys with series of their own, under the name that they had first. */
  private readonly known = new Map<string, { readonly key_id: string; readonly key_name: string }>();

  constructor(
    registry: MetricsRegistry,
    @Inject(SETTINGS) { metrics_key_label: isWanted }: Pick<Settings, 'metrics_key_label'>,
  ) {
    if (isWanted) this.metrics = metricsIn(registry);
  }

  onLog(log: FinishedLog): void {
    this.count(log);
    if (log.costNanoUsd) this.metrics?.cost.inc(this.labelsOf(log), Number(log.costNanoUsd) / NANO_PER_UNIT);
  }

  onLost(log: LostLog): void {
    this.count(log);
  }

  private count(log: LostLog): void {
    const { metrics } = this;
    if (!metrics) return;
    const labels = this.labelsOf(log);
    metrics.requests.inc({ ...labels, status: log.status });
    if (log.audioSeconds) metrics.audioSeconds.inc(labels, log.audioSeconds);
  }

  private labelsOf({ keyId, keyName }: Pick<LostLog, 'keyId' | 'keyName'>) {
    const id = keyId ?? 'master';
    const known = this.known.get(id);
    if (known) return known;
    if (this.known.size >= MAX_KEYS) return OTHERS;
    const labels = { key_id: id, key_name: keyName };
    this.known.set(id, labels);
    return labels;
  }
}

function metricsIn(registry: MetricsRegistry) {
  const { Keys } = metricSections;
  return {
    requests: registry.counter(Keys.keyRequests),
    audioSeconds: registry.counter(Keys.keyAudioSeconds),
    cost: registry.counter(Keys.keyCost),
  };
}
