import { Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LedgerListeners } from '../ledger/writer/ledger-listeners.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ModelsModule } from '../models/models.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { ServingModule } from '../serving/serving.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { KeyMetrics } from './key.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsListener } from './metrics.listener.js';
import { MetricsRegistry } from './metrics.registry.js';
import { RejectionMetrics } from './rejection.metrics.js';
import { RequestMetrics } from './request.metrics.js';
import { SeriesLabels } from './series-labels.js';
import { StateMetrics } from './state.metrics.js';
import { TeamMetrics } from './team.metrics.js';

/** What Prometheus reads: every other part counts for itself or tells, and this one collects. */
@Module({
  imports: [
    AlertsModule,
    AuthModule,
    DatabaseModule,
    LedgerModule,
    LimitsModule,
    ModelsModule,
    RedisModule,
    RoutingModule,
    ServingModule,
    UploadsModule,
  ],
  controllers: [MetricsController],
  providers: [
    KeyMetrics,
    MetricsListener,
    MetricsRegistry,
    RejectionMetrics,
    RequestMetrics,
    SeriesLabels,
    StateMetrics,
    TeamMetrics,
  ],
})
export class MetricsModule {
  constructor(
    listeners: LedgerListeners,
    requests: RequestMetrics,
    rejections: RejectionMetrics,
    keys: KeyMetrics,
    teams: TeamMetrics,
  ) {
    for (const listener of [requests, rejections, keys, teams]) listeners.add(listener);
  }
}
