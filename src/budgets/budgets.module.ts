import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { PrivacyModule } from '../privacy/privacy.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RedactionModule } from '../redaction/redaction.module.js';
import { BudgetsRepository } from './budgets.repository.js';
import { Budgets } from './budgets.service.js';
import { GatewayAdminController } from './gateway.admin.controller.js';

/** What keys and the gateway may spend. */
@Module({
  imports: [DatabaseModule, ClockModule, LimitsModule, PrivacyModule, RedactionModule],
  controllers: [GatewayAdminController],
  providers: [BudgetsRepository, Budgets],
  exports: [BudgetsRepository, Budgets],
})
export class BudgetsModule {}
