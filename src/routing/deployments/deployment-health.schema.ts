import { z } from 'zod';
import { attemptSchema } from '../../domain/attempt.js';
import { discoverySchema } from '../../domain/discovery.js';
import { failureReasons } from '../../domain/errors.js';
import { pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';

/** The health of one deployment as the admin API shows it. */
export const deploymentHealthSchema = z
  .object({
    object: z.literal('deployment_health'),
    id: z.uuid(),
    model: z.string().meta({ example: 'whisper' }),
    provider: z.string().meta({ example: 'openai' }),
    upstream_model: z.string().meta({ example: 'whisper-1' }),
    enabled: z.boolean(),
    circuit: z
      .enum(['closed', 'open', 'half_open'])
      .meta({ description: 'closed: traffic flows; open: left alone; half_open: the next request is a probe' }),
    cooling_until: timeSchema.nullable().meta({ example: null }),
    reason: z.enum(failureReasons).nullable().meta({ description: 'Why the circuit opened', example: null }),
    consecutive_failures: z.int(),
    recent_requests: z.int().meta({ description: 'Ended in the last minute' }),
    recent_failures: z.int(),
    in_flight: z.int(),
    latency_ms_per_audio_second: z.number().nullable(),
  })
  .meta({ id: 'DeploymentHealth' });
export type DeploymentHealthView = z.infer<typeof deploymentHealthSchema>;

/** Answer of `GET /admin/v1/deployments/health`. */
export const deploymentHealthPageSchema = pageSchema(deploymentHealthSchema).meta({ id: 'DeploymentHealthPage' });

/** Body of `POST /admin/v1/deployments/{id}/test`; no body is all defaults. */
export const testDeploymentSchema = z
  .strictObject({
    discover: z.boolean().default(false).meta({
      description: 'Finds out what the server can do, by a dozen calls; for servers of your own (`openai-compatible`)',
    }),
  })
  .meta({ id: 'TestDeployment' });
export type TestDeployment = z.infer<typeof testDeploymentSchema>;

/** Answer of `POST /admin/v1/deployments/{id}/test`: an attempt, in the words of a log's attempts. */
export const deploymentTestSchema = z
  .object({
    object: z.literal('deployment_test'),
    id: z.uuid(),
    ...attemptSchema.pick({ outcome: true, upstream_status: true, latency_ms: true, error: true }).shape,
    text: z
      .string()
      .nullable()
      .meta({ description: 'What the deployment understood; null where it was to speak', example: 'Testing.' }),
    discovery: discoverySchema.optional().meta({ description: 'Where it was asked for and the call succeeded' }),
  })
  .meta({ id: 'DeploymentTest' });
export type DeploymentTestView = z.infer<typeof deploymentTestSchema>;
