import type { AttemptTimes, MadeAttempt } from '../domain/attempt.js';
import type { Bill } from '../domain/bill.js';
import type { Deployment } from '../domain/deployment.js';
import type { Task } from '../domain/task.js';
import type { Usage } from '../domain/usage.js';
import type { AttemptTrace } from '../http/request-trace.js';
import type { Cost } from '../pricing/cost.js';
import type { Candidate } from './candidate.js';

/** What a cost is computed from: what a provider says of the bill, and what it wrote down. */
export interface Told extends Bill {
  readonly text?: string;
}

/** A whole answer of a provider, which has been paid for, whether it can be used or not. */
export interface Answered<Answer> {
  readonly told: Told;
  readonly upstreamRequestId?: string;
  /**
   * Makes of it what the client gets. It is part of the attempt: an answer counts only when it can be used.
   * @throws ProviderError `bad_response` when it cannot
   */
  use(): Answer;
}

/** An answer that can be used. */
export interface Usable {
  /** What is missing in it, if anything: then it is used only when nobody gives a better one. */
  readonly flaw?: string;
}

/** One event of an answer that is passed on as it comes. What it says of the bill replaces what earlier ones said. */
export interface AnswerEvent extends Told {
  /** `done` = the last one: without it a stream is broken off. */
  readonly type: string;
  /** The provider's name for the call, of the last one. */
  readonly upstreamRequestId?: string;
}

/** A call of a provider: it answers whole, or event by event. */
export type Call<Answer, Event> =
  { readonly whole: Promise<Answered<Answer>> } | { readonly events: AsyncIterator<Event> };

/** What carrying a plan out needs beside the plan. */
export interface Execution<C extends Candidate, Answer extends Usable, Event extends AnswerEvent> {
  /** Of the audio that is sent, measured, 0 where none is; undefined = unknown. Decides what "slow" is, and counts for limits. */
  readonly durationSeconds: number | undefined;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  /** A model whose attempts are made to fail without calling anybody, to see the fallback work. */
  readonly failModel?: string;
  /**
   * Calls the candidate's provider, once.
   * @throws ProviderError now, or later in what it returns, and nothing else
   */
  readonly call: (candidate: C, signal: AbortSignal) => Call<Answer, Event>;
  /** What a call costs; where nothing is told, it is an estimate. */
  readonly costOf: (candidate: C, told: Told) => Cost;
  /**
   * Awaited before anybody is called, with the first that will be.
   * @throws GatewayError when nobody may be called
   */
  readonly onBegin?: (first: Deployment) => Promise<void>;
  /**
   * Told of the deployment before each attempt, and of the target that it stands for, where there is one.
   * @returns its span, where the request is traced
   */
  readonly onStart: (deployment: Deployment, target?: string) => AttemptTrace | undefined;
  /** Told of every attempt when it has ended, whatever its outcome. */
  readonly onAttempt: (ended: EndedAttempt) => void;
}

/** How an attempt has come about. */
export interface Occasion {
  /** What was waited for nothing else but it, in milliseconds. */
  readonly waitedMs: number;
  /** Whether the deployment has been asked for the same just before, in vain. */
  readonly isRetry: boolean;
  /** Whether it runs beside another one that is slow. */
  readonly isHedge: boolean;
}

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly attempt: MadeAttempt;
  readonly times: AttemptTimes;
  readonly isRetry: boolean;
  /** What the provider was asked for. */
  readonly task: Task;
  /** What the provider says that it has used, believed or not; absent = nothing. */
  readonly usage?: Usage;
  /** Absent where nothing is billed. */
  readonly cost?: Cost;
  /** The target that it was for, by where it is in what the client has sent; absent = there are no targets. */
  readonly target?: string;
}

/** Who answered, and the answer: whole, or event by event from the first one on. */
export type Executed<C extends Candidate, Answer extends Usable, Event extends AnswerEvent> =
  ({ readonly candidate: C } & Answer) | { readonly candidate: C; readonly events: AsyncIterable<Event> };

/** Whether the candidate's attempts fail on purpose. */
export function failsOnPurpose({ deployment }: Candidate, { failModel }: { readonly failModel?: string }): boolean {
  return deployment.model === failModel;
}
