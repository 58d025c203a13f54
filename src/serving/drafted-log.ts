import type { Request } from 'express';
import type { Caller } from '../domain/caller.js';
import { languageTag } from '../domain/language.js';
import type { Task } from '../domain/task.js';
import { timeOf } from '../http/request-id.js';
import type { LogEntry } from '../ledger/entry/log-entry.js';
import type { AttemptList } from './attempt-list.js';
import type { CallerFacts } from './caller-facts.js';
import type { CostSheet } from './cost-sheet.js';
import type { RequestEnd } from './request-end.js';
import type { RequestFacts } from './request-facts.js';

const MAX_USER_AGENT = 500;

/** What a log is made of, and what is told of an answer. */
export interface DraftedRequest {
  readonly task: Task;
  readonly caller: Caller;
  readonly http: Pick<Request, 'requestId' | 'clientAddress' | 'headers' | 'trace'>;
  readonly facts: RequestFacts;
  readonly attempts: AttemptList;
  readonly costs: CostSheet;
  readonly warnings: readonly string[];
  /** From the request's headers until now, in whole milliseconds. */
  readonly latencyMs: number;
}

/** The log of a request that has ended now. */
export function draftedLog(
  { task, caller, http, facts, attempts, costs, warnings, latencyMs }: DraftedRequest,
  end: RequestEnd,
): LogEntry {
  const { asked, deployment, cache } = facts;
  const cost = costs.total();
  const logged = attempts.logged;
  const key = caller.kind === 'virtual_key' ? caller : null;
  const providerLatencyMs = logged.length > 0 ? attempts.latencyMs : null;
  return {
    id: http.requestId,
    createdAt: timeOf(http.requestId),
    keyId: key?.keyId ?? null,
    keyName: caller.name,
    teamId: key?.team?.id ?? null,
    teamName: key?.team?.name ?? null,
    task,
    model: facts.model,
    modelKnown: facts.modelKnown,
    provider: deployment?.provider ?? null,
    deploymentId: deployment?.id ?? null,
    upstreamModel: deployment?.upstreamModel ?? null,
    upstreamRequestId: attempts.decisiveOf(deployment?.id)?.upstream_request_id ?? null,
    responseFormat: asked?.responseFormat ?? null,
    stream: asked?.stream ?? false,
    audioSeconds: facts.audioSeconds,
    durationMethod: facts.durationMethod,
    audioBytes: facts.audioBytes,
    inputCharacters: asked?.inputCharacters ?? null,
    outputAudioSeconds: facts.outputAudioSeconds,
    latencyMs,
    providerLatencyMs,
    overheadMs: providerLatencyMs === null ? null : Math.max(latencyMs - providerLatencyMs, 0),
    uploadMs: facts.uploadMs,
    probeMs: facts.probeMs,
    firstByteMs: facts.firstByteMs,
    ...attempts.detours(end.status),
    attempts: logged,
    plan: facts.plan,
    warnings,
    ...tracedFacts(facts.ofCaller, http.trace?.traceId),
    cache: cache?.status ?? null,
    cachedRequestId: cache?.status === 'hit' ? cache.requestId : null,
    clientIp: http.clientAddress || null,
    userAgent: http.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
    costNanoUsd: cost.costNanoUsd,
    costEstimated: cost.estimated,
    costSteps: cost.steps,
    measuredCostNanoUsd: cost.measuredCostNanoUsd ?? null,
    usageSource: cost.source,
    ...end,
    // What the provider says of it, in the one form of the ledger; otherwise what the client said.
    language: languageTag(end.language ?? '') ?? asked?.language ?? null,
  };
}

/** Where the request is traced, its trace is the one that spans are found by. */
function tracedFacts(facts: CallerFacts, traceId: string | undefined): CallerFacts {
  const { traceId: named, metadata } = facts;
  if (traceId === undefined || traceId === named) return facts;
  return { ...facts, traceId, metadata: named === null ? metadata : { trace_id: named, ...metadata } };
}
