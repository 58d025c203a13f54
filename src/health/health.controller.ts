import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { MigrationStatus } from '../database/migration-status.js';
import { AllowAccess } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { Drain } from '../http/drain.js';

const liveSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Live' });

const readySchema = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    checks: z.object({
      database: z.enum(['ok', 'unreachable']),
      migrations: z.enum(['ok', 'pending', 'unknown']),
      accepting_requests: z.boolean().meta({ description: 'false while the gateway is shutting down', example: true }),
    }),
  })
  .meta({ id: 'Ready' });
type Ready = z.infer<typeof readySchema>;

/** Probes for load balancers and orchestrators. */
@ApiTags('Health')
@AllowAccess('public')
@Controller('health')
export class HealthController {
  constructor(
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLive', summary: 'The process runs' })
  @ApiAnswers({ 200: liveSchema, errors: [] })
  live(): z.infer<typeof liveSchema> {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReady', summary: 'Requests can be served: database, migrations, not shutting down' })
  @ApiAnswers({ 200: readySchema, 503: readySchema, errors: [] })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Ready> {
    const migrations = await this.migrations.read();
    const checks: Ready['checks'] = {
      database: migrations === 'unreachable' ? 'unreachable' : 'ok',
      migrations: migrations === 'unreachable' ? 'unknown' : migrations,
      accepting_requests: !this.drain.isDraining,
    };
    const ok = checks.database === 'ok' && checks.migrations === 'ok' && checks.accepting_requests;
    response.status(ok ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return { status: ok ? 'ok' : 'unavailable', checks };
  }
}
