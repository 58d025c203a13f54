import type { Attempt } from '../../domain/attempt.js';
import type { CacheStatus } from '../../domain/cache-status.js';
import type { CostStep } from '../../domain/cost-step.js';
import type { DurationMethod } from '../../domain/duration-method.js';
import type { NanoUsd } from '../../domain/money.js';
import type { LoggedPlan } from '../../domain/plan.js';
import type { RequestMetadata } from '../../domain/request-metadata.js';
import type { Task } from '../../domain/task.js';
import type { SpokenSegment } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';

/**
 * How a request ended: answered; failed by a provider or by us; refused because of what the caller sent; abandoned by the
 * caller; or lost with the gateway, which was killed after the request had been sent to a provider.
 */
export const requestStatuses = ['success', 'failure', 'refused', 'cancelled', 'lost'] as const;
export type RequestStatus = (typeof requestStatuses)[number];

/** One row of the ledger. What never became known, because the request ended before, is null. */
export interface LogEntry {
  /** The request id. */
  readonly id: string;
  readonly createdAt: Date;
  readonly keyId: string | null;
  readonly keyName: string;
  /** The team that the key belonged to; null = none. */
  readonly teamId: string | null;
  readonly teamName: string | null;
  readonly task: Task;
  readonly model: string | null;
  /** Whether there was such a model for the caller when the request came. */
  readonly modelKnown: boolean;
  readonly provider: string | null;
  readonly deploymentId: string | null;
  readonly upstreamModel: string | null;
  readonly upstreamRequestId: string | null;
  readonly responseFormat: string | null;
  readonly stream: boolean;
  readonly status: RequestStatus;
  readonly httpStatus: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly audioSeconds: number | null;
  /** What the length of the audio rests on; null where it is unknown. */
  readonly durationMethod: DurationMethod | null;
  readonly audioBytes: number | null;
  /** A BCP-47 tag in lower case. */
  readonly language: string | null;
  /** Of the text that was to be said. */
  readonly inputCharacters: number | null;
  /** Of the speech that was made; null where none was, or where it does not tell. */
  readonly outputAudioSeconds: number | null;
  /** null = the price or the quantity is unknown. */
  readonly costNanoUsd: NanoUsd | null;
  /** Whether the bill may be another than the cost. */
  readonly costEstimated: boolean;
  /** The parts of the cost where more than one call is billed, such as transcribe and translate; else null. */
  readonly costSteps: readonly CostStep[] | null;
  /** The cost by the measured duration, where it differs from the provider's figure by more than 5 %; else null. */
  readonly measuredCostNanoUsd: NanoUsd | null;
  /** What the cost was computed from. */
  readonly usageSource: 'provider' | 'measured' | null;
  readonly usage: Usage | null;
  readonly latencyMs: number;
  readonly providerLatencyMs: number | null;
  /** What of the latency was not spent with providers; null where none was asked. */
  readonly overheadMs: number | null;
  /** From the request's headers to the end of its body; null where it was refused before. */
  readonly uploadMs: number | null;
  /** How long measuring the audio took. */
  readonly probeMs: number | null;
  /** From the request's headers to the first byte of the answer's body, of a stream. */
  readonly firstByteMs: number | null;
  /** Attempts beyond the first on each deployment. */
  readonly retries: number;
  /** Models that were asked after the first. */
  readonly fallbacks: number;
  /** Whether it was answered after an attempt had failed. */
  readonly rescued: boolean;
  /** Whether a transcript was translated in a second step. */
  readonly translated: boolean;
  readonly attempts: readonly Attempt[];
  /** null when the request was refused before planning. */
  readonly plan: LoggedPlan | null;
  readonly warnings: readonly string[];
  /** What the client notes of its request. */
  readonly metadata: RequestMetadata | null;
  /** Whom the client says that it asks for. */
  readonly endUser: string | null;
  readonly tags: readonly string[];
  /** The trace that the request is part of, as the client names it. */
  readonly traceId: string | null;
  /** What the cache had to do with it; null where it was off. */
  readonly cache: CacheStatus | null;
  /** Of a hit: the request that was answered with it first. */
  readonly cachedRequestId: string | null;
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  /** What was said, or was to be said; null when there is none. Whether it is kept is the ledger's decision. */
  readonly transcript: string | null;
  /** What was asked in writing, of a chat; kept as the transcript is. */
  readonly question: string | null;
  /** The transcript by what was said when and by whom; null where nothing tells. Kept as far as the transcript is. */
  readonly segments: readonly SpokenSegment[] | null;
}
