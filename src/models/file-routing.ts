import { failureReasons } from '../domain/errors.js';
import type { GatewayFileRouting } from '../domain/gateway-file.js';
import type { GatewayRouting } from '../domain/routing.js';

/**
 * The gateway's routing with what a gateway file says of it.
 * @param fixed the settings that environment variables say: they win over the file
 */
export function withFileRouting(
  routing: GatewayRouting,
  file: GatewayFileRouting,
  fixed: ReadonlySet<string>,
): GatewayRouting {
  const { default: defaultRetries, ...byReason } = file.retryPolicy;
  const said: Partial<GatewayRouting> = {
    strategy: file.strategy,
    defaultFallbacks: file.defaultFallbacks.length > 0 ? file.defaultFallbacks : undefined,
    maxFallbacks: file.maxFallbacks,
    maxRetries: defaultRetries ?? file.numRetries,
    retriesByReason: failureReasons.some((reason) => byReason[reason] !== undefined) ? byReason : undefined,
    backoffMinMs: file.retryAfterMs,
    backoffMaxMs: Math.max(routing.backoffMaxMs, file.retryAfterMs ?? 0),
    // LiteLLM counts the failures that are forgiven, the gateway the one that is not.
    allowedFailures: file.allowedFails === undefined ? undefined : file.allowedFails + 1,
    cooldownMs: file.cooldownsDisabled ? 0 : file.cooldownMs,
    timeoutMs: file.timeoutMs,
    streamTimeoutMs: file.streamTimeoutMs,
    dropParams: file.dropParams,
  };
  const merged = {
    ...routing,
    ...Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== undefined && !fixed.has(name))),
  };
  return { ...merged, maxTimeoutMs: Math.max(merged.maxTimeoutMs, merged.timeoutMs, merged.streamTimeoutMs ?? 0) };
}
