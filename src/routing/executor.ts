import { Inject, Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import { ProviderError } from '../domain/errors.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Catalogue } from '../models/catalogue.js';
import { AttemptTimer } from './attempt-timer.js';
import type { Attempt } from '../domain/attempt.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { answerFailure, mostTelling } from './failure-answer.js';
import { nextStep } from './backoff.js';
import type { Candidate } from './candidate.js';
import { RANDOM } from './random.js';
import { SLEEP, type Sleep } from './sleep.js';
import { RunningAttempt, type AttemptEnd, type Executed } from './running-attempt.js';

/** What the executor needs beside the plan. */
export interface Execution {
  /** Measured; decides what "slow" is. */
  readonly durationSeconds: number | undefined;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  /** A model whose attempts are made to fail without calling anybody, to see the fallback work. */
  readonly failModel?: string;
  /** Told of the deployment before each attempt. */
  readonly onStart: (deployment: Deployment) => void;
  /** Told of every attempt when it has ended, whatever its outcome. */
  readonly onAttempt: (attempt: Attempt) => void;
}

/** Of an attempt without an answer, or of two at once where hedging is on: the candidate's own failure first. */
type Failures = readonly ProviderError[];

/**
 * Carries a plan out: attempts on the best candidate, retries as the table says, then the next candidate, all under one
 * deadline. Nothing is tried again once the first event of a stream is here.
 */
@Injectable()
export class Executor {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    @Inject(RANDOM) private readonly random: () => number,
    @Inject(SLEEP) private readonly sleep: Sleep,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * A relayed stream is awaited up to its first event, so that a provider that fails at once is replaced by the next; its
   * attempt ends with the stream.
   * @throws GatewayError what the client is told when every attempt has failed; a stream may throw one later
   * @throws the signal's reason when it has fired before the first attempt
   */
  async execute(candidates: readonly Candidate[], execution: Execution): Promise<Executed> {
    execution.deadline.signal.throwIfAborted();
    const left = [...candidates];
    const failures: ProviderError[] = [];
    for (let candidate = left.shift(); candidate; candidate = left.shift()) {
      if (!this.mayTry(candidate, left, execution)) continue;
      const ended = await this.exhaust(candidate, left, execution);
      if ('candidate' in ended) return ended;
      // What ends everything is what the client is told: its own fault, or the deadline.
      if (ended.decisive) throw answerFailure(ended.decisive);
      failures.push(...ended.failures);
    }
    throw answerFailure(mostTelling(failures) ?? new ProviderError('unavailable', 'no deployment could be tried'));
  }

  /** Much may have happened since the plan was made. Takes the probe where the deployment is half open. */
  private mayTry(candidate: Candidate, left: readonly Candidate[], execution: Execution): boolean {
    if (isMocked(candidate, execution)) return true;
    if (this.isFull(candidate, execution)) return false;
    // Half-open: one request at a time may find out whether the deployment is back, unless it is the last hope.
    return this.health.tryProbe(candidate.deployment.id) || left.length === 0;
  }

  /** Tries one candidate as often as the policy allows. A hedged attempt takes its backup out of `left`. */
  private async exhaust(
    candidate: Candidate,
    left: Candidate[],
    execution: Execution,
  ): Promise<Executed | { failures: readonly ProviderError[]; decisive?: ProviderError }> {
    const { signal } = execution.deadline;
    const failures: ProviderError[] = [];
    for (let retried = 0; ; retried += 1) {
      const ended = await this.hedge(candidate, left, execution);
      if ('candidate' in ended) return ended;
      failures.push(...ended);
      const steps = ended.map((failure) => ({
        failure,
        step: this.stepAfter(failure, retried, candidate, left, execution),
      }));
      const decisive = steps.find(({ step }) => step.do === 'fail')?.failure;
      if (decisive) return { failures, decisive };
      const step = steps[0]?.step;
      if (step?.do !== 'retry') return { failures };
      try {
        await this.sleep(step.afterMs, signal);
      } catch {
        return { failures, decisive: ended.at(0) };
      }
      if (this.isFull(candidate, execution)) return { failures };
    }
  }

  private stepAfter(
    failure: ProviderError,
    retried: number,
    { deployment, max_retries }: Candidate,
    left: readonly Candidate[],
    { deadline }: Execution,
  ) {
    const isLast = left.length === 0;
    // A deployment that is being left alone by now is not insisted on while there are others.
    const isLeftAlone = !isLast && this.health.state(deployment.id).circuit === 'open';
    const remainingMs = deadline.signal.aborted ? 0 : deadline.remainingMs;
    const { routing } = this.catalogue;
    const limits = isLeftAlone ? { ...routing, max_retries: 0, retries_by_reason: {} } : { ...routing, max_retries };
    return nextStep(failure, { retried, remainingMs, isLast }, limits, this.random);
  }

  /** One attempt; where hedging is on, a second one on a backup when the first is slower than usual. */
  private async hedge(candidate: Candidate, left: Candidate[], execution: Execution): Promise<Executed | Failures> {
    const first = this.startAttempt(candidate, execution);
    const isSlow = candidate.hedging && left.length > 0 && (await this.isSlow(candidate, first, execution));
    const backup = isSlow && this.takeBackup(candidate, left, execution);
    return backup ? await firstAnswer(first, this.startAttempt(backup, execution)) : await answerOrFailure(first);
  }

  /** Waits for the attempt's end for as long as 95 of 100 requests took. */
  private async isSlow(
    { deployment }: Candidate,
    { ended }: Pending,
    { durationSeconds, deadline }: Execution,
  ): Promise<boolean> {
    const usualMs = this.load.p95Ms(deployment.id, durationSeconds ?? 0);
    if (usualMs === undefined) return false;
    const waiting = new AbortController();
    const slept = this.sleep(usualMs, AbortSignal.any([waiting.signal, deadline.signal])).then(
      () => true,
      () => false,
    );
    const isSlow = await Promise.race([ended.then(() => false), slept]);
    waiting.abort();
    return isSlow;
  }

  /**
   * The next deployment of the same model that is well: fallback models are for failures, and a probe that would be
   * abandoned tells nothing.
   */
  private takeBackup({ deployment }: Candidate, left: Candidate[], execution: Execution): Candidate | undefined {
    const index = left.findIndex(
      (it) =>
        it.deployment.model === deployment.model &&
        this.health.state(it.deployment.id).circuit === 'closed' &&
        !this.isFull(it, execution),
    );
    return index === -1 ? undefined : left.splice(index, 1)[0];
  }

  private startAttempt(candidate: Candidate, execution: Execution): Pending {
    const { deployment, request } = candidate;
    const { durationSeconds, deadline, onStart, onAttempt } = execution;
    onStart(deployment);
    const startedAt = performance.now();
    const report = ({ failure, upstreamRequestId }: AttemptEnd): void =>
      onAttempt({
        deployment_id: deployment.id,
        model: deployment.model,
        provider: deployment.provider,
        upstream_model: deployment.upstreamModel,
        outcome: failure?.reason ?? 'success',
        upstream_status: failure ? (failure.upstreamStatus ?? null) : 200,
        upstream_request_id: upstreamRequestId ?? null,
        latency_ms: Math.round(performance.now() - startedAt),
        error: failure?.message ?? null,
      });
    if (isMocked(candidate, execution)) {
      const failure = new ProviderError('unavailable', 'made to fail by mock_testing_fallbacks');
      report({ failure });
      return { ended: Promise.resolve(failure), abandon: () => undefined };
    }
    const timer = new AttemptTimer(deadline.signal, this.attemptTimeoutMs(candidate), this.clock);
    const release = this.load.start(deployment.id, deployment.routing, durationSeconds ?? 0);
    return new RunningAttempt(candidate, request, timer, (end) => {
      release(!end.failure);
      this.judge(candidate, end.failure, deadline.signal.aborted ? timer.silentMs : undefined);
      report(end);
    });
  }

  /** How long one attempt may take, or a stream be silent. */
  private attemptTimeoutMs({ deployment: { routing }, request }: Candidate): number {
    const own = request.stream ? (routing.stream_timeout_seconds ?? routing.timeout_seconds) : routing.timeout_seconds;
    return 1000 * (own ?? this.catalogue.routing.attempt_timeout_seconds);
  }

  /** @param cutOffAfterMs how long the deployment had been silent when the request's deadline passed, if it has */
  private judge(candidate: Candidate, failure: ProviderError | undefined, cutOffAfterMs: number | undefined): void {
    const { id, model, routing } = candidate.deployment;
    const { allowed_failures, cooldown_seconds, request_timeout_seconds } = this.catalogue.routing;
    if (!failure) {
      this.health.succeeded(id);
      return;
    }
    // Clients choose their deadlines: one that left a deployment less than half of its time says nothing about it.
    const usualMs = 1000 * (this.catalogue.find(model)?.routing.timeout_seconds ?? request_timeout_seconds);
    const fairMs = Math.min(this.attemptTimeoutMs(candidate), usualMs) / 2;
    if (failure.reason === 'timeout' && cutOffAfterMs !== undefined && cutOffAfterMs < fairMs) {
      this.health.releaseProbe(id);
      return;
    }
    this.health.failed(id, failure, {
      allowed_failures,
      cooldown_seconds: routing.cooldown_seconds ?? cooldown_seconds,
    });
  }

  private isFull({ deployment }: Candidate, { durationSeconds }: Execution): boolean {
    return this.load.read(deployment.id, deployment.routing, durationSeconds ?? 0).fullForMs !== undefined;
  }
}

/** An attempt as far as waiting for it goes. */
type Pending = Pick<RunningAttempt, 'ended' | 'abandon'>;

function isMocked({ deployment }: Candidate, { failModel }: Execution): boolean {
  return deployment.model === failModel;
}

async function answerOrFailure({ ended }: Pending): Promise<Executed | Failures> {
  const end = await ended;
  return end instanceof ProviderError ? [end] : end;
}

/** The first of two attempts that answers, the other being ended; both failures when neither does. */
async function firstAnswer(first: Pending, second: Pending): Promise<Executed | Failures> {
  const answerOf = async (attempt: Pending, other: Pending) => {
    const end = await attempt.ended;
    if (end instanceof ProviderError) throw end;
    return { end, other };
  };
  try {
    const { end, other } = await Promise.any([answerOf(first, second), answerOf(second, first)]);
    other.abandon();
    return end;
  } catch {
    const ends = await Promise.all([first.ended, second.ended]);
    return ends.filter((end) => end instanceof ProviderError);
  }
}
