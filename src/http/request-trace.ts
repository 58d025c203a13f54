import type { AttemptTimes, MadeAttempt } from '../domain/attempt.js';
import type { Task } from '../domain/task.js';
import type { NanoUsd } from '../domain/money.js';
import type { Usage } from '../domain/usage.js';

/** What a request goes through, one after the other and beside its attempts. */
export type Stage = 'receive' | 'probe' | 'plan' | 'render' | 'ledger';

/** The span of one attempt. */
export interface AttemptTrace {
  /** What tells the provider which span its own belong to. */
  readonly headers: Readonly<Record<string, string>>;
  /** The attempt has ended, whatever its outcome. */
  onEnd(ended: TracedAttempt): void;
}

/** What a span tells of an attempt. */
export interface TracedAttempt {
  readonly attempt: MadeAttempt;
  /** What the provider was asked for. */
  readonly task: Task;
  readonly times: AttemptTimes;
  readonly isRetry: boolean;
  /** What the provider says that it has used; absent = nothing. */
  readonly usage?: Usage;
}

/** What the request's own span tells of its log; the names are the log's. */
export interface TracedLog {
  readonly task: Task;
  readonly model: string | null;
  readonly status: string;
  readonly errorCode: string | null;
  readonly provider: string | null;
  readonly deploymentId: string | null;
  readonly stream: boolean;
  readonly audioSeconds: number | null;
  readonly costNanoUsd: NanoUsd | null;
  readonly retries: number;
  readonly fallbacks: number;
  readonly cache: string | null;
}

/** One request in its trace. Times are on the clock of requests, in milliseconds. */
export interface RequestTrace {
  /** 32 hexadecimal digits; the client's, where it is in a trace already. */
  readonly traceId: string;
  /** A provider is about to be called. */
  attempt(startedAtMs: number): AttemptTrace;
  /** A stage has ended. */
  stage(stage: Stage, startedAtMs: number, endedAtMs: number): void;
  /** The log has been made. */
  logged(log: TracedLog): void;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Absent where tracing is off. */
    trace?: RequestTrace;
  }
}
