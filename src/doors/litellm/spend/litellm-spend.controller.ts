import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Administrator } from '../../../domain/administrator.js';
import { AdminAccess, AuthenticatedAdministrator } from '../../../http/access.js';
import { ApiAnswers } from '../../../http/openapi/api-answers.js';
import {
  spendLogsQuerySchema,
  spendLogsSchema,
  spendReportQuerySchema,
  spendReportSchema,
  type SpendLogsQuery,
  type SpendReportQuery,
} from './litellm-spend.schema.js';
import { LiteLlmSpendService } from './litellm-spend.service.js';

/** LiteLLM's reports of what was spent (litellm/proxy/spend_tracking/spend_management_endpoints.py). Days are in UTC. */
@ApiTags('LiteLLM: management')
@ApiBearerAuth('master_key')
@Controller()
export class LiteLlmSpendController {
  constructor(private readonly spend: LiteLlmSpendService) {}

  @Get('spend/logs')
  @AdminAccess('logs.read')
  @ApiOperation({ operationId: 'listLiteLlmSpendLogs', summary: 'The newest requests; between two days, sums by day' })
  @ApiAnswers({ 200: spendLogsSchema, errors: [400, 401] })
  list(
    @Query({ schema: spendLogsQuerySchema }) query: SpendLogsQuery,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.spend.list(query, teamIds);
  }

  @Get('global/spend/report')
  @AdminAccess('analytics.read')
  @ApiOperation({ operationId: 'getLiteLlmSpendReport', summary: 'What teams, customers, keys and models have cost' })
  @ApiAnswers({ 200: spendReportSchema, errors: [400, 401] })
  report(
    @Query({ schema: spendReportQuerySchema }) query: SpendReportQuery,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.spend.report(query, teamIds);
  }
}
