import { Inject, Injectable } from '@nestjs/common';
import type { Deployment } from '../../domain/deployment.js';
import { ALERT_TIME, type AlertTime } from '../alert-time.js';
import { AlertQueue } from '../events/alert-queue.js';
import { deploymentData } from './deployment-data.js';

const DAY_MS = 86_400_000;
/** How many days before it is told, and on the day. */
const STAGES_DAYS = [0, 1, 7, 30, 90] as const;

/** A deployment whose upstream model has an announced end. */
export interface Retirement {
  readonly deployment: Pick<Deployment, 'id' | 'model' | 'provider' | 'upstreamModel'>;
  /** `2027-06-30`; the day begins in UTC. */
  readonly date: string;
}

/** Tells of upstream models that are about to retire: to be called once a day, or more often, with all that is known. */
@Injectable()
export class RetirementAlerts {
  constructor(
    private readonly queue: AlertQueue,
    @Inject(ALERT_TIME) private readonly time: AlertTime,
  ) {}

  tell(retirements: readonly Retirement[]): void {
    const now = this.time.now();
    for (const { deployment, date } of retirements) {
      const daysLeft = daysUntil(date, now);
      const stage = stageOf(daysLeft);
      if (stage === undefined) continue;
      this.queue.raise({
        type: 'model.retiring',
        subject: deployment.id,
        period: `${date}/${stage}`,
        occurredAt: now,
        data: { deployment: deploymentData(deployment), retires_on: date, days_left: Math.max(daysLeft, 0) },
        // As long as the deployment is there it goes on being said.
        relevantUntil: null,
      });
    }
  }
}

/** Whole days until a day begins, in UTC; 0 and less = it has begun. */
export function daysUntil(date: string, now: Date): number {
  return Math.ceil((Date.parse(`${date}T00:00:00Z`) - now.getTime()) / DAY_MS);
}

/** At which of the stages it is told, so many days before; undefined = it is too early for any. */
export function stageOf(daysLeft: number): number | undefined {
  return STAGES_DAYS.find((stage) => daysLeft <= stage);
}
