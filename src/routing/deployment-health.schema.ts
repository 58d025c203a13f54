import { z } from 'zod';
import { failureReasons } from '../domain/errors.js';

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
    cooling_until: z.string().nullable().meta({ example: null }),
    reason: z.enum(failureReasons).nullable().meta({ description: 'Why the circuit opened', example: null }),
    consecutive_failures: z.int(),
    recent_requests: z.int().meta({ description: 'Ended in the last minute' }),
    recent_failures: z.int(),
    in_flight: z.int(),
    latency_ms_per_audio_second: z.number().nullable(),
  })
  .meta({ id: 'DeploymentHealth' });
export type DeploymentHealthView = z.infer<typeof deploymentHealthSchema>;

export const deploymentHealthListSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(deploymentHealthSchema),
    has_more: z.literal(false),
    next_cursor: z.null(),
  })
  .meta({ id: 'DeploymentHealthList' });

/** Answer of `POST /admin/v1/deployments/{id}/test`. */
export const deploymentTestSchema = z
  .object({
    object: z.literal('deployment_test'),
    id: z.uuid(),
    ok: z.boolean().meta({ example: true }),
    latency_ms: z.int().meta({ example: 840 }),
    text: z.string().nullable().meta({ description: 'What the deployment understood', example: 'Testing.' }),
    error: z
      .object({
        reason: z.enum(failureReasons).meta({ example: 'credential_rejected' }),
        message: z.string(),
        upstream_status: z.int().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'DeploymentTest' });
export type DeploymentTestView = z.infer<typeof deploymentTestSchema>;
