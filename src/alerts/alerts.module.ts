import { Module } from '@nestjs/common';
import { Budgets } from '../budgets/budgets.service.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LedgerListeners } from '../ledger/writer/ledger-listeners.js';
import { ModelsModule } from '../models/models.module.js';
import { resolveByDns, WEBHOOK_HOSTS, WebhookPoster } from '../providers/url-fetch/webhook-poster.js';
import { DeploymentCheck } from '../routing/deployment-check.js';
import { RoutingModule } from '../routing/routing.module.js';
import { ALERT_TIME, realAlertTime } from './alert-time.js';
import { AlertsAdminController } from './alerts.admin.controller.js';
import { AlertsRepository } from './alerts.repository.js';
import { AlertsService } from './alerts.service.js';
import { AlertSubscriptions } from './alert-subscriptions.js';
import { FileAlerts } from './file-alerts.js';
import { AlertMessenger } from './deliveries/alert-messenger.js';
import { AlertSender } from './deliveries/alert-sender.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { AlertQueue } from './events/alert-queue.js';
import { EventsRepository } from './events/events.repository.js';
import { AlertWatch } from './watch/alert-watch.js';
import { RequestWatch } from './watch/request-watch.js';
import { RetirementAlerts } from './watch/retirement-alerts.js';

/** Webhooks that are told of what happens. */
@Module({
  imports: [BudgetsModule, ClockModule, DatabaseModule, LedgerModule, ModelsModule, RoutingModule],
  controllers: [AlertsAdminController],
  providers: [
    AlertMessenger,
    AlertQueue,
    AlertSender,
    AlertSubscriptions,
    AlertWatch,
    AlertsRepository,
    AlertsService,
    DeliveriesRepository,
    EventsRepository,
    FileAlerts,
    RequestWatch,
    RetirementAlerts,
    WebhookPoster,
    { provide: ALERT_TIME, useValue: realAlertTime },
    { provide: WEBHOOK_HOSTS, useValue: resolveByDns },
  ],
  exports: [AlertQueue, AlertSender, AlertWatch, FileAlerts, RetirementAlerts],
})
export class AlertsModule {
  constructor(listeners: LedgerListeners, budgets: Budgets, checks: DeploymentCheck, requests: RequestWatch) {
    listeners.add(requests);
    budgets.onVerdict((verdict) => requests.onVerdict(verdict));
    checks.onFailure((deployment, failure) => requests.onFailedCheck(deployment, failure));
  }
}
