import { Controller, Delete, Get, HttpCode, Param, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Administrator } from '../../domain/administrator.js';
import { AdminAccess, AuthenticatedAdministrator } from '../../http/access.js';
import { deletedSchema, idSchema } from '../../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../../http/admin/list.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { endedSessionsSchema, endSessionsQuerySchema, sessionPageSchema } from './session.schema.js';
import { SessionsService } from './sessions.service.js';

/** Who is signed in, administered. */
@ApiTags('Sessions')
@ApiBearerAuth('master_key')
@Controller('admin/v1/sessions')
export class SessionsAdminController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @AdminAccess('sessions.read')
  @ApiOperation({
    operationId: 'listSessions',
    summary: 'Open sessions, newest first: an owner sees all, others those of their own key',
  })
  @ApiAnswers({ 200: sessionPageSchema, errors: [400, 401] })
  list(
    @Query({ schema: pageQuerySchema }) query: PageQuery,
    @AuthenticatedAdministrator() administrator: Administrator,
    @Req() { session }: Request,
  ) {
    return this.sessions.list(query, administrator, session?.id);
  }

  @Delete()
  @HttpCode(200)
  @AdminAccess('sessions.write')
  @ApiOperation({
    operationId: 'endOtherSessions',
    summary: 'End all sessions but the one that asks: an owner those of everybody, others those of their own key',
  })
  @ApiAnswers({ 200: endedSessionsSchema, errors: [400, 401] })
  endOthers(
    @Query({ schema: endSessionsQuerySchema }) _query: unknown,
    @AuthenticatedAdministrator() administrator: Administrator,
    @Req() { session }: Request,
  ) {
    return this.sessions.endOthers(administrator, session?.id);
  }

  @Delete(':id')
  @HttpCode(200)
  @AdminAccess('sessions.write')
  @ApiOperation({ operationId: 'endSession', summary: 'End a session: an owner any, others those of their own key' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  end(@Param('id', { schema: idSchema }) id: string, @AuthenticatedAdministrator() administrator: Administrator) {
    return this.sessions.endById(id, administrator);
  }
}
