import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { configSchema, reloadedSchema, reloadPlanSchema } from './config-file.schema.js';
import { ConfigFileService } from './config-file.service.js';

/** The configuration file, administered. */
@ApiTags('Admin: configuration')
@ApiBearerAuth('master_key')
@Controller('admin/v1/config')
export class ConfigFileAdminController {
  constructor(private readonly file: ConfigFileService) {}

  @Get()
  @AdminAccess('configuration.read')
  @ApiOperation({ operationId: 'getConfigFile', summary: 'What the configuration file says, as it was read last' })
  @ApiAnswers({ 200: configSchema, errors: [401, 404] })
  get() {
    return this.file.show();
  }

  @Get('plan')
  @AdminAccess('configuration.read')
  @ApiOperation({
    operationId: 'planConfigReload',
    summary: 'What a reload would change now, and what is wrong with the file as it is: nothing is changed',
  })
  @ApiAnswers({ 200: reloadPlanSchema, errors: [401, 404] })
  plan() {
    return this.file.plan();
  }

  @Post('reload')
  @HttpCode(200)
  @AdminAccess('configuration.write')
  @ApiOperation({ operationId: 'reloadConfig', summary: 'Read the configuration file again, all or nothing' })
  @ApiAnswers({ 200: reloadedSchema, errors: [400, 401, 409] })
  reload() {
    return this.file.reloadAll();
  }
}
