import { Controller, Get, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { MetricsAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { headerReferences } from '../http/openapi/documented-headers.js';
import { MetricsRegistry } from './metrics.registry.js';

/** `/metrics` on the gateway's port, for the master key and `METRICS_TOKEN`. */
@ApiTags('Metrics')
@ApiBearerAuth('master_key')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: MetricsRegistry) {}

  @Get()
  @MetricsAccess()
  @ApiOperation({ operationId: 'getMetrics', summary: "Counts and states in Prometheus' text format" })
  @ApiResponse({
    status: 200,
    description: 'Success',
    headers: headerReferences(['x-request-id']),
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  @ApiAnswers({ errors: [401] })
  async get(@Res() response: Response): Promise<void> {
    response.setHeader('content-type', this.registry.contentType);
    response.end(await this.registry.read());
  }
}
