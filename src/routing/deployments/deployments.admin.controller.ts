import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../../http/access.js';
import { deletedSchema, idSchema } from '../../http/admin/id.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import {
  deploymentPageSchema,
  deploymentQuerySchema,
  deploymentSchema,
  updateDeploymentSchema,
  type DeploymentQuery,
  type UpdateDeployment,
} from '../../models/deployments/deployment.schema.js';
import { DeploymentsService } from '../../models/deployments/deployments.service.js';
import {
  deploymentHealthPageSchema,
  deploymentHealthSchema,
  deploymentTestSchema,
  testDeploymentSchema,
  type TestDeployment,
} from './deployment-health.schema.js';
import { DeploymentHealthService } from './deployment-health.service.js';

/** Deployments of all models: what they are, how they do, and what can be done with them. */
@ApiTags('Admin: deployments')
@ApiBearerAuth('master_key')
@Controller('admin/v1/deployments')
export class DeploymentsAdminController {
  constructor(
    private readonly deployments: DeploymentsService,
    private readonly health: DeploymentHealthService,
  ) {}

  @Get()
  @AdminAccess('models.read')
  @ApiOperation({ operationId: 'listDeployments', summary: 'Deployments of all models, newest first' })
  @ApiAnswers({ 200: deploymentPageSchema, errors: [400, 401] })
  list(@Query({ schema: deploymentQuerySchema }) query: DeploymentQuery) {
    return this.deployments.list(query);
  }

  // Before `:id`, which would take it for an id.
  @Get('health')
  @AdminAccess('models.read')
  @ApiOperation({ operationId: 'listDeploymentHealth', summary: 'Circuit, failures and load of every deployment' })
  @ApiAnswers({ 200: deploymentHealthPageSchema, errors: [401] })
  listHealth() {
    return this.health.list();
  }

  @Get(':id')
  @AdminAccess('models.read')
  @ApiOperation({ operationId: 'getDeployment', summary: 'One deployment' })
  @ApiAnswers({ 200: deploymentSchema, errors: [400, 401, 404] })
  get(@Param('id', { schema: idSchema }) id: string) {
    return this.deployments.get(id);
  }

  @Patch(':id')
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'updateDeployment', summary: 'Change a deployment' })
  @ApiAnswers({ 200: deploymentSchema, errors: [400, 401, 404, 409] })
  update(
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: updateDeploymentSchema }) body: UpdateDeployment,
  ) {
    return this.deployments.update(id, body);
  }

  @Delete(':id')
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'deleteDeployment', summary: 'Remove a deployment' })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404, 409] })
  delete(@Param('id', { schema: idSchema }) id: string) {
    return this.deployments.delete(id);
  }

  @Post(':id/reset')
  @HttpCode(200)
  @AdminAccess('models.write')
  @ApiOperation({ operationId: 'resetDeployment', summary: 'Forget failures and let traffic flow again' })
  @ApiAnswers({ 200: deploymentHealthSchema, errors: [400, 401, 404] })
  reset(@Param('id', { schema: idSchema }) id: string) {
    return this.health.reset(id);
  }

  @Post(':id/test')
  @HttpCode(200)
  @AdminAccess('models.write')
  @ApiOperation({
    operationId: 'testDeployment',
    summary: 'Call the deployment with one second of speech; the answer is 200 whether or not it worked',
  })
  @ApiAnswers({ 200: deploymentTestSchema, errors: [400, 401, 404] })
  test(
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: testDeploymentSchema.default({ discover: false }) }) body: TestDeployment,
  ) {
    return this.health.test(id, body);
  }
}
