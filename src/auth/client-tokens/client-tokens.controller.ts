import { Body, Controller, Delete, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Caller } from '../../domain/caller.js';
import { AllowAccess, AuthenticatedCaller } from '../../http/access.js';
import { deletedSchema, idSchema } from '../../http/admin/id.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { presentedSecrets } from '../presented-secrets.js';
import { hashSecret } from '../secret.js';
import { createClientTokenSchema, createdClientTokenSchema, type CreateClientToken } from './client-token.schema.js';
import { ClientTokensService } from './client-tokens.service.js';

/** Client tokens, which an application's server makes with its key for its pages and apps. */
@ApiTags('Client tokens')
@ApiBearerAuth('api_key')
@AllowAccess('api_key', 'client_tokens')
@Controller('v1/client_tokens')
export class ClientTokensController {
  constructor(private readonly tokens: ClientTokensService) {}

  @Post()
  @ApiOperation({
    operationId: 'createClientToken',
    summary: 'Make a token that stands in for the calling key for some minutes; the answer is the only one with it',
  })
  @ApiAnswers({ 201: createdClientTokenSchema, errors: [400, 401, 403, 409] })
  create(
    @AuthenticatedCaller() caller: Caller,
    @Req() { headers, session }: Request,
    @Body({ schema: createClientTokenSchema }) body: CreateClientToken,
  ) {
    const keyHashes = session ? [session.keyHash] : presentedSecrets(headers).map(hashSecret);
    return this.tokens.create(caller, keyHashes, body);
  }

  @Delete(':id')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deleteClientToken', summary: 'Revoke a token of the calling key' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 403, 404] })
  delete(@AuthenticatedCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    return this.tokens.revoke(caller, id);
  }
}
