import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../../http/access.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { deletedSchema, idOrNameSchema } from '../../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../../http/admin/list.js';
import {
  createCredentialSchema,
  credentialPageSchema,
  credentialSchema,
  updateCredentialSchema,
  type CreateCredential,
  type UpdateCredential,
} from './credential.schema.js';
import { CredentialsService } from './credentials.service.js';

/** Provider credentials, administered. */
@ApiTags('Admin: credentials')
@ApiBearerAuth('master_key')
@Controller('admin/v1/credentials')
export class CredentialsAdminController {
  constructor(private readonly credentials: CredentialsService) {}

  @Post()
  @AdminAccess('credentials.write')
  @ApiOperation({ operationId: 'createCredential', summary: 'Store a provider secret under a name, encrypted' })
  @ApiAnswers({ 201: credentialSchema, errors: [400, 401, 409] })
  create(@Body({ schema: createCredentialSchema }) body: CreateCredential) {
    return this.credentials.create(body);
  }

  @Get()
  @AdminAccess('credentials.read')
  @ApiOperation({ operationId: 'listCredentials', summary: 'Credentials, newest first; secrets are never shown' })
  @ApiAnswers({ 200: credentialPageSchema, errors: [400, 401] })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery) {
    return this.credentials.list(query);
  }

  @Get(':credential')
  @AdminAccess('credentials.read')
  @ApiOperation({ operationId: 'getCredential', summary: 'One credential' })
  @ApiAnswers({ 200: credentialSchema, errors: [400, 401, 404] })
  get(@Param('credential', { schema: idOrNameSchema }) credential: string) {
    return this.credentials.get(credential);
  }

  @Patch(':credential')
  @AdminAccess('credentials.write')
  @ApiOperation({ operationId: 'updateCredential', summary: 'Rename, re-key or move a credential' })
  @ApiAnswers({ 200: credentialSchema, errors: [400, 401, 404, 409] })
  update(
    @Param('credential', { schema: idOrNameSchema }) credential: string,
    @Body({ schema: updateCredentialSchema }) body: UpdateCredential,
  ) {
    return this.credentials.update(credential, body);
  }

  @Delete(':credential')
  @AdminAccess('credentials.write')
  @ApiOperation({ operationId: 'deleteCredential', summary: 'Delete a credential that no deployment uses' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404, 409] })
  delete(@Param('credential', { schema: idOrNameSchema }) credential: string) {
    return this.credentials.delete(credential);
  }
}
