import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { AdminAccess, StillAdmitted } from '../http/access.js';
import { ApiAnswers, ApiTextAnswer } from '../http/openapi/api-answers.js';
import {
  auditExportQuerySchema,
  auditPageSchema,
  auditQuerySchema,
  type AuditExportQuery,
  type AuditQuery,
} from './audit-event.schema.js';
import { AuditService } from './audit.service.js';

/** Who has changed what. Only to be read: no route changes or deletes an event. */
@ApiTags('Admin: audit')
@ApiBearerAuth('master_key')
@Controller('admin/v1/audit')
export class AuditAdminController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @AdminAccess('audit.read')
  @ApiOperation({ operationId: 'listAuditEvents', summary: 'Who has changed what, newest first' })
  @ApiAnswers({ 200: auditPageSchema, errors: [400, 401] })
  list(@Query({ schema: auditQuerySchema }) query: AuditQuery) {
    return this.audit.list(query);
  }

  @Get('export')
  @AdminAccess('audit.read')
  @ApiOperation({
    operationId: 'exportAuditEvents',
    summary: 'Any number of audit events as CSV or lines of JSON, newest first',
    description:
      'Sent as they are read. When the connection breaks, go on with the id of the last whole line as `cursor`; an answer that is not complete never ends properly.',
  })
  @ApiTextAnswer({ 'text/csv': 'Text with a header line', 'application/x-ndjson': 'One JSON object a line' })
  @ApiAnswers({ errors: [400, 401] })
  async export(
    @Query({ schema: auditExportQuerySchema }) query: AuditExportQuery,
    @StillAdmitted() isStillAdmitted: () => Promise<boolean>,
    @Res() response: Response,
  ) {
    await this.audit.export(query, isStillAdmitted, response);
  }
}
