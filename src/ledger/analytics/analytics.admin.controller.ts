import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { LedgerScope } from '../../domain/administrator.js';
import { AdminAccess, AlsoKeyHolders, AuthenticatedScope } from '../../http/access.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { within } from '../logs/logs-of-teams.js';
import { analyticsQuerySchema, analyticsSchema, type AnalyticsQuery } from './analytics.schema.js';
import { AnalyticsService } from './analytics.service.js';
import { forecastQuerySchema, forecastSchema, type ForecastQuery } from './forecast.schema.js';
import { ForecastService } from './forecast.service.js';

/** The ledger, summed. */
@ApiTags('Admin: analytics')
@ApiBearerAuth('master_key')
@Controller('admin/v1/analytics')
export class AnalyticsAdminController {
  constructor(
    private readonly analytics: AnalyticsService,
    private readonly forecasts: ForecastService,
  ) {}

  @Get()
  @AdminAccess('analytics.read')
  @AlsoKeyHolders()
  @ApiOperation({
    operationId: 'getAnalytics',
    summary: 'Sums, averages and percentiles over the ledger, by time and by group',
  })
  @ApiAnswers({ 200: analyticsSchema, errors: [400, 401] })
  analyse(@Query({ schema: analyticsQuerySchema }) query: AnalyticsQuery, @AuthenticatedScope() scope: LedgerScope) {
    return this.analytics.analyse(within(query, scope));
  }

  @Get('forecast')
  @AdminAccess('analytics.read')
  @AlsoKeyHolders()
  @ApiOperation({
    operationId: 'getSpendForecast',
    summary: 'What will have been spent at the end of a period, and how that is estimated',
  })
  @ApiAnswers({ 200: forecastSchema, errors: [400, 401] })
  forecast(@Query({ schema: forecastQuerySchema }) query: ForecastQuery, @AuthenticatedScope() scope: LedgerScope) {
    return this.forecasts.forecast(within(query, scope));
  }
}
