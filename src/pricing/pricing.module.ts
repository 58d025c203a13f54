import { Module } from '@nestjs/common';
import { PriceBook } from './price-book.js';

/** What deployments charge. */
@Module({ providers: [PriceBook], exports: [PriceBook] })
export class PricingModule {}
