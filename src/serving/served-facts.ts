import { toUsd } from '../domain/money.js';
import type { ServedFacts } from '../http/served-request.js';
import type { LogEntry } from '../ledger/entry/log-entry.js';

/** What the process log says of a request, by its log. */
export function servedFacts(log: LogEntry): ServedFacts {
  return {
    task: log.task,
    model: log.modelKnown ? log.model : null,
    provider: log.provider,
    deployment_id: log.deploymentId,
    status: log.status,
    error_code: log.errorCode,
    stream: log.stream,
    audio_seconds: log.audioSeconds,
    cost_usd: log.costNanoUsd === null ? null : toUsd(log.costNanoUsd),
    latency_ms: log.latencyMs,
    provider_latency_ms: log.providerLatencyMs,
    attempts: log.attempts.map(({ outcome }) => outcome),
    cache: log.cache,
    key_id: log.keyId,
    trace_id: log.traceId,
  };
}
