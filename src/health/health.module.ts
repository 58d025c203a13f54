import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { MigrationStatus } from '../database/migration-status.js';
import { ClockModule } from '../http/clock.module.js';
import { HttpModule } from '../http/http.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ModelsModule } from '../models/models.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';
import { Startup } from './startup.js';

/** Probes for load balancers and orchestrators. */
@Module({
  imports: [ClockModule, DatabaseModule, HttpModule, LedgerModule, ModelsModule, RedisModule],
  controllers: [HealthController],
  providers: [MigrationStatus, Readiness, Startup],
})
export class HealthModule {}
