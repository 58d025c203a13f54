import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../../http/access.js';
import { deletedSchema, idSchema } from '../../http/admin/id.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import {
  createDeploymentSchema,
  deploymentPageSchema,
  deploymentSchema,
  updateDeploymentSchema,
  type CreateDeployment,
  type UpdateDeployment,
} from '../../models/deployments/deployment.schema.js';
import { DeploymentsService } from '../../models/deployments/deployments.service.js';
import { modelReferenceSchema } from '../../models/model.schema.js';

/** The same deployments under their model, where new ones are made. */
@ApiTags('Admin: deployments')
@ApiBearerAuth('master_key')
@Controller('admin/v1/models/:model/deployments')
export class ModelDeploymentsAdminController {
  constructor(private readonly deployments: DeploymentsService) {}

  @Post()
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'createModelDeployment', summary: 'Add a way to serve the model' })
  @ApiAnswers({ 201: deploymentSchema, errors: [400, 401, 404, 409] })
  create(
    @Param('model', { schema: modelReferenceSchema }) model: string,
    @Body({ schema: createDeploymentSchema }) body: CreateDeployment,
  ) {
    return this.deployments.create(model, body);
  }

  @Get()
  @AdminAccess('models.read')
  @ApiOperation({ operationId: 'listModelDeployments', summary: "The model's deployments, all of them" })
  @ApiAnswers({ 200: deploymentPageSchema, errors: [400, 401, 404] })
  list(@Param('model', { schema: modelReferenceSchema }) model: string) {
    return this.deployments.listOf(model);
  }

  @Get(':id')
  @AdminAccess('models.read')
  @ApiOperation({ operationId: 'getModelDeployment', summary: 'One deployment of the model' })
  @ApiAnswers({ 200: deploymentSchema, errors: [400, 401, 404] })
  get(@Param('model', { schema: modelReferenceSchema }) model: string, @Param('id', { schema: idSchema }) id: string) {
    return this.deployments.get(id, model);
  }

  @Patch(':id')
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'updateModelDeployment', summary: 'Change a deployment of the model' })
  @ApiAnswers({ 200: deploymentSchema, errors: [400, 401, 404, 409] })
  update(
    @Param('model', { schema: modelReferenceSchema }) model: string,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: updateDeploymentSchema }) body: UpdateDeployment,
  ) {
    return this.deployments.update(id, body, model);
  }

  @Delete(':id')
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'deleteModelDeployment', summary: 'Remove a deployment of the model' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404, 409] })
  delete(
    @Param('model', { schema: modelReferenceSchema }) model: string,
    @Param('id', { schema: idSchema }) id: string,
  ) {
    return this.deployments.delete(id, model);
  }
}
