import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { shownRedaction } from '../domain/redaction/redaction-setting.js';
import { limitsOf } from '../domain/limits.js';
import { presentBudget, toBudgetFields } from './budget.schema.js';
import { Privacies } from '../privacy/privacies.service.js';
import { Limits } from '../limits/limits.service.js';
import { Redactions } from '../redaction/redactions.service.js';
import { Budgets } from './budgets.service.js';
import { gatewaySchema, updateGatewaySchema, type ShownGateway, type UpdateGateway } from './gateway.schema.js';

/** What holds for the gateway as a whole, administered. */
@ApiTags('Admin: gateway')
@ApiBearerAuth('master_key')
@Controller('admin/v1/gateway')
export class GatewayAdminController {
  constructor(
    private readonly budgets: Budgets,
    private readonly redactions: Redactions,
    private readonly privacies: Privacies,
    private readonly limits: Limits,
  ) {}

  @Get()
  @AdminAccess('gateway.read')
  @ApiOperation({ operationId: 'getGateway', summary: 'What holds for all requests' })
  @ApiAnswers({ 200: gatewaySchema, errors: [401] })
  async get(): Promise<ShownGateway> {
    return {
      object: 'gateway',
      budgets: (await this.budgets.listOfGateway()).map(presentBudget),
      redaction: shownRedaction(await this.redactions.ofGateway.stored()),
      privacy: await this.privacies.ofGateway.stored(),
      limits: await this.limits.ofGateway.stored(),
    };
  }

  @Patch()
  @AdminAccess('gateway.write')
  @ApiOperation({ operationId: 'updateGateway', summary: 'Change what holds for all requests' })
  @ApiAnswers({ 200: gatewaySchema, errors: [400, 401, 409] })
  async update(
    @Body({ schema: updateGatewaySchema }) { budgets, redaction, privacy, limits }: UpdateGateway,
  ): Promise<ShownGateway> {
    if (budgets) await this.budgets.replaceOfGateway(budgets.map(toBudgetFields));
    if (privacy !== undefined) await this.privacies.ofGateway.replace(privacy);
    if (redaction !== undefined) await this.redactions.ofGateway.replace(redaction);
    if (limits !== undefined) await this.limits.ofGateway.replace(limitsOf(limits));
    return await this.get();
  }
}
