import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Budgets } from '../../budgets/budgets.service.js';
import type { Caller } from '../../domain/caller.js';
import { GatewayError } from '../../domain/errors.js';
import { common } from '../../domain/model-list.js';
import { AllowAccess, AuthenticatedCaller } from '../../http/access.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { Limits } from '../../limits/limits.service.js';
import { Catalogue } from '../../models/catalogue.js';
import { visibleModels } from '../../models/visible-models.js';
import { VirtualKeysService } from '../virtual-keys.service.js';
import { meSchema, presentMe, type Me } from './me.schema.js';

/** What whoever calls may do, and how much of it is left. */
@ApiTags('Virtual keys')
@ApiBearerAuth('api_key')
@AllowAccess('api_key', 'self')
@Controller('v1/me')
export class MeController {
  constructor(
    private readonly keys: VirtualKeysService,
    private readonly catalogue: Catalogue,
    private readonly budgets: Budgets,
    private readonly limits: Limits,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getMe',
    summary: 'The calling key: its models, its budgets and limits, and what is left of them',
  })
  @ApiAnswers({ 200: meSchema, errors: [401, 403] })
  async get(@AuthenticatedCaller() caller: Caller): Promise<Me> {
    if (caller.kind === 'virtual_key') {
      const existing = visibleModels(this.catalogue, caller).map(({ name }) => name);
      const allowed = { models: common(caller.models, existing), endpoints: caller.endpoints };
      const shared = await this.budgets.sharedBy(caller.team?.id);
      return presentMe(await this.keys.get(caller.keyId, null), allowed, shared, await this.limits.usesOf(caller));
    }
    throw new GatewayError({
      status: 403,
      message: 'This tells a virtual key what it may do; the master key may do everything.',
      code: 'key_required',
    });
  }
}
