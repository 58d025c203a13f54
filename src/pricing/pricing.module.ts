import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { CURRENT_DATE, systemDate } from './current-date.js';
import { OldPriceWarning } from './old-prices.js';
import { PriceBook } from './price-book.js';
import { PricesAdminController } from './prices.admin.controller.js';

/** What deployments charge. */
@Module({
  imports: [ProvidersModule],
  controllers: [PricesAdminController],
  providers: [PriceBook, OldPriceWarning, { provide: CURRENT_DATE, useValue: systemDate }],
  exports: [PriceBook],
})
export class PricingModule {}
