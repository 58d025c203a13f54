import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../../../http/access.js';
import { deletedSchema, idOrNameSchema } from '../../../http/admin/id.js';
import { pageQuerySchema, toPage, type PageQuery } from '../../../http/admin/list.js';
import { ApiAnswers } from '../../../http/openapi/api-answers.js';
import {
  configVersionPageSchema,
  createConfigSchema,
  presentConfig,
  presentVersion,
  rollbackConfigSchema,
  savedConfigPageSchema,
  savedConfigSchema,
  updateConfigSchema,
  type CreateConfig,
  type RollbackConfig,
  type UpdateConfig,
} from './saved-config.schema.js';
import { SavedConfigsService } from './saved-configs.service.js';

/** Saved configs in Portkey's form, administered. */
@ApiTags('Admin: configs')
@ApiBearerAuth('master_key')
@Controller('admin/v1/configs')
export class SavedConfigsAdminController {
  constructor(private readonly configs: SavedConfigsService) {}

  @Post()
  @AdminAccess('configs.write')
  @ApiOperation({ operationId: 'createConfig', summary: 'Save a config that requests name by its slug or id' })
  @ApiAnswers({ 201: savedConfigSchema, errors: [400, 401, 409] })
  async create(@Body({ schema: createConfigSchema }) body: CreateConfig) {
    return presentConfig(await this.configs.create(body));
  }

  @Get()
  @AdminAccess('configs.read')
  @ApiOperation({ operationId: 'listConfigs', summary: 'Saved configs as they are now, newest first' })
  @ApiAnswers({ 200: savedConfigPageSchema, errors: [400, 401] })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery) {
    return this.configs.list(query);
  }

  @Get(':config')
  @AdminAccess('configs.read')
  @ApiOperation({ operationId: 'getConfig', summary: 'One saved config as it is now' })
  @ApiAnswers({ 200: savedConfigSchema, errors: [400, 401, 404] })
  async get(@Param('config', { schema: idOrNameSchema }) config: string) {
    return presentConfig(await this.configs.get(config));
  }

  @Patch(':config')
  @AdminAccess('configs.write')
  @ApiOperation({ operationId: 'updateConfig', summary: 'Rename a saved config, or give it another version' })
  @ApiAnswers({ 200: savedConfigSchema, errors: [400, 401, 404] })
  async update(
    @Param('config', { schema: idOrNameSchema }) config: string,
    @Body({ schema: updateConfigSchema }) body: UpdateConfig,
  ) {
    return presentConfig(await this.configs.update(config, body));
  }

  @Get(':config/versions')
  @AdminAccess('configs.read')
  @ApiOperation({ operationId: 'listConfigVersions', summary: 'What a saved config was, newest first' })
  @ApiAnswers({ 200: configVersionPageSchema, errors: [400, 401, 404] })
  async versions(
    @Param('config', { schema: idOrNameSchema }) config: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ) {
    return toPage(await this.configs.versions(config, query), query.limit, presentVersion);
  }

  @Post(':config/rollback')
  @HttpCode(200)
  @AdminAccess('configs.write')
  @ApiOperation({ operationId: 'rollbackConfig', summary: 'Make what a saved config was once its newest version' })
  @ApiAnswers({ 200: savedConfigSchema, errors: [400, 401, 404] })
  async rollback(
    @Param('config', { schema: idOrNameSchema }) config: string,
    @Body({ schema: rollbackConfigSchema }) { version }: RollbackConfig,
  ) {
    return presentConfig(await this.configs.rollBack(config, version));
  }

  @Delete(':config')
  @HttpCode(200)
  @AdminAccess('configs.write')
  @ApiOperation({ operationId: 'deleteConfig', summary: 'Delete a saved config with all of its versions' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  async delete(@Param('config', { schema: idOrNameSchema }) config: string) {
    const { id } = await this.configs.delete(config);
    return { id, object: 'config', deleted: true };
  }
}
