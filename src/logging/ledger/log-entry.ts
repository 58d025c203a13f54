import type { Attempt } from '../../domain/attempt.js';
import type { CostStep } from '../../domain/cost-step.js';
import type { NanoUsd } from '../../domain/money.js';
import type { LoggedPlan } from '../../domain/plan.js';
import type { ResponseFormat, Task } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';

/**
 * How a request ended: answered; failed by a provider or by us; refused because of what the caller sent; or abandoned by
 * the caller.
 */
export const requestStatuses = ['success', 'failure', 'refused', 'cancelled'] as const;
export type RequestStatus = (typeof requestStatuses)[number];

/** One row of the ledger. What never became known, because the request ended before, is null. */
export interface LogEntry {
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
  readonly costSteps: readonly CostStep[] | null;
  /** The cost by the measured duration, where it differs from the provider's figure by more than 5 %; else null. */
  readonly measuredCostNanoUsd: NanoUsd | null;
  /** What the cost was computed from. */
  readonly usageSource: 'provider' | 'measured' | null;
  readonly usage: Usage | null;
  readonly latencyMs: number;
  readonly providerLatencyMs: number | null;
  readonly attempts: readonly Attempt[];
  /** null when the request was refused before planning. */
  readonly plan: LoggedPlan | null;
  readonly warnings: readonly string[];
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  /** null when there is none; whether it is kept is the ledger's decision. */
  readonly transcript: string | null;
}
