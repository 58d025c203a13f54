import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { badRequest } from '../../../domain/errors.js';
import { AdminAccess } from '../../../http/access.js';
import { idOrNameSchema } from '../../../http/admin/id.js';
import { ApiAnswers } from '../../../http/openapi/api-answers.js';
import {
  portkeyConfigAnswerSchema,
  portkeyConfigListSchema,
  portkeyCreateSchema,
  portkeyDeletedSchema,
  portkeyListSchema,
  portkeySavedSchema,
  portkeyUpdateSchema,
  portkeyVersionListSchema,
  presentListed,
  presentPortkeyVersion,
  presentSaved,
  presentWhole,
  type PortkeyCreate,
  type PortkeyList,
  type PortkeyUpdate,
} from './portkey-config-calls.schema.js';
import { SavedConfigsService } from './saved-configs.service.js';

/** Portkey's answer has no pages of versions. */
const MAX_VERSIONS = 1000;

/** Portkey's calls for configs, of `portkey.configs` in its clients: the same configs as those of the admin API. */
@ApiTags('Portkey: configs')
@ApiBearerAuth('master_key')
@Controller('v1/configs')
export class PortkeyConfigsController {
  constructor(private readonly configs: SavedConfigsService) {}

  @Post()
  @HttpCode(200)
  @AdminAccess('configs.write')
  @ApiOperation({ operationId: 'createPortkeyConfig', summary: 'Save a config that requests name by its slug' })
  @ApiAnswers({ 200: portkeySavedSchema, errors: [400, 401, 409] })
  async create(@Body({ schema: portkeyCreateSchema }) { name, config }: PortkeyCreate) {
    return told(presentSaved(await this.configs.create({ name, config })));
  }

  @Get()
  @AdminAccess('configs.read')
  @ApiOperation({ operationId: 'listPortkeyConfigs', summary: 'Saved configs, newest first' })
  @ApiAnswers({ 200: portkeyConfigListSchema, errors: [400, 401] })
  async list(@Query({ schema: portkeyListSchema }) { current_page, page_size }: PortkeyList) {
    const { rows, total } = await this.configs.page({ offset: current_page * page_size, limit: page_size });
    return { object: 'list', success: true, total, data: rows.map(presentListed) };
  }

  @Get(':slug')
  @AdminAccess('configs.read')
  @ApiOperation({ operationId: 'getPortkeyConfig', summary: 'One saved config as it is now' })
  @ApiAnswers({ 200: portkeyConfigAnswerSchema, errors: [400, 401, 404] })
  async get(@Param('slug', { schema: idOrNameSchema }) slug: string) {
    return told(presentWhole(await this.configs.get(slug)));
  }

  @Put(':slug')
  @AdminAccess('configs.write')
  @ApiOperation({ operationId: 'updatePortkeyConfig', summary: 'Rename a saved config, or give it another version' })
  @ApiAnswers({ 200: portkeySavedSchema, errors: [400, 401, 404] })
  async update(
    @Param('slug', { schema: idOrNameSchema }) slug: string,
    @Body({ schema: portkeyUpdateSchema }) { slug: repeated = slug, name, config }: PortkeyUpdate,
  ) {
    if (repeated !== slug) {
      throw badRequest(
        "Invalid 'slug': it must be the one in the path, since requests name it",
        'slug',
        'invalid_value',
      );
    }
    return told(presentSaved(await this.configs.update(slug, { name, config })));
  }

  @Delete(':slug')
  @HttpCode(200)
  @AdminAccess('configs.write')
  @ApiOperation({ operationId: 'deletePortkeyConfig', summary: 'Delete a saved config with all of its versions' })
  @ApiAnswers({ 200: portkeyDeletedSchema, errors: [400, 401, 404] })
  async delete(@Param('slug', { schema: idOrNameSchema }) slug: string) {
    const { version_id: _, ...gone } = presentSaved(await this.configs.delete(slug));
    return { success: true, data: { ...gone, deleted: true } };
  }

  @Get(':slug/versions')
  @AdminAccess('configs.read')
  @ApiOperation({ operationId: 'listPortkeyConfigVersions', summary: 'What a saved config was, newest first' })
  @ApiAnswers({ 200: portkeyVersionListSchema, errors: [400, 401, 404] })
  async versions(@Param('slug', { schema: idOrNameSchema }) slug: string) {
    const rows = (await this.configs.versions(slug, { limit: MAX_VERSIONS })).slice(0, MAX_VERSIONS);
    return { object: 'list', success: true, total: rows.length, data: rows.map(presentPortkeyVersion) };
  }
}

/** An answer where the documentation has it, and where the types of the clients have it. */
function told<T extends object>(data: T) {
  return { ...data, success: true, data };
}
