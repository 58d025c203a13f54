import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { MigrationStatus } from '../../database/migration-status.js';
import {
  AllowAccess,
  AlsoAdministrators,
  AuthenticatedReader,
  callerOfReader,
  type Reader,
} from '../../http/access.js';
import { Drain } from '../../http/drain.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { Catalogue } from '../../models/catalogue.js';
import { visibleModels } from '../../models/visible-models.js';
import { DeploymentHealth } from '../../routing/deployment-health.js';

const alive = z.literal("I'm alive!");

const readinessSchema = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    db: z.enum(['connected', 'disconnected']),
    cache: z.null(),
  })
  .meta({ id: 'LiteLlmReadiness' });

const endpointSchema = z.object({
  model: z.string().meta({ description: 'Provider and upstream model', example: 'openai/whisper-1' }),
  model_name: z.string().meta({ example: 'whisper' }),
  model_id: z.string(),
  error: z.string().optional(),
});
type Endpoint = z.infer<typeof endpointSchema>;

const healthSchema = z
  .object({
    healthy_endpoints: z.array(endpointSchema),
    unhealthy_endpoints: z.array(endpointSchema),
    healthy_count: z.int(),
    unhealthy_count: z.int(),
  })
  .meta({ id: 'LiteLlmHealth' });

/** LiteLLM's probes, under both of its spellings, so that load balancers and charts made for it go on. */
@ApiTags('LiteLLM: health')
@Controller('health')
export class LiteLlmHealthController {
  constructor(
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
  ) {}

  @Get('liveliness')
  @AllowAccess('public')
  @ApiOperation({ operationId: 'getLiteLlmLiveliness', summary: 'The process runs' })
  @ApiAnswers({ 200: alive, errors: [] })
  liveliness(@Res() response: Response): void {
    response.json(alive.value);
  }

  @Get('liveness')
  @AllowAccess('public')
  @ApiOperation({ operationId: 'getLiteLlmLiveness', summary: 'The process runs' })
  @ApiAnswers({ 200: alive, errors: [] })
  liveness(@Res() response: Response): void {
    response.json(alive.value);
  }

  @Get('readiness')
  @AllowAccess('public')
  @ApiOperation({ operationId: 'getLiteLlmReadiness', summary: 'Requests can be served' })
  @ApiAnswers({ 200: readinessSchema, 503: readinessSchema, errors: [] })
  async ready(@Res({ passthrough: true }) response: Response): Promise<z.infer<typeof readinessSchema>> {
    const migrations = await this.migrations.read();
    const isHealthy = migrations === 'ok' && !this.drain.isDraining;
    response.status(isHealthy ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    if (!isHealthy) response.setHeader('retry-after', '5');
    return {
      status: isHealthy ? 'healthy' : 'unhealthy',
      db: migrations === 'unreachable' ? 'disconnected' : 'connected',
      cache: null,
    };
  }

  /** LiteLLM calls every model for it; we know how each has done, and call none. */
  @Get()
  @AllowAccess('api_key', 'models')
  @AlsoAdministrators('models.read')
  @ApiBearerAuth('api_key')
  @ApiOperation({ operationId: 'getLiteLlmHealth', summary: 'The deployments that this key may use, and how they do' })
  @ApiAnswers({ 200: healthSchema, errors: [401, 403] })
  all(@AuthenticatedReader() reader: Reader): z.infer<typeof healthSchema> {
    const endpoints = visibleModels(this.catalogue, callerOfReader(reader))
      .flatMap(({ deployments }) => deployments)
      .filter(({ enabled }) => enabled)
      .map((deployment): Endpoint => {
        const { circuit, reason } = this.health.state(deployment.id);
        return {
          model: `${deployment.provider}/${deployment.upstreamModel}`,
          model_name: deployment.model,
          model_id: deployment.id,
          ...(circuit === 'open' && { error: `left alone after ${reason ?? 'failures'}` }),
        };
      });
    const healthy = endpoints.filter(({ error }) => error === undefined);
    const unhealthy = endpoints.filter(({ error }) => error !== undefined);
    return {
      healthy_endpoints: healthy,
      unhealthy_endpoints: unhealthy,
      healthy_count: healthy.length,
      unhealthy_count: unhealthy.length,
    };
  }
}
