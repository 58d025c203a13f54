import { Module } from '@nestjs/common';
import { MigrationStatus } from '../database/migration-status.js';
import { HealthController } from './health.controller.js';

/** Probes for load balancers and orchestrators. */
@Module({ controllers: [HealthController], providers: [MigrationStatus] })
export class HealthModule {}
