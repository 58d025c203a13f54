import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Administrator } from '../../../domain/administrator.js';
import {
  AdminAccess,
  AllowAccess,
  AlsoAdministrators,
  AuthenticatedAdministrator,
  AuthenticatedReader,
  type Reader,
} from '../../../http/access.js';
import { ApiAnswers } from '../../../http/openapi/api-answers.js';
import {
  blockKeySchema,
  deletedKeysSchema,
  deleteKeysSchema,
  generatedKeySchema,
  generateKeySchema,
  keyInfoAnswerSchema,
  keyListSchema,
  keyQuerySchema,
  keyReferenceSchema,
  listKeysSchema,
  regenerateKeySchema,
  storedKeySchema,
  updatedKeySchema,
  updateLiteLlmKeySchema,
  type BlockKey,
  type DeleteKeys,
  type GenerateKey,
  type KeyQuery,
  type ListKeys,
  type RegenerateKey,
  type UpdateLiteLlmKey,
} from './litellm-key.schema.js';
import { LiteLlmKeysService } from './litellm-keys.service.js';

/** LiteLLM's calls for keys (litellm/proxy/management_endpoints/key_management_endpoints.py), for scripts made for it. */
@ApiTags('LiteLLM: management')
@Controller('key')
export class LiteLlmKeysController {
  constructor(private readonly keys: LiteLlmKeysService) {}

  @Post('generate')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.write')
  @ApiOperation({
    operationId: 'generateLiteLlmKey',
    summary: 'Issue a virtual key; the answer is the only one with its secret',
  })
  @ApiAnswers({ 200: generatedKeySchema, errors: [400, 401, 409] })
  generate(
    @Body({ schema: generateKeySchema }) body: GenerateKey,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.generate(body, teamIds);
  }

  @Get('info')
  @AllowAccess('api_key', 'self')
  @AlsoAdministrators('keys.read')
  @ApiBearerAuth('api_key')
  @ApiOperation({
    operationId: 'getLiteLlmKeyInfo',
    summary: 'The calling key; with the master key or an admin key, any',
  })
  @ApiAnswers({ 200: keyInfoAnswerSchema, errors: [400, 401, 403, 404] })
  info(@Query({ schema: keyQuerySchema }) { key }: KeyQuery, @AuthenticatedReader() reader: Reader) {
    return this.keys.info(key, reader);
  }

  @Post('update')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'updateLiteLlmKey', summary: 'Change a virtual key; metadata is replaced as a whole' })
  @ApiAnswers({ 200: updatedKeySchema, errors: [400, 401, 404, 409] })
  update(
    @Body({ schema: updateLiteLlmKeySchema }) body: UpdateLiteLlmKey,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.update(body, teamIds);
  }

  @Post('delete')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'deleteLiteLlmKeys', summary: 'Delete virtual keys, all or none' })
  @ApiAnswers({ 200: deletedKeysSchema, errors: [400, 401, 404] })
  delete(
    @Body({ schema: deleteKeysSchema }) body: DeleteKeys,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.delete(body, teamIds);
  }

  @Post('block')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'blockLiteLlmKey', summary: 'Refuse a virtual key until it is unblocked' })
  @ApiAnswers({ 200: storedKeySchema, errors: [400, 401, 404] })
  block(@Body({ schema: blockKeySchema }) { key }: BlockKey, @AuthenticatedAdministrator() { teamIds }: Administrator) {
    return this.keys.setBlocked(key, true, teamIds);
  }

  @Post('unblock')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'unblockLiteLlmKey', summary: 'Take a blocked virtual key again' })
  @ApiAnswers({ 200: storedKeySchema, errors: [400, 401, 404] })
  unblock(
    @Body({ schema: blockKeySchema }) { key }: BlockKey,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.setBlocked(key, false, teamIds);
  }

  @Get('list')
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.read')
  @ApiOperation({ operationId: 'listLiteLlmKeys', summary: 'Virtual keys in numbered pages, newest first' })
  @ApiAnswers({ 200: keyListSchema, errors: [400, 401] })
  list(@Query({ schema: listKeysSchema }) query: ListKeys, @AuthenticatedAdministrator() { teamIds }: Administrator) {
    return this.keys.list(query, teamIds);
  }

  @Post('regenerate')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.write')
  @ApiOperation({
    operationId: 'regenerateLiteLlmKey',
    summary: 'Give a virtual key another secret; the one before stops after `grace_period`',
  })
  @ApiAnswers({ 200: generatedKeySchema, errors: [400, 401, 404, 409] })
  regenerate(
    @Query({ schema: keyQuerySchema }) { key }: KeyQuery,
    @Body({ schema: regenerateKeySchema }) body: RegenerateKey,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.regenerate(key, body, teamIds);
  }

  @Post(':key/regenerate')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('keys.write')
  @ApiOperation({
    operationId: 'regenerateLiteLlmKeyOfPath',
    summary: 'Give the virtual key in the path another secret; the one before stops after `grace_period`',
  })
  @ApiAnswers({ 200: generatedKeySchema, errors: [400, 401, 404, 409] })
  regenerateOfPath(
    @Param('key', { schema: keyReferenceSchema }) key: string,
    @Body({ schema: regenerateKeySchema }) body: RegenerateKey,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.regenerate(key, body, teamIds);
  }
}
