import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { FinishedLog, LedgerListener } from '../ledger/writer/ledger-listeners.js';
import type { LostLog } from '../ledger/writer/lost-log.js';
import { metricSections } from './metric-list.js';
import { MetricsRegistry } from './metrics.registry.js';

/** So many teams have series of their own; what comes after them is counted together. */
export const MAX_TEAMS = 1000;
const OTHERS = { team_id: 'other', team_name: '' };
const NANO_PER_UNIT = 1e9;

/** Counts requests by team, where the operator wants to have as many series as teams; those of none are of `none`. */
@Injectable()
export class TeamMetrics implements LedgerListener {
  private readonly metrics: ReturnType<typeof metricsIn> | undefined;
  /** Teams with series of their own, under the name that they had first. */
  private readonly known = new Map<string, { readonly team_id: string; readonly team_name: string }>();

  constructor(
    registry: MetricsRegistry,
    @Inject(SETTINGS) { metrics_team_label: isWanted }: Pick<Settings, 'metrics_team_label'>,
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

  private labelsOf({ teamId, teamName }: Pick<LostLog, 'teamId' | 'teamName'>) {
    const id = teamId ?? 'none';
    const known = this.known.get(id);
    if (known) return known;
    if (this.known.size >= MAX_TEAMS) return OTHERS;
    const labels = { team_id: id, team_name: teamName ?? '' };
    this.known.set(id, labels);
    return labels;
  }
}

function metricsIn(registry: MetricsRegistry) {
  const { Teams } = metricSections;
  return {
    requests: registry.counter(Teams.teamRequests),
    audioSeconds: registry.counter(Teams.teamAudioSeconds),
    cost: registry.counter(Teams.teamCost),
  };
}
