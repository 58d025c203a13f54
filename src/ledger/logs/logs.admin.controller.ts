import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import type { Administrator, LedgerScope } from '../../domain/administrator.js';
import { badRequest } from '../../domain/errors.js';
import {
  AdminAccess,
  AlsoKeyHolders,
  AuthenticatedAdministrator,
  AuthenticatedScope,
  StillAdmitted,
} from '../../http/access.js';
import { ApiAnswers, ApiTextAnswer } from '../../http/openapi/api-answers.js';
import { idSchema } from '../../http/admin/id.js';
import { logExportQuerySchema, type LogExportQuery } from './export/log-export.schema.js';
import { LogExportService } from './export/log-export.service.js';
import { logPageSchema, logQuerySchema, type LogQuery } from './log-list.schema.js';
import { logDetailSchema } from './log.schema.js';
import { within } from './logs-of-teams.js';
import { LogsService } from './logs.service.js';
import { logStreamQuerySchema, type LogStreamQuery } from './stream/log-stream.schema.js';
import { LogStreamService } from './stream/log-stream.service.js';

const lastIdSchema = z.uuid().optional();

/** The ledger, read. */
@ApiTags('Admin: logs')
@ApiBearerAuth('master_key')
@Controller('admin/v1/logs')
export class LogsAdminController {
  constructor(
    private readonly logs: LogsService,
    private readonly exports: LogExportService,
    private readonly streams: LogStreamService,
  ) {}

  @Get()
  @AdminAccess('logs.read')
  @AlsoKeyHolders()
  @ApiOperation({ operationId: 'listLogs', summary: 'The ledger, newest first' })
  @ApiAnswers({ 200: logPageSchema, errors: [400, 401] })
  list(@Query({ schema: logQuerySchema }) query: LogQuery, @AuthenticatedScope() scope: LedgerScope) {
    return this.logs.list(within(query, scope));
  }

  @Get('export')
  @AdminAccess('logs.read')
  @ApiOperation({
    operationId: 'exportLogs',
    summary: 'Any number of logs as CSV or lines of JSON, newest first',
    description:
      'Sent as they are read. When the connection breaks, go on with the id of the last whole line as `cursor`; an answer that is not complete never ends properly. It is cut when the admin key is blocked, deleted or has another role or other teams.',
  })
  @ApiTextAnswer({ 'text/csv': 'Text with a header line', 'application/x-ndjson': 'One JSON object a line' })
  @ApiAnswers({ errors: [400, 401] })
  async export(
    @Query({ schema: logExportQuerySchema }) query: LogExportQuery,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
    @StillAdmitted() isStillAdmitted: () => Promise<boolean>,
    @Res() response: Response,
  ) {
    await this.exports.write(within(query, teamIds), isStillAdmitted, response);
  }

  @Get('stream')
  @AdminAccess('logs.read')
  @ApiOperation({
    operationId: 'streamLogs',
    summary: 'New logs as they are written, as server-sent events',
    description:
      'Events `log` with the id of the log and its JSON, in the order in which logs are written: by the end of requests, not by their beginning. Comment lines say that the stream lives.',
  })
  @ApiHeader({
    name: 'last-event-id',
    required: false,
    description: 'The id of the last log that was seen: whatever was written since comes first',
    schema: { type: 'string', format: 'uuid' },
  })
  @ApiTextAnswer({ 'text/event-stream': 'Events, each with the JSON of a log' })
  @ApiAnswers({ errors: [400, 401, 404] })
  async stream(
    @Query({ schema: logStreamQuerySchema }) query: LogStreamQuery,
    @Headers('last-event-id') lastId: string | undefined,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
    @StillAdmitted() isStillAdmitted: () => Promise<boolean>,
    @Res() response: Response,
  ) {
    const listener = { scope: teamIds, isStillAdmitted };
    await this.streams.follow(within(query, teamIds), parseLastId(lastId), listener, response);
  }

  @Get(':id')
  @AdminAccess('logs.read')
  @AlsoKeyHolders()
  @ApiOperation({ operationId: 'getLog', summary: 'One log by its request id' })
  @ApiAnswers({ 200: logDetailSchema, errors: [400, 401, 404] })
  get(@Param('id', { schema: idSchema }) id: string, @AuthenticatedScope() scope: LedgerScope) {
    return this.logs.get(id, scope);
  }
}

/** @throws GatewayError 400 */
function parseLastId(sent: string | undefined): string | undefined {
  const { data, error } = lastIdSchema.safeParse(sent === '' ? undefined : sent);
  if (error) throw badRequest("Invalid 'last-event-id': must be the id of a log", 'last-event-id', 'invalid_value');
  return data;
}
