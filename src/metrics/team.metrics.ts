import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { LostLog } from '../ledger/writer/lost-log.js';
import { metricSections } from './metric-list.js';
import { MetricsRegistry } from './metrics.registry.js';
import { OwnerMetrics } from './owner.metrics.js';

/** So many teams have series of their own; what comes after them is counted together. */
export const MAX_TEAMS = 1000;

/** Counts requests by team, where the operator wants to have as many series as teams; those of none are of `none`. */
@Injectable()
export class TeamMetrics extends OwnerMetrics<'team_id' | 'team_name'> {
  constructor(
    registry: MetricsRegistry,
    @Inject(SETTINGS) { metrics_team_label: isWanted }: Pick<Settings, 'metrics_team_label'>,
  ) {
    const owners = {
      most: MAX_TEAMS,
      others: { team_id: 'other', team_name: '' },
      idOf,
      labelsOf: (log: LostLog) => ({ team_id: idOf(log), team_name: log.teamName ?? '' }),
    };
    super(owners, isWanted ? countersIn(registry) : undefined);
  }
}

function idOf({ teamId }: LostLog): string {
  return teamId ?? 'none';
}

function countersIn(registry: MetricsRegistry) {
  const { Teams } = metricSections;
  return {
    requests: registry.counter(Teams.teamRequests),
    audioSeconds: registry.counter(Teams.teamAudioSeconds),
    cost: registry.counter(Teams.teamCost),
  };
}
