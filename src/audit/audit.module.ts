import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { readOnlyPool } from '../database/read-only-pool.provider.js';
import { ClockModule } from '../http/clock.module.js';
import { AuditAdminController } from './audit.admin.controller.js';
import { AuditKeeper } from './audit-keeper.js';
import { AUDIT_POOL, AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';

/** Who has changed what: events that triggers in the database write, and how they are read. */
@Module({
  imports: [ClockModule, DatabaseModule],
  controllers: [AuditAdminController],
  providers: [
    AuditKeeper,
    AuditRepository,
    AuditService,
    readOnlyPool(AUDIT_POOL, { connections: 1, applicationName: 'auricle audit' }),
  ],
  exports: [AuditRepository],
})
export class AuditModule {}
