import { Module } from '@nestjs/common';
import { MigrationStatus } from '../database/migration-status.js';
import { HttpModule } from '../http/http.module.js';
import { HealthController } from './health.controller.js';

/** Probes for load balancers and orchestrators. */
@Module({ imports: [HttpModule], controllers: [HealthController], providers: [MigrationStatus] })
export class HealthModule {}
