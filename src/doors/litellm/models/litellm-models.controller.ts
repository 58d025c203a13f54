import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  AdminAccess,
  AllowAccess,
  AlsoAdministrators,
  AuthenticatedReader,
  callerOfReader,
  type Reader,
} from '../../../http/access.js';
import { ApiAnswers } from '../../../http/openapi/api-answers.js';
import {
  createdModelSchema,
  deletedModelSchema,
  deleteModelSchema,
  modelInfoQuerySchema,
  modelInfoSchema,
  newModelSchema,
  type DeleteModel,
  type ModelInfoQuery,
  type NewModel,
} from './litellm-model.schema.js';
import { LiteLlmModelsService } from './litellm-models.service.js';

/** LiteLLM's calls for models (litellm/proxy/management_endpoints/model_management_endpoints.py, `/model/info` of proxy_server.py). */
@ApiTags('LiteLLM: management')
@Controller()
export class LiteLlmModelsController {
  constructor(private readonly models: LiteLlmModelsService) {}

  @Get(['v1/model/info', 'model/info'])
  @AllowAccess('api_key', 'models')
  @AlsoAdministrators('models.read')
  @ApiBearerAuth('api_key')
  @ApiOperation({
    operationId: 'getLiteLlmModelInfo',
    summary:
      'The deployments of the models that this key may use; addresses are for administrators, secrets for nobody',
  })
  @ApiAnswers({ 200: modelInfoSchema, errors: [400, 401, 403, 404] })
  info(
    @Query({ schema: modelInfoQuerySchema }) { litellm_model_id }: ModelInfoQuery,
    @AuthenticatedReader() reader: Reader,
  ) {
    return this.models.info(litellm_model_id, callerOfReader(reader));
  }

  @Post('model/new')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('models.write')
  @ApiOperation({
    operationId: 'createLiteLlmModel',
    summary: 'Add a deployment, written as in a configuration file, and its model where that is new',
  })
  @ApiAnswers({ 200: createdModelSchema, errors: [400, 401, 409] })
  create(@Body({ schema: newModelSchema }) body: NewModel) {
    return this.models.create(body);
  }

  @Post('model/delete')
  @HttpCode(200)
  @ApiBearerAuth('master_key')
  @AdminAccess('models.write')
  @ApiOperation({
    operationId: 'deleteLiteLlmModel',
    summary: 'Delete a deployment, and with the last one its model, unless something names that',
  })
  @ApiAnswers({ 200: deletedModelSchema, errors: [400, 401, 404, 409] })
  delete(@Body({ schema: deleteModelSchema }) { id }: DeleteModel) {
    return this.models.delete(id);
  }
}
