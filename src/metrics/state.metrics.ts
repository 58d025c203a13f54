import { Inject, Injectable } from '@nestjs/common';
import { AlertSender } from '../alerts/deliveries/alert-sender.js';
import { AlertQueue } from '../alerts/events/alert-queue.js';
import { AlertWatch } from '../alerts/watch/alert-watch.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { VERSION } from '../config/version.js';
import { PrismaService } from '../database/prisma.service.js';
import { RetentionKeeper } from '../ledger/retention/retention.keeper.js';
import { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import { Catalogue } from '../models/catalogue.js';
import { REDIS, type Redis } from '../redis/redis.js';
import { DeploymentHealth } from '../routing/deployment-health.js';
import { DeploymentLoad } from '../routing/deployment-load.js';
import { UploadReceiver } from '../uploads/upload-receiver.js';
import { metricSections } from './metric-list.js';
import { MetricsRegistry } from './metrics.registry.js';

/** How circuits are told in numbers. */
const CIRCUITS = { closed: 0, half_open: 1, open: 2 } as const;

/** What is so at the moment, read when somebody asks for it. */
@Injectable()
export class StateMetrics {
  constructor(
    private readonly registry: MetricsRegistry,
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    private readonly ledger: LedgerWriter,
    private readonly retention: RetentionKeeper,
    private readonly uploads: UploadReceiver,
    private readonly alerts: AlertQueue,
    private readonly alertSender: AlertSender,
    private readonly alertWatch: AlertWatch,
    private readonly database: PrismaService,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'journal_max_mb'>,
    @Inject(REDIS) private readonly redis: Pick<Redis, 'isAway'> | undefined,
  ) {
    this.addDeployments();
    this.addLedger();
    this.addUploads();
    this.addAlerts();
    registry.gauge(metricSections.Build.build, (note) => note(1, { version: VERSION, node_version: process.version }));
  }

  private addDeployments(): void {
    const { registry, catalogue } = this;
    const { Providers } = metricSections;
    registry.gauge(Providers.deployment, (note) => {
      for (const { id, model, provider, upstreamModel, managedBy } of catalogue.deployments()) {
        note(1, { deployment: id, model, provider, upstream_model: upstreamModel, managed_by: managedBy });
      }
    });
    const states = [
      [Providers.enabled, ({ enabled }: { readonly enabled: boolean }) => Number(enabled)],
      [Providers.circuit, ({ id }: { readonly id: string }) => CIRCUITS[this.health.state(id).circuit]],
      [Providers.inFlight, ({ id }: { readonly id: string }) => this.load.inFlight(id)],
    ] as const;
    for (const [facts, valueOf] of states) {
      registry.gauge(facts, (note) => {
        for (const deployment of catalogue.deployments()) {
          const { id, model, provider } = deployment;
          note(valueOf(deployment), { deployment: id, model, provider });
        }
      });
    }
  }

  private addLedger(): void {
    const { registry, ledger } = this;
    const { Ledger } = metricSections;
    registry.gauge(Ledger.waitingRecords, (note) => note(ledger.state.waitingRecords));
    registry.gauge(Ledger.oldestWaiting, (note) => note(ledger.state.oldestWaitingMs / 1000));
    registry.gauge(Ledger.journalBytes, (note) => note(ledger.state.journalBytes));
    registry.gauge(Ledger.maxJournalBytes, (note) => note(this.settings.journal_max_mb * 2 ** 20));
    registry.gauge(Ledger.full, (note) => note(Number(ledger.state.isFull)));
    registry.countedElsewhere(Ledger.rowsWritten, (note) => note(ledger.state.writtenRecords));
    registry.countedElsewhere(Ledger.damagedRecords, (note) => note(ledger.state.damagedRecords));
    registry.countedElsewhere(Ledger.reducedRecords, (note) => note(ledger.state.reducedRecords));
    registry.countedElsewhere(Ledger.refusedRecords, (note) => note(ledger.state.refusedRecords));
    registry.countedElsewhere(Ledger.deleted, (note) => {
      for (const [what, count] of Object.entries(this.retention.deleted)) note(count, { what });
    });
    registry.gauge(Ledger.databaseUp, (note) => {
      note(Number(!ledger.state.databaseAway && !this.database.isAway));
    });
    registry.gauge(Ledger.redisUp, (note) => {
      if (this.redis) note(Number(!this.redis.isAway));
    });
  }

  private addAlerts(): void {
    const { registry, alerts, alertSender } = this;
    const { Webhooks } = metricSections;
    registry.countedElsewhere(Webhooks.alertAttempts, (note) => {
      for (const [outcome, count] of Object.entries(alertSender.counts)) note(count, { outcome });
    });
    registry.gauge(Webhooks.pendingAlerts, (note) => note(this.alertWatch.pendingDeliveries));
    registry.gauge(Webhooks.waitingEvents, (note) => note(alerts.length));
    registry.countedElsewhere(Webhooks.droppedEvents, (note) => note(alerts.dropped));
  }

  private addUploads(): void {
    const { registry, uploads } = this;
    const { Uploads } = metricSections;
    registry.gauge(Uploads.uploadMemory, (note) => note(uploads.usage.memoryBytes));
    registry.gauge(Uploads.maxUploadMemory, (note) => note(uploads.usage.maxMemoryBytes));
    registry.gauge(Uploads.uploadDisk, (note) => note(uploads.usage.diskBytes));
  }
}
