import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { MigrationStatus } from '../database/migration-status.js';
import { HttpModule } from '../http/http.module.js';
import { HealthController } from './health.controller.js';

/** Probes for load balancers and orchestrators. */
@Module({ imports: [DatabaseModule, HttpModule], controllers: [HealthController], providers: [MigrationStatus] })
export class HealthModule {}
