import { z } from 'zod';
import { routingStrategies, type DeploymentRouting, type ModelRouting } from '../domain/routing.js';

const seconds = z.number().positive().max(86_400);
const count = z.int().min(1).max(1_000_000_000);
const maxRetries = z.int().min(0).max(10).meta({ description: 'Further attempts on one deployment', example: 2 });

/** `routing` of a model; what is absent is the gateway's default. */
export const modelRoutingSchema = z
  .strictObject({
    strategy: z.enum(routingStrategies).meta({ description: 'How deployments are ordered', example: 'weighted' }),
    fallbacks: z
      .array(z.string().min(1).max(200))
      .max(20)
      .meta({ description: 'Public models to try when this one cannot answer', example: ['whisper-backup'] }),
    timeout_seconds: seconds.meta({ description: 'Deadline of a whole request', example: 600 }),
    max_retries: maxRetries,
    hedging: z.boolean().meta({ description: 'Start a second deployment when the first is slower than usual' }),
    drop_params: z.boolean().meta({
      description: 'Leave out request fields that a deployment does not honour, instead of refusing the request',
    }),
  })
  .partial()
  .meta({ id: 'ModelRouting' });
export type WireModelRouting = z.infer<typeof modelRoutingSchema>;

/** `routing` of a deployment. */
export const deploymentRoutingSchema = z
  .strictObject({
    order: z.int().min(0).max(1000).meta({ description: 'Level of priority: 1 before 2; without one comes last' }),
    max_requests_per_minute: count.meta({ description: "The deployment's own limit", example: 50 }),
    max_concurrent_requests: count,
    max_audio_seconds_per_minute: count,
    timeout_seconds: seconds.meta({ description: 'One attempt may take, or a stream be silent, this long' }),
    stream_timeout_seconds: seconds.meta({ description: 'As `timeout_seconds`, for an attempt that streams' }),
    max_retries: maxRetries,
    max_file_bytes: z.int().min(1).meta({ description: 'Larger files go to other deployments', example: 26_214_400 }),
    cooldown_seconds: z
      .number()
      .min(0)
      .max(86_400)
      .meta({ description: 'How long it is left alone after failures; 0 = never', example: 30 }),
  })
  .partial()
  .meta({ id: 'DeploymentRouting' });
export type WireDeploymentRouting = z.infer<typeof deploymentRoutingSchema>;

/** @throws ZodError when the stored value is none of ours */
export function fromWireModelRouting(wire: unknown): ModelRouting {
  const { timeout_seconds, max_retries, drop_params, ...rest } = modelRoutingSchema.parse(wire);
  return { ...rest, timeoutMs: toMs(timeout_seconds), maxRetries: max_retries, dropParams: drop_params };
}

/** @throws ZodError when the stored value is none of ours */
export function fromWireDeploymentRouting(wire: unknown): DeploymentRouting {
  const routing = deploymentRoutingSchema.parse(wire);
  return {
    order: routing.order,
    maxRequestsPerMinute: routing.max_requests_per_minute,
    maxConcurrentRequests: routing.max_concurrent_requests,
    maxAudioSecondsPerMinute: routing.max_audio_seconds_per_minute,
    timeoutMs: toMs(routing.timeout_seconds),
    streamTimeoutMs: toMs(routing.stream_timeout_seconds),
    maxRetries: routing.max_retries,
    maxFileBytes: routing.max_file_bytes,
    cooldownMs: toMs(routing.cooldown_seconds),
  };
}

/** Fields that are not set are undefined, which JSON leaves out. */
export function toWireModelRouting({
  strategy,
  fallbacks,
  timeoutMs,
  maxRetries,
  hedging,
  dropParams,
}: ModelRouting): WireModelRouting {
  return {
    strategy,
    fallbacks: fallbacks && [...fallbacks],
    timeout_seconds: toSeconds(timeoutMs),
    max_retries: maxRetries,
    hedging,
    drop_params: dropParams,
  };
}

/** Fields that are not set are undefined, which JSON leaves out. */
export function toWireDeploymentRouting(routing: DeploymentRouting): WireDeploymentRouting {
  return {
    order: routing.order,
    max_requests_per_minute: routing.maxRequestsPerMinute,
    max_concurrent_requests: routing.maxConcurrentRequests,
    max_audio_seconds_per_minute: routing.maxAudioSecondsPerMinute,
    timeout_seconds: toSeconds(routing.timeoutMs),
    stream_timeout_seconds: toSeconds(routing.streamTimeoutMs),
    max_retries: routing.maxRetries,
    max_file_bytes: routing.maxFileBytes,
    cooldown_seconds: toSeconds(routing.cooldownMs),
  };
}

function toMs(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1000);
}

function toSeconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value / 1000;
}
