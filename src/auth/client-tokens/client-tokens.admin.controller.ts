import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Administrator } from '../../domain/administrator.js';
import { AdminAccess, AuthenticatedAdministrator } from '../../http/access.js';
import { deletedSchema, idOrNameSchema, idSchema } from '../../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../../http/admin/list.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { clientTokenPageSchema, revokedClientTokensSchema } from './client-token.schema.js';
import { ClientTokensService } from './client-tokens.service.js';

/** The client tokens of a virtual key, administered. */
@ApiTags('Admin: keys')
@ApiBearerAuth('master_key')
@Controller('admin/v1/keys/:key/client_tokens')
export class ClientTokensAdminController {
  constructor(private readonly tokens: ClientTokensService) {}

  @Get()
  @AdminAccess('keys.read')
  @ApiOperation({
    operationId: 'listKeyClientTokens',
    summary: 'Client tokens of a virtual key that have not ended, newest first',
  })
  @ApiAnswers({ 200: clientTokenPageSchema, errors: [400, 401, 404] })
  list(
    @Param('key', { schema: idOrNameSchema }) key: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.tokens.listOf(key, query, teamIds);
  }

  @Delete()
  @HttpCode(200)
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'deleteKeyClientTokens', summary: 'Revoke all client tokens of a virtual key' })
  @ApiAnswers({ 200: revokedClientTokensSchema, errors: [400, 401, 404] })
  deleteAll(
    @Param('key', { schema: idOrNameSchema }) key: string,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.tokens.revokeAllOf(key, teamIds);
  }

  @Delete(':id')
  @HttpCode(200)
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'deleteKeyClientToken', summary: 'Revoke a client token of a virtual key' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  delete(
    @Param('key', { schema: idOrNameSchema }) key: string,
    @Param('id', { schema: idSchema }) id: string,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.tokens.revokeOf(key, id, teamIds);
  }
}
