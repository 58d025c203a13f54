import { Module, type DynamicModule } from '@nestjs/common';
import { AlertsModule } from './alerts/alerts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ChatModule } from './chat/chat.module.js';
import { ConfigModule } from './config/config.module.js';
import { ConfigFileModule } from './config-file/config-file.module.js';
import type { Secrets } from './config/secrets.js';
import type { Configuration } from './configuration.js';
import { DatabaseModule } from './database/database.module.js';
import { DoorsModule } from './doors/doors.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { AnalyticsModule } from './ledger/analytics/analytics.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ModelsModule } from './models/models.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { RetirementsModule } from './retirements/retirements.module.js';
import { RoutingModule } from './routing/routing.module.js';
import { SpeechModule } from './speech/speech.module.js';
import { TranscriptionsModule } from './transcriptions/transcriptions.module.js';
import type { WorkerSeat } from './workers/worker-seat.js';
import { WorkersModule } from './workers/workers.module.js';

/** What a gateway is built from. */
export interface GatewayFacts extends Configuration {
  readonly secrets: Secrets;
  /** Of a database whose migrations are applied. */
  readonly databaseUrl: string;
  /** Which of several workers this process is; absent = it serves alone. */
  readonly seat?: WorkerSeat;
  /** Where it keeps its journal and uploads; absent = in the data folder. */
  readonly workFolder?: string;
}

/**
 * What the gateway is made of; the import list is the map of the system, lower tiers first. But routes are looked for in the order in
 * which their modules are met, and so what serves nearly all requests stands before everything.
 */
@Module({})
export class AppModule {
  static register(facts: GatewayFacts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TranscriptionsModule,
        ConfigModule.register(facts),
        WorkersModule.register(facts.seat),
        DatabaseModule,
        HttpModule,
        ProvidersModule,
        AuthModule,
        ModelsModule,
        LedgerModule,
        AuditModule,
        AnalyticsModule,
        RoutingModule,
        AlertsModule,
        ConfigFileModule.register(facts.file),
        SpeechModule,
        ChatModule.register(TranscriptionsModule),
        DoorsModule,
        RetirementsModule,
        HealthModule,
        MetricsModule,
      ],
    };
  }
}
