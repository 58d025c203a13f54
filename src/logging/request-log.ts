import type { NanoUsd } from '../domain/money.js';
import type { ResponseFormat, Task } from '../domain/transcription.js';
import type { Usage } from '../domain/usage.js';

/**
 * How a request ended: answered; failed by a provider or by us; refused because of what the caller sent; or abandoned by
 * the caller.
 */
export const requestStatuses = ['success', 'failure', 'refused', 'cancelled'] as const;
export type RequestStatus = (typeof requestStatuses)[number];

/** One call of a provider, as kept in the ledger (JSON, hence the spelling). */
export interface LoggedAttempt {
  readonly deployment_id: string;
  /** Public name of the model that it was tried for: the requested one or a fallback. */
  readonly model: string;
  readonly provider: string;
  readonly upstream_model: string;
  /** `success`, or the reason of the failure. */
  readonly outcome: string;
  readonly upstream_status: number | null;
  readonly upstream_request_id: string | null;
  readonly latency_ms: number;
  readonly error: string | null;
}

/** What one provider call of an answer cost, as kept in the ledger. */
export interface LoggedCostStep {
  /** What the provider was asked for. */
  readonly step: Task;
  readonly provider: string;
  readonly upstream_model: string;
  /** null = the price or the quantity is unknown. */
  readonly cost_usd: number | null;
}

/** What was planned, as kept in the ledger. */
export interface LoggedPlan {
  readonly candidates: readonly {
    readonly model: string;
    readonly deployment_id: string;
    readonly format: 'native' | 'synthesised';
  }[];
  readonly left_out: readonly {
    readonly model: string;
    readonly deployment_id: string | null;
    readonly explanation: string;
  }[];
}

/** One row of the ledger. What never became known, because the request ended before, is null. */
export interface RequestLogEntry {
  /** The request id. */
  readonly id: string;
  readonly createdAt: Date;
  readonly keyId: string | null;
  readonly keyName: string;
  readonly task: Task;
  readonly model: string | null;
  readonly provider: string | null;
  readonly deploymentId: string | null;
  readonly upstreamModel: string | null;
  readonly upstreamRequestId: string | null;
  readonly responseFormat: ResponseFormat | null;
  readonly stream: boolean;
  readonly status: RequestStatus;
  readonly httpStatus: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly audioSeconds: number | null;
  readonly audioBytes: number | null;
  readonly language: string | null;
  /** null = the price or the quantity is unknown. */
  readonly costNanoUsd: NanoUsd | null;
  /** The parts of the cost where the answer took more than one provider, such as transcribe and translate; else null. */
  readonly costSteps: readonly LoggedCostStep[] | null;
  /** The cost by the measured duration, where it differs from the provider's figure by more than 5 %; else null. */
  readonly measuredCostNanoUsd: NanoUsd | null;
  /** What the cost was computed from. */
  readonly usageSource: 'provider' | 'measured' | null;
  readonly usage: Usage | null;
  readonly latencyMs: number;
  readonly providerLatencyMs: number | null;
  readonly attempts: readonly LoggedAttempt[];
  /** null when the request was refused before planning. */
  readonly plan: LoggedPlan | null;
  readonly warnings: readonly string[];
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  /** null when transcripts are not kept, or there is none. */
  readonly transcript: string | null;
}
