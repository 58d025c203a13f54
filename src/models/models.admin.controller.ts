import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { deletedSchema } from '../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../http/admin/list.js';
import {
  createModelSchema,
  modelReferenceSchema,
  modelPageSchema,
  modelSchema,
  updateModelSchema,
  type CreateModel,
  type UpdateModel,
} from './model.schema.js';
import { ModelsService } from './models.service.js';

/** Public models, administered. A `/` in a model name is sent as `%2F`. */
@ApiTags('Admin: models')
@ApiBearerAuth('master_key')
@Controller('admin/v1/models')
export class ModelsAdminController {
  constructor(private readonly models: ModelsService) {}

  @Post()
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'createModel', summary: 'Create a public model, with its deployments if you like' })
  @ApiAnswers({ 201: modelSchema, errors: [400, 401, 409] })
  create(@Body({ schema: createModelSchema }) body: CreateModel) {
    return this.models.create(body);
  }

  @Get()
  @AdminAccess('models.read')
  @ApiOperation({ operationId: 'listModels', summary: 'All models, also those of the environment and the sandbox' })
  @ApiAnswers({ 200: modelPageSchema, errors: [400, 401] })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery) {
    return this.models.list(query);
  }

  @Get(':model')
  @AdminAccess('models.read')
  @ApiOperation({ operationId: 'getModel', summary: 'One model with its deployments' })
  @ApiAnswers({ 200: modelSchema, errors: [400, 401, 404] })
  get(@Param('model', { schema: modelReferenceSchema }) model: string) {
    return this.models.get(model);
  }

  @Patch(':model')
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'updateModel', summary: 'Rename a model, or change its routing' })
  @ApiAnswers({ 200: modelSchema, errors: [400, 401, 404, 409] })
  update(
    @Param('model', { schema: modelReferenceSchema }) model: string,
    @Body({ schema: updateModelSchema }) body: UpdateModel,
  ) {
    return this.models.update(model, body);
  }

  @Delete(':model')
  @AdminAccess('models.write')
  @ApiOperation({
    operationId: 'deleteModel',
    summary: 'Delete a model that no allow list names, with its deployments',
  })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404, 409] })
  delete(@Param('model', { schema: modelReferenceSchema }) model: string) {
    return this.models.delete(model);
  }
}
