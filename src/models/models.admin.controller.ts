import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { deletedSchema, idSchema } from '../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../http/admin/list.js';
import {
  createDeploymentSchema,
  createModelSchema,
  deploymentListSchema,
  deploymentSchema,
  modelNameSchema,
  modelPageSchema,
  modelSchema,
  updateDeploymentSchema,
  updateModelSchema,
  type CreateDeployment,
  type CreateModel,
  type UpdateDeployment,
  type UpdateModel,
} from './model.schema.js';
import { ModelsService } from './models.service.js';

/** Public models and their deployments, administered. A `/` in a model name is sent as `%2F`. */
@ApiTags('Admin: models')
@ApiBearerAuth('master_key')
@AllowAccess('admin')
@Controller('admin/v1/models')
export class ModelsAdminController {
  constructor(private readonly models: ModelsService) {}

  @Post()
  @ApiOperation({ operationId: 'createModel', summary: 'Create a public model, with its deployments if you like' })
  @ApiAnswers({ 201: modelSchema, errors: [400, 401, 409] })
  create(@Body({ schema: createModelSchema }) body: CreateModel) {
    return this.models.create(body);
  }

  @Get()
  @ApiOperation({ operationId: 'listModels', summary: 'All models, also those of the environment and the sandbox' })
  @ApiAnswers({ 200: modelPageSchema, errors: [400, 401] })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery) {
    return this.models.list(query);
  }

  @Get(':name')
  @ApiOperation({ operationId: 'getModel', summary: 'One model with its deployments' })
  @ApiAnswers({ 200: modelSchema, errors: [400, 401, 404] })
  get(@Param('name', { schema: modelNameSchema }) name: string) {
    return this.models.get(name);
  }

  @Patch(':name')
  @ApiOperation({ operationId: 'updateModel', summary: 'Rename a model' })
  @ApiAnswers({ 200: modelSchema, errors: [400, 401, 404, 409] })
  update(
    @Param('name', { schema: modelNameSchema }) name: string,
    @Body({ schema: updateModelSchema }) body: UpdateModel,
  ) {
    return this.models.update(name, body);
  }

  @Delete(':name')
  @ApiOperation({
    operationId: 'deleteModel',
    summary: 'Delete a model that no allow list names, with its deployments',
  })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404, 409] })
  delete(@Param('name', { schema: modelNameSchema }) name: string) {
    return this.models.delete(name);
  }

  @Post(':name/deployments')
  @ApiOperation({ operationId: 'createDeployment', summary: 'Add a way to serve the model' })
  @ApiAnswers({ 201: deploymentSchema, errors: [400, 401, 404, 409] })
  createDeployment(
    @Param('name', { schema: modelNameSchema }) name: string,
    @Body({ schema: createDeploymentSchema }) body: CreateDeployment,
  ) {
    return this.models.createDeployment(name, body);
  }

  @Get(':name/deployments')
  @ApiOperation({ operationId: 'listDeployments', summary: "The model's deployments" })
  @ApiAnswers({ 200: deploymentListSchema, errors: [400, 401, 404] })
  listDeployments(@Param('name', { schema: modelNameSchema }) name: string) {
    return this.models.listDeployments(name);
  }

  @Get(':name/deployments/:id')
  @ApiOperation({ operationId: 'getDeployment', summary: 'One deployment' })
  @ApiAnswers({ 200: deploymentSchema, errors: [400, 401, 404] })
  getDeployment(
    @Param('name', { schema: modelNameSchema }) name: string,
    @Param('id', { schema: idSchema }) id: string,
  ) {
    return this.models.getDeployment(name, id);
  }

  @Patch(':name/deployments/:id')
  @ApiOperation({ operationId: 'updateDeployment', summary: 'Change a deployment' })
  @ApiAnswers({ 200: deploymentSchema, errors: [400, 401, 404, 409] })
  updateDeployment(
    @Param('name', { schema: modelNameSchema }) name: string,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: updateDeploymentSchema }) body: UpdateDeployment,
  ) {
    return this.models.updateDeployment(name, id, body);
  }

  @Delete(':name/deployments/:id')
  @ApiOperation({ operationId: 'deleteDeployment', summary: 'Remove a deployment' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404, 409] })
  deleteDeployment(
    @Param('name', { schema: modelNameSchema }) name: string,
    @Param('id', { schema: idSchema }) id: string,
  ) {
    return this.models.deleteDeployment(name, id);
  }
}
