import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { BudgetVerdict } from '../../budgets/budget.js';
import type { Deployment } from '../../domain/deployment.js';
import type { ProviderError } from '../../domain/errors.js';
import type { FinishedLog, LedgerListener } from '../../ledger/writer/ledger-listeners.js';
import type { PassedBudget } from '../../ledger/writer/settle-budgets.js';
import type { CatalogueDeployment } from '../../models/catalogue-model.js';
import { Catalogue } from '../../models/catalogue.js';
import { ALERT_TIME, type AlertTime } from '../alert-time.js';
import { AlertSubscriptions } from '../alert-subscriptions.js';
import { AlertQueue } from '../events/alert-queue.js';
import { deploymentData } from './deployment-data.js';

const HOUR_MS = 3_600_000;

/** Of how many deployments it is known that their credential was rejected in this hour. */
const MAX_REJECTED = 1000;

/** Notices what requests show: budgets that are spent, credentials that are rejected. On the request path, and so it only notes. */
@Injectable()
export class RequestWatch implements LedgerListener {
  /** The hour of the last rejection that was told of, by the deployments' ids. */
  private readonly rejectedHours = new LRUCache<string, number>({ max: MAX_REJECTED });

  constructor(
    private readonly queue: AlertQueue,
    private readonly subscriptions: AlertSubscriptions,
    private readonly catalogue: Catalogue,
    @Inject(ALERT_TIME) private readonly time: AlertTime,
  ) {
    subscriptions.onChange(() => this.rejectedHours.clear());
  }

  /** Requests that were refused, or let in although the soft limit is passed. */
  onVerdict({ budgetId, startsAt, isRefused, spentNanoUsd, softLimitNanoUsd }: BudgetVerdict): void {
    if (isRefused) this.queue.raiseOfBudget({ type: 'budget.exhausted', budgetId, startsAt });
    // What is only reserved may cost less.
    if (softLimitNanoUsd !== null && spentNanoUsd > softLimitNanoUsd) {
      this.queue.raiseOfBudget({ type: 'budget.soft_limit', budgetId, startsAt });
    }
  }

  onPassed(budgets: readonly PassedBudget[]): void {
    for (const { budget_id: budgetId, starts_at: startsAt, is_soft, is_exhausted } of budgets) {
      if (is_soft) this.queue.raiseOfBudget({ type: 'budget.soft_limit', budgetId, startsAt });
      if (is_exhausted) this.queue.raiseOfBudget({ type: 'budget.exhausted', budgetId, startsAt });
    }
  }

  onLog({ attempts }: FinishedLog): void {
    for (const { outcome, deployment_id, upstream_status } of attempts) {
      if (outcome === 'credential_rejected') this.onRejected(deployment_id, upstream_status);
    }
  }

  onFailedCheck({ id }: Pick<Deployment, 'id'>, { reason, upstreamStatus }: ProviderError): void {
    if (reason === 'credential_rejected') this.onRejected(id, upstreamStatus ?? null);
  }

  /** A deployment's credential was rejected. Those that callers bring belong to no deployment of the catalogue. */
  private onRejected(deploymentId: string, upstreamStatus: number | null): void {
    const now = this.time.now();
    const hour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
    if (!this.subscriptions.wants('credential.rejected') || this.rejectedHours.get(deploymentId) === hour) return;
    this.rejectedHours.set(deploymentId, hour);
    const deployment = this.catalogue.deployments().find(({ id }) => id === deploymentId);
    if (!deployment) return;
    this.queue.raise({
      type: 'credential.rejected',
      subject: credentialOf(deployment),
      period: new Date(hour).toISOString(),
      occurredAt: now,
      data: {
        provider: deployment.provider,
        credential: deployment.credentialName ?? null,
        api_key_preview: deployment.apiKeyPreview ?? null,
        upstream_status: upstreamStatus,
        deployment: deploymentData(deployment),
      },
      relevantUntil: new Date(hour + HOUR_MS),
    });
  }
}

/** What tells credentials apart: by name, or else those of deployments and those of the environment. */
function credentialOf({ id, provider, credentialName, apiKeyPreview, managedBy }: CatalogueDeployment): string {
  if (credentialName !== undefined) return `credential ${credentialName}`;
  const isOwn = apiKeyPreview !== undefined && managedBy !== 'environment';
  return isOwn ? `deployment ${id}` : `environment ${provider}`;
}
