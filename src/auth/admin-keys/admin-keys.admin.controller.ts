import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../../http/access.js';
import { deletedSchema, idOrNameSchema } from '../../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../../http/admin/list.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import {
  adminKeyPageSchema,
  adminKeySchema,
  createAdminKeySchema,
  createdAdminKeySchema,
  updateAdminKeySchema,
  type CreateAdminKey,
  type UpdateAdminKey,
} from './admin-key.schema.js';
import { AdminKeysService } from './admin-keys.service.js';

/** Admin keys, administered. */
@ApiTags('Admin: admin keys')
@ApiBearerAuth('master_key')
@Controller('admin/v1/admin_keys')
export class AdminKeysAdminController {
  constructor(private readonly keys: AdminKeysService) {}

  @Post()
  @AdminAccess('admin_keys.write')
  @ApiOperation({
    operationId: 'createAdminKey',
    summary: 'Issue an admin key; the answer is the only one with its secret',
  })
  @ApiAnswers({ 201: createdAdminKeySchema, errors: [400, 401, 409] })
  create(@Body({ schema: createAdminKeySchema }) body: CreateAdminKey) {
    return this.keys.create(body);
  }

  @Get()
  @AdminAccess('admin_keys.read')
  @ApiOperation({ operationId: 'listAdminKeys', summary: 'Admin keys, newest first' })
  @ApiAnswers({ 200: adminKeyPageSchema, errors: [400, 401] })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery) {
    return this.keys.list(query);
  }

  @Get(':key')
  @AdminAccess('admin_keys.read')
  @ApiOperation({ operationId: 'getAdminKey', summary: 'One admin key' })
  @ApiAnswers({ 200: adminKeySchema, errors: [400, 401, 404] })
  get(@Param('key', { schema: idOrNameSchema }) key: string) {
    return this.keys.get(key);
  }

  @Patch(':key')
  @AdminAccess('admin_keys.write')
  @ApiOperation({ operationId: 'updateAdminKey', summary: 'Change, block or unblock an admin key' })
  @ApiAnswers({ 200: adminKeySchema, errors: [400, 401, 404, 409] })
  update(
    @Param('key', { schema: idOrNameSchema }) key: string,
    @Body({ schema: updateAdminKeySchema }) body: UpdateAdminKey,
  ) {
    return this.keys.update(key, body);
  }

  @Post(':key/rotate')
  @HttpCode(200)
  @AdminAccess('admin_keys.write')
  @ApiOperation({
    operationId: 'rotateAdminKey',
    summary: 'Give an admin key another secret; the answer is the only one with it, and the one before stops at once',
  })
  @ApiAnswers({ 200: createdAdminKeySchema, errors: [400, 401, 404] })
  rotate(@Param('key', { schema: idOrNameSchema }) key: string) {
    return this.keys.rotate(key);
  }

  @Delete(':key')
  @HttpCode(200)
  @AdminAccess('admin_keys.write')
  @ApiOperation({ operationId: 'deleteAdminKey', summary: 'Delete an admin key' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  delete(@Param('key', { schema: idOrNameSchema }) key: string) {
    return this.keys.delete(key);
  }
}
