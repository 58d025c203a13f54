import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { LostLog } from '../ledger/writer/lost-log.js';
import { metricSections } from './metric-list.js';
import { MetricsRegistry } from './metrics.registry.js';
import { OwnerMetrics } from './owner.metrics.js';

/** So many keys have series of their own; what comes after them is counted together. */
export const MAX_KEYS = 1000;

/** Counts requests by key, where the operator wants to have as many series as keys. */
@Injectable()
export class KeyMetrics extends OwnerMetrics<'key_id' | 'key_name'> {
  constructor(
    registry: MetricsRegistry,
    @Inject(SETTINGS) { metrics_key_label: isWanted }: Pick<Settings, 'metrics_key_label'>,
  ) {
    const owners = {
      most: MAX_KEYS,
      others: { key_id: 'other', key_name: '' },
      idOf,
      labelsOf: (log: LostLog) => ({ key_id: idOf(log), key_name: log.keyName }),
    };
    super(owners, isWanted ? countersIn(registry) : undefined);
  }
}

function idOf({ keyId }: LostLog): string {
  return keyId ?? 'master';
}

function countersIn(registry: MetricsRegistry) {
  const { Keys } = metricSections;
  return {
    requests: registry.counter(Keys.keyRequests),
    audioSeconds: registry.counter(Keys.keyAudioSeconds),
    cost: registry.counter(Keys.keyCost),
  };
}
