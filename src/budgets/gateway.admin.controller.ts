import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { presentBudget, toBudgetFields } from './budget.schema.js';
import { Budgets } from './budgets.service.js';
import { gatewaySchema, updateGatewaySchema, type ShownGateway, type UpdateGateway } from './gateway.schema.js';

/** What bounds the gateway as a whole, administered. */
@ApiTags('Admin: gateway')
@ApiBearerAuth('master_key')
@AllowAccess('admin')
@Controller('admin/v1/gateway')
export class GatewayAdminController {
  constructor(private readonly budgets: Budgets) {}

  @Get()
  @ApiOperation({ operationId: 'getGateway', summary: 'What bounds all requests together' })
  @ApiAnswers({ 200: gatewaySchema, errors: [401] })
  async get(): Promise<ShownGateway> {
    return { object: 'gateway', budgets: (await this.budgets.listOfGateway()).map(presentBudget) };
  }

  @Patch()
  @ApiOperation({ operationId: 'updateGateway', summary: 'Change what bounds all requests together' })
  @ApiAnswers({ 200: gatewaySchema, errors: [400, 401, 409] })
  async update(@Body({ schema: updateGatewaySchema }) { budgets }: UpdateGateway): Promise<ShownGateway> {
    if (budgets) await this.budgets.replaceOfGateway(budgets.map(toBudgetFields));
    return await this.get();
  }
}
