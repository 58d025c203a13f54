import { z } from 'zod';
import type { FailureReason } from './errors.js';

/** How the deployments of a model are ordered. */
export const routingStrategies = ['weighted', 'least-busy', 'lowest-latency', 'lowest-cost', 'usage-based'] as const;
export type RoutingStrategyName = (typeof routingStrategies)[number];

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
export type ModelRouting = z.infer<typeof modelRoutingSchema>;

/** `routing` of a deployment; what is absent is the model's or the gateway's. */
export const deploymentRoutingSchema = z
  .strictObject({
    order: z.int().min(0).max(1000).meta({ description: 'Level of priority: 1 before 2; without one comes last' }),
    max_requests_per_minute: count.meta({ description: "The deployment's own limit", example: 50 }),
    max_concurrent_requests: count,
    max_audio_seconds_per_minute: count,
    timeout_seconds: seconds.meta({ description: 'One attempt may take, or a stream be silent, this long' }),
    stream_timeout_seconds: seconds.meta({ description: 'As `timeout_seconds`, for an attempt that streams' }),
    max_retries: maxRetries,
    max_bytes: z.int().min(1).meta({ description: 'Larger files go to other deployments', example: 26_214_400 }),
    cooldown_seconds: z
      .number()
      .min(0)
      .max(86_400)
      .meta({ description: 'How long it is left alone after failures; 0 = never', example: 30 }),
  })
  .partial()
  .meta({ id: 'DeploymentRouting' });
export type DeploymentRouting = z.infer<typeof deploymentRoutingSchema>;

/** Routing of the whole gateway: every default. */
export interface GatewayRouting {
  readonly routing_strategy: RoutingStrategyName;
  /** Tried after a model's own fallbacks. */
  readonly default_fallbacks: readonly string[];
  /** At most this many fallback models are tried. */
  readonly max_fallbacks: number;
  /** Deadline of a whole request. */
  readonly request_timeout_seconds: number;
  /** Deadline of a whole request that streams; absent = as any other. */
  readonly stream_request_timeout_seconds?: number;
  /** Largest deadline that a client may ask for. */
  readonly max_request_timeout_seconds: number;
  /** One attempt may take this long; a stream may be silent this long. */
  readonly attempt_timeout_seconds: number;
  readonly max_retries: number;
  /** Further attempts on one deployment by reason, where that differs from `max_retries`. */
  readonly retries_by_reason?: Readonly<Partial<Record<FailureReason, number>>>;
  /** Backoff before the n-th retry is drawn from 0 to `base * 2^n`, at most `max`. */
  readonly backoff_base_ms: number;
  /** Shortest pause before a retry. */
  readonly backoff_min_ms?: number;
  readonly backoff_max_ms: number;
  /** Failures in a row after which a deployment is left alone. */
  readonly allowed_failures: number;
  readonly cooldown_seconds: number;
  readonly hedging: boolean;
  /** Whether clients may make a primary model fail with `mock_testing_fallbacks` to see the fallback work. */
  readonly mock_testing_fallbacks: boolean;
  readonly drop_params: boolean;
}
