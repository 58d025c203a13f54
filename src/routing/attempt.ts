import type { FailureReason } from '../domain/errors.js';

/** One call of a provider, as the ledger keeps it. */
export interface Attempt {
  readonly deployment_id: string;
  /** Public name of the model that it was tried for: the requested one or a fallback. */
  readonly model: string;
  readonly provider: string;
  readonly upstream_model: string;
  readonly outcome: 'success' | FailureReason;
  readonly upstream_status: number | null;
  readonly upstream_request_id: string | null;
  readonly latency_ms: number;
  readonly error: string | null;
}
