import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { ConfigFileService } from './config-file.service.js';
import { effectiveSettingsSchema } from './effective-settings.schema.js';

/** The settings of the gateway, shown. */
@ApiTags('Admin: configuration')
@ApiBearerAuth('master_key')
@Controller('admin/v1/settings')
export class SettingsAdminController {
  constructor(private readonly file: ConfigFileService) {}

  @Get()
  @AdminAccess('configuration.read')
  @ApiOperation({
    operationId: 'getSettings',
    summary: 'Every setting of this gateway: what is in force, and who says it. Secrets are not shown',
  })
  @ApiAnswers({ 200: effectiveSettingsSchema, errors: [401] })
  get() {
    return this.file.effectiveSettings();
  }
}
