import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { PriceBook } from './price-book.js';

/** What deployments charge. */
@Module({ imports: [ProvidersModule], providers: [PriceBook], exports: [PriceBook] })
export class PricingModule {}
