import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowAccess } from '../http/access.js';
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
@AllowAccess('admin')
@Controller('admin/v1/keys')
export class VirtualKeysAdminController {
  constructor(private readonly keys: VirtualKeysService) {}

  @Post()
  @ApiOperation({
    operationId: 'createKey',
    summary: 'Issue a virtual key; the answer is the only one with its secret',
  })
  @ApiAnswers({ 201: createdKeySchema, errors: [400, 401, 409] })
  create(@Body({ schema: createKeySchema }) body: CreateKey) {
    return this.keys.create(body);
  }

  @Get()
  @ApiOperation({ operationId: 'listKeys', summary: 'Virtual keys, newest first' })
  @ApiAnswers({ 200: keyPageSchema, errors: [400, 401] })
  list(@Query({ schema: keyListQuerySchema }) query: KeyListQuery) {
    return this.keys.list(query);
  }

  @Post('block')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'blockKeys',
    summary: 'Refuse all keys of a team, a user or a tag, or those with these ids',
  })
  @ApiAnswers({ 200: selectedKeysSchema, errors: [400, 401] })
  block(@Body({ schema: selectKeysSchema }) body: SelectKeys) {
    return this.keys.setBlocked(body, true);
  }

  @Post('unblock')
  @HttpCode(200)
  @ApiOperation({ operationId: 'unblockKeys', summary: 'Take blocked keys again, meant as for blocking' })
  @ApiAnswers({ 200: selectedKeysSchema, errors: [400, 401] })
  unblock(@Body({ schema: selectKeysSchema }) body: SelectKeys) {
    return this.keys.setBlocked(body, false);
  }

  @Post('revoke')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'revokeKeys',
    summary: 'Delete keys, meant as for blocking; their logs stay in the ledger',
  })
  @ApiAnswers({ 200: selectedKeysSchema, errors: [400, 401] })
  revoke(@Body({ schema: selectKeysSchema }) body: SelectKeys) {
    return this.keys.revoke(body);
  }

  @Get(':key')
  @ApiOperation({ operationId: 'getKey', summary: 'One virtual key' })
  @ApiAnswers({ 200: keySchema, errors: [400, 401, 404] })
  get(@Param('key', { schema: idOrNameSchema }) key: string) {
    return this.keys.get(key);
  }

  @Patch(':key')
  @ApiOperation({ operationId: 'updateKey', summary: 'Change, block or unblock a virtual key' })
  @ApiAnswers({ 200: keySchema, errors: [400, 401, 404, 409] })
  update(@Param('key', { schema: idOrNameSchema }) key: string, @Body({ schema: updateKeySchema }) body: UpdateKey) {
    return this.keys.update(key, body);
  }

  @Post(':key/rotate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateKey',
    summary:
      'Give a virtual key another secret; the answer is the only one with it, and the one before stops after the time of grace',
  })
  @ApiAnswers({ 200: createdKeySchema, errors: [400, 401, 404] })
  rotate(@Param('key', { schema: idOrNameSchema }) key: string, @Body({ schema: rotateKeySchema }) body: RotateKey) {
    return this.keys.rotate(key, body);
  }

  @Delete(':key')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deleteKey', summary: 'Delete a virtual key; its logs stay in the ledger' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  delete(@Param('key', { schema: idOrNameSchema }) key: string) {
    return this.keys.delete(key);
  }
}
