/** What the process log says of a request that was served, from its log in the ledger: no text of a client, and nothing secret. */
export interface ServedFacts {
  readonly task: string;
  /** The public model; null where there is none of that name. */
  readonly model: string | null;
  readonly provider: string | null;
  readonly deployment_id: string | null;
  /** How it ended, which an HTTP status does not tell of a stream. */
  readonly status: string;
  readonly error_code: string | null;
  readonly stream: boolean;
  readonly audio_seconds: number | null;
  /** US dollars; null = unknown. */
  readonly cost_usd: number | null;
  readonly latency_ms: number;
  readonly provider_latency_ms: number | null;
  /** How each call of a provider ended, in their order. */
  readonly attempts: readonly string[];
  readonly cache: string | null;
  readonly key_id: string | null;
  readonly trace_id: string | null;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Of a request that leaves a log: resolves when the log has been made. */
    served?: Promise<ServedFacts>;
    /** Of a request of which nothing may be kept: errors are logged without their words, which may quote it. */
    keepsNothing?: boolean;
  }
}
