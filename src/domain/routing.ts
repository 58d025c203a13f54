import type { FailureReason } from './errors.js';

/** How the deployments of a model are ordered. LiteLLM's names for them are read by `config/gateway-file`. */
export const routingStrategies = [
  'weighted',
  'priority',
  'least-busy',
  'lowest-latency',
  'lowest-cost',
  'usage-based',
] as const;
export type RoutingStrategyName = (typeof routingStrategies)[number];

/** Routing of one public model; what is absent is the gateway's. */
export interface ModelRouting {
  readonly strategy?: RoutingStrategyName;
  /** Public models to try, in this order, when no deployment of this one can answer. */
  readonly fallbacks?: readonly string[];
  /** Deadline of a whole request. */
  readonly timeoutMs?: number;
  /** Further attempts on one deployment after the first. */
  readonly maxRetries?: number;
  /** Start a second deployment when the first has not answered by the 95th percentile of its latency. */
  readonly hedging?: boolean;
  /** Request fields that a deployment does not honour are left out for it instead of making it unfit. */
  readonly dropParams?: boolean;
}

/** Routing of one deployment. */
export interface DeploymentRouting {
  /** Level of priority: 1 before 2. Deployments without one come last. */
  readonly order?: number;
  readonly maxRequestsPerMinute?: number;
  readonly maxConcurrentRequests?: number;
  readonly maxAudioSecondsPerMinute?: number;
  /** One attempt may take this long; a stream may be silent this long. */
  readonly timeoutMs?: number;
  /** Overrides the model's. */
  readonly maxRetries?: number;
  /** How long the deployment is left alone when its circuit opens for the first time; 0 = never. */
  readonly cooldownMs?: number;
  /** As `timeoutMs`, for an attempt that streams. */
  readonly streamTimeoutMs?: number;
  /** Larger files are not sent to this deployment. */
  readonly maxFileBytes?: number;
}

/** Routing of the whole gateway: every default. */
export interface GatewayRouting extends Required<Omit<ModelRouting, 'fallbacks'>> {
  /** Tried after a model's own fallbacks. */
  readonly defaultFallbacks: readonly string[];
  /** At most this many fallback models are tried. */
  readonly maxFallbacks: number;
  /** Largest deadline that a client may ask for. */
  readonly maxTimeoutMs: number;
  /** One attempt may take this long; a stream may be silent this long. */
  readonly attemptTimeoutMs: number;
  /** Backoff before the n-th retry is drawn from 0 to `base * 2^n`, at most `max`. */
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** Failures in a row after which a deployment is left alone. */
  readonly allowedFailures: number;
  readonly cooldownMs: number;
  /** Whether clients may make a primary model fail with `mock_testing_fallbacks` to see the fallback work. */
  readonly mockFallbacks: boolean;
  /** Deadline of a whole request that streams; absent = as any other. */
  readonly streamTimeoutMs?: number;
  /** Shortest pause before a retry. */
  readonly backoffMinMs?: number;
  /** Further attempts on one deployment by reason, where that differs from `maxRetries`. */
  readonly retriesByReason?: Readonly<Partial<Record<FailureReason, number>>>;
}
