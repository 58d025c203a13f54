import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../http/access.js';
import { wholeList } from '../http/admin/list.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { retirementListSchema } from './retirement-list.schema.js';
import { RetirementsService } from './retirements.service.js';

/** What breaks when, and for whom. */
@ApiTags('Admin: models')
@ApiBearerAuth('master_key')
@Controller('admin/v1/retirements')
export class RetirementsAdminController {
  constructor(private readonly retirements: RetirementsService) {}

  @Get()
  @AdminAccess('retirements.read')
  @ApiOperation({
    operationId: 'listRetirements',
    summary:
      'Deployments whose upstream model has an announced end, whose requests use them, and who else could serve those',
  })
  @ApiAnswers({ 200: retirementListSchema, errors: [401] })
  async list() {
    return wholeList(await this.retirements.list());
  }
}
