import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminAccess } from '../../http/access.js';
import { wholeList } from '../../http/admin/list.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { PriceBook } from '../../pricing/price-book.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { presentProvider, providerPageSchema } from './provider.schema.js';

/** What deployments can be made of. */
@ApiTags('Admin: providers')
@ApiBearerAuth('master_key')
@Controller('admin/v1/providers')
export class ProvidersAdminController {
  constructor(
    private readonly providers: ProviderRegistry,
    private readonly prices: PriceBook,
  ) {}

  @Get()
  @AdminAccess('providers.read')
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'Every provider with its models, what they can do and cost, and the settings that a deployment may have',
  })
  @ApiAnswers({ 200: providerPageSchema, errors: [401] })
  list() {
    return wholeList(this.providers.all().map((adapter) => presentProvider(adapter, this.prices)));
  }
}
