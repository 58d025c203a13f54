import { failureReasons } from '../domain/errors.js';
import type { GatewayFileRouting } from '../domain/gateway-file.js';
import type { GatewayRouting } from '../domain/routing.js';

/** The gateway's routing with what a gateway file says of it; the file wins over the environment's defaults. */
export function withFileRouting(routing: GatewayRouting, file: GatewayFileRouting): GatewayRouting {
  const timeoutMs = file.timeoutMs ?? routing.timeoutMs;
  const { default: defaultRetries, ...byReason } = file.retryPolicy;
  return {
    ...routing,
    strategy: file.strategy ?? routing.strategy,
    defaultFallbacks: file.defaultFallbacks.length > 0 ? file.defaultFallbacks : routing.defaultFallbacks,
    maxFallbacks: file.maxFallbacks ?? routing.maxFallbacks,
    maxRetries: defaultRetries ?? file.numRetries ?? routing.maxRetries,
    retriesByReason: failureReasons.some((reason) => byReason[reason] !== undefined) ? byReason : undefined,
    backoffMinMs: file.retryAfterMs,
    allowedFailures: file.allowedFails ?? routing.allowedFailures,
    cooldownMs: file.cooldownsDisabled ? 0 : (file.cooldownMs ?? routing.cooldownMs),
    timeoutMs,
    streamTimeoutMs: file.streamTimeoutMs,
    maxTimeoutMs: Math.max(routing.maxTimeoutMs, timeoutMs, file.streamTimeoutMs ?? 0),
    dropParams: file.dropParams ?? routing.dropParams,
  };
}
