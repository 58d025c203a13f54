import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../http/access.js';
import { wholeList } from '../http/admin/list.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { listedPricePageSchema, presentPrice, type PriceQuery, priceQuerySchema } from './listed-price.schema.js';
import { PriceBook } from './price-book.js';

/** The price lists. */
@ApiTags('Admin: providers')
@ApiBearerAuth('master_key')
@Controller('admin/v1/prices')
export class PricesAdminController {
  constructor(private readonly prices: PriceBook) {}

  @Get()
  @AdminAccess('providers.read')
  @ApiOperation({
    operationId: 'listPrices',
    summary: 'Every list price in force with its surcharges, its source and date, and the list that it is from',
    description: "A deployment's own `price` comes before them.",
  })
  @ApiAnswers({ 200: listedPricePageSchema, errors: [400, 401] })
  list(@Query({ schema: priceQuerySchema }) { provider }: PriceQuery) {
    const prices = this.prices.inForce().filter((it) => provider === undefined || it.provider === provider);
    return wholeList(prices.map(presentPrice));
  }
}
