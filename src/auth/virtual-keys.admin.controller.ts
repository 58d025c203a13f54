import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Administrator } from '../domain/administrator.js';
import { AdminAccess, AuthenticatedAdministrator } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { deletedSchema, idOrNameSchema } from '../http/admin/id.js';
import {
  createdKeySchema,
  createKeySchema,
  keyListQuerySchema,
  keyPageSchema,
  keySchema,
  rotateKeySchema,
  selectedKeysSchema,
  selectKeysSchema,
  updateKeySchema,
  type CreateKey,
  type KeyListQuery,
  type RotateKey,
  type SelectKeys,
  type UpdateKey,
} from './virtual-key.schema.js';
import { VirtualKeysService } from './virtual-keys.service.js';

/** Virtual keys, administered. */
@ApiTags('Admin: keys')
@ApiBearerAuth('master_key')
@Controller('admin/v1/keys')
export class VirtualKeysAdminController {
  constructor(private readonly keys: VirtualKeysService) {}

  @Post()
  @AdminAccess('keys.write')
  @ApiOperation({
    operationId: 'createKey',
    summary: 'Issue a virtual key; the answer is the only one with its secret',
  })
  @ApiAnswers({ 201: createdKeySchema, errors: [400, 401, 409] })
  create(@Body({ schema: createKeySchema }) body: CreateKey, @AuthenticatedAdministrator() { teamIds }: Administrator) {
    return this.keys.create(body, teamIds);
  }

  @Get()
  @AdminAccess('keys.read')
  @ApiOperation({ operationId: 'listKeys', summary: 'Virtual keys, newest first' })
  @ApiAnswers({ 200: keyPageSchema, errors: [400, 401] })
  list(
    @Query({ schema: keyListQuerySchema }) query: KeyListQuery,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.list(query, teamIds);
  }

  @Post('block')
  @HttpCode(200)
  @AdminAccess('keys.write')
  @ApiOperation({
    operationId: 'blockKeys',
    summary: 'Refuse all keys of a team, a user or a tag, or those with these ids',
  })
  @ApiAnswers({ 200: selectedKeysSchema, errors: [400, 401] })
  block(
    @Body({ schema: selectKeysSchema }) body: SelectKeys,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.setBlocked(body, true, teamIds);
  }

  @Post('unblock')
  @HttpCode(200)
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'unblockKeys', summary: 'Take blocked keys again, meant as for blocking' })
  @ApiAnswers({ 200: selectedKeysSchema, errors: [400, 401] })
  unblock(
    @Body({ schema: selectKeysSchema }) body: SelectKeys,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.setBlocked(body, false, teamIds);
  }

  @Post('revoke')
  @HttpCode(200)
  @AdminAccess('keys.write')
  @ApiOperation({
    operationId: 'revokeKeys',
    summary: 'Delete keys, meant as for blocking; their logs stay in the ledger',
  })
  @ApiAnswers({ 200: selectedKeysSchema, errors: [400, 401] })
  revoke(
    @Body({ schema: selectKeysSchema }) body: SelectKeys,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.revoke(body, teamIds);
  }

  @Get(':key')
  @AdminAccess('keys.read')
  @ApiOperation({ operationId: 'getKey', summary: 'One virtual key' })
  @ApiAnswers({ 200: keySchema, errors: [400, 401, 404] })
  get(@Param('key', { schema: idOrNameSchema }) key: string, @AuthenticatedAdministrator() { teamIds }: Administrator) {
    return this.keys.get(key, teamIds);
  }

  @Patch(':key')
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'updateKey', summary: 'Change, block or unblock a virtual key' })
  @ApiAnswers({ 200: keySchema, errors: [400, 401, 404, 409] })
  update(
    @Param('key', { schema: idOrNameSchema }) key: string,
    @Body({ schema: updateKeySchema }) body: UpdateKey,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.update(key, body, teamIds);
  }

  @Post(':key/rotate')
  @HttpCode(200)
  @AdminAccess('keys.write')
  @ApiOperation({
    operationId: 'rotateKey',
    summary:
      'Give a virtual key another secret; the answer is the only one with it, and the one before stops after the time of grace',
  })
  @ApiAnswers({ 200: createdKeySchema, errors: [400, 401, 404] })
  rotate(
    @Param('key', { schema: idOrNameSchema }) key: string,
    @Body({ schema: rotateKeySchema }) body: RotateKey,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.rotate(key, body, teamIds);
  }

  @Delete(':key')
  @HttpCode(200)
  @AdminAccess('keys.write')
  @ApiOperation({ operationId: 'deleteKey', summary: 'Delete a virtual key; its logs stay in the ledger' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  delete(
    @Param('key', { schema: idOrNameSchema }) key: string,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.keys.delete(key, teamIds);
  }
}
