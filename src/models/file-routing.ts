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
    routing_strategy: file.strategy,
    default_fallbacks: file.defaultFallbacks.length > 0 ? file.defaultFallbacks : undefined,
    max_fallbacks: file.maxFallbacks,
    max_retries: defaultRetries ?? file.numRetries,
    retries_by_reason: failureReasons.some((reason) => byReason[reason] !== undefined) ? byReason : undefined,
    backoff_min_ms: file.retryAfterMs,
    backoff_max_ms: Math.max(routing.backoff_max_ms, file.retryAfterMs ?? 0),
    // LiteLLM counts the failures that are forgiven, the gateway the one that is not.
    allowed_failures: file.allowedFails === undefined ? undefined : file.allowedFails + 1,
    cooldown_seconds: file.cooldownsDisabled ? 0 : toSeconds(file.cooldownMs),
    request_timeout_seconds: toSeconds(file.timeoutMs),
    stream_request_timeout_seconds: toSeconds(file.streamTimeoutMs),
    drop_params: file.dropParams,
  };
  const merged = {
    ...routing,
    ...Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== undefined && !fixed.has(name))),
  };
  const { max_request_timeout_seconds: longest, request_timeout_seconds: whole } = merged;
  return {
    ...merged,
    max_request_timeout_seconds: Math.max(longest, whole, merged.stream_request_timeout_seconds ?? 0),
  };
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
