import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { idSchema } from '../http/admin/id.js';
import {
  deploymentHealthListSchema,
  deploymentHealthSchema,
  deploymentTestSchema,
} from './deployment-health.schema.js';
import { DeploymentsService } from './deployments.service.js';

/** The health of deployments, read, reset and tested. */
@ApiTags('Admin: deployments')
@ApiBearerAuth('master_key')
@AllowAccess('admin')
@Controller('admin/v1/deployments')
export class DeploymentsAdminController {
  constructor(private readonly deployments: DeploymentsService) {}

  @Get('health')
  @ApiOperation({ operationId: 'listDeploymentHealth', summary: 'Circuit, failures and load of every deployment' })
  @ApiAnswers({ 200: deploymentHealthListSchema, errors: [401] })
  list() {
    return this.deployments.list();
  }

  @Post(':id/reset')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resetDeployment', summary: 'Forget failures and let traffic flow again' })
  @ApiAnswers({ 200: deploymentHealthSchema, errors: [400, 401, 404] })
  reset(@Param('id', { schema: idSchema }) id: string) {
    return this.deployments.reset(id);
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'testDeployment',
    summary: 'Call the deployment with one second of speech; the answer is 200 whether or not it worked',
  })
  @ApiAnswers({ 200: deploymentTestSchema, errors: [400, 401, 404] })
  test(@Param('id', { schema: idSchema }) id: string) {
    return this.deployments.test(id);
  }
}
