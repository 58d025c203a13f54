import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { ReadOnlyPool } from '../../database/read-only-pool.js';
import { readOnlyPool } from '../../database/read-only-pool.provider.js';
import { CURRENT_DATE, systemDate } from '../../pricing/current-date.js';
import { LedgerModule } from '../ledger.module.js';
import { AnalyticsAdminController } from './analytics.admin.controller.js';
import { AnalyticsRepository } from './analytics.repository.js';
import { AnalyticsService } from './analytics.service.js';
import { ForecastService } from './forecast.service.js';

/** How many are answered at once; the others wait. */
const CONNECTIONS = 2;

/** Sums over the ledger. */
@Module({
  imports: [DatabaseModule, LedgerModule],
  controllers: [AnalyticsAdminController],
  providers: [
    AnalyticsRepository,
    AnalyticsService,
    ForecastService,
    { provide: CURRENT_DATE, useValue: systemDate },
    readOnlyPool(ReadOnlyPool, { connections: CONNECTIONS, applicationName: 'auricle analytics' }),
  ],
})
export class AnalyticsModule {}
