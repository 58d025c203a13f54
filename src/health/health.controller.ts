import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { AllowAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { liveSchema, readySchema, startedSchema, type Live, type Ready, type Started } from './health.schema.js';
import { Readiness } from './readiness.js';
import { Startup } from './startup.js';

/** Probes for load balancers and orchestrators. */
@ApiTags('Health')
@AllowAccess('public')
@Controller('health')
export class HealthController {
  constructor(
    private readonly startup: Startup,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLive', summary: 'The process runs' })
  @ApiAnswers({ 200: liveSchema, errors: [] })
  live(): Live {
    return { status: 'ok' };
  }

  @Get('startup')
  @ApiOperation({ operationId: 'getStartup', summary: 'The start is complete: migrations and the first catalogue' })
  @ApiAnswers({ 200: startedSchema, 503: startedSchema, errors: [] })
  async started(@Res({ passthrough: true }) response: Response): Promise<Started> {
    const isComplete = await this.startup.isComplete();
    answerProbe(response, isComplete);
    return { status: isComplete ? 'ok' : 'starting' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'getReady',
    summary: 'Requests can be served: database or keys that are known, migrations, room for logs, not shutting down',
  })
  @ApiAnswers({ 200: readySchema, 503: readySchema, errors: [] })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Ready> {
    const ready = await this.readiness.read();
    answerProbe(response, ready.status !== 'unavailable');
    return ready;
  }
}

function answerProbe(response: Response, isWell: boolean): void {
  response.status(isWell ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
  if (!isWell) response.setHeader('retry-after', '5');
}
