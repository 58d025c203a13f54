import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowAccess } from '../../http/access.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { idSchema } from '../../http/admin/id.js';
import { logPageSchema, logQuerySchema, logSchema, type LogQuery } from './log.schema.js';
import { LogsService } from './logs.service.js';

/** The ledger, read. */
@ApiTags('Admin: logs')
@ApiBearerAuth('master_key')
@AllowAccess('admin')
@Controller('admin/v1/logs')
export class LogsAdminController {
  constructor(private readonly logs: LogsService) {}

  @Get()
  @ApiOperation({ operationId: 'listLogs', summary: 'The ledger, newest first' })
  @ApiAnswers({ 200: logPageSchema, errors: [400, 401] })
  list(@Query({ schema: logQuerySchema }) query: LogQuery) {
    return this.logs.list(query);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getLog', summary: 'One log by its request id' })
  @ApiAnswers({ 200: logSchema, errors: [400, 401, 404] })
  get(@Param('id', { schema: idSchema }) id: string) {
    return this.logs.get(id);
  }
}
