import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Config } from './config/env.js';
import type { Secrets } from './config/secrets.js';
import { DatabaseModule } from './database/database.module.js';
import type { GatewayFile } from './domain/gateway-file.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { LoggingModule } from './logging/logging.module.js';
import { ModelsModule } from './models/models.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { SandboxAdapter } from './providers/sandbox/sandbox.adapter.js';
import { RoutingModule } from './routing/routing.module.js';
import { TranscriptionsModule } from './transcriptions/transcriptions.module.js';

/** What the gateway is made of; the import list is the map of the system, lower tiers first. */
@Module({})
export class AppModule {
  static register(facts: { config: Config; secrets: Secrets; file?: GatewayFile; databaseUrl: string }): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.register(facts.config, facts.secrets, facts.file),
        DatabaseModule.register({ url: facts.databaseUrl }),
        HttpModule,
        ProvidersModule.with(facts.config.sandbox ? [new SandboxAdapter()] : [], {
          connectTimeoutMs: facts.config.connectTimeoutMs,
        }),
        AuthModule,
        ModelsModule,
        LoggingModule,
        RoutingModule,
        TranscriptionsModule,
        HealthModule,
      ],
    };
  }
}
