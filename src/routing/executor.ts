import { Inject, Injectable } from '@nestjs/common';
import { ProviderError } from '../domain/errors.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Catalogue } from '../models/catalogue.js';
import { Attempts, type Begun } from './attempts.js';
import { nextStep, type NextStep } from './backoff.js';
import type { Candidate } from './candidate.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import {
  failsOnPurpose,
  type AnswerEvent,
  type Executed,
  type Execution,
  type Occasion,
  type Usable,
} from './execution.js';
import { answerFailure, mostTelling } from './failure-answer.js';
import { mayAnswerAfter } from './failure-rules.js';
import { FlawedAnswer } from './flawed-answer.js';
import { firstAnswer, Hedging, type Racer } from './hedging.js';
import { RANDOM } from './random.js';
import type { Sleep } from '../domain/sleep.js';
import { SLEEP } from './sleep.js';
import { haveSameTarget, leaveTarget, retryLimits } from './targets/target-rules.js';

/** What decides how far it is gone on. */
type Circumstances = Pick<Execution<Candidate, Usable, AnswerEvent>, 'durationSeconds' | 'deadline' | 'failModel'>;

/** How trying a candidate has ended without an answer. */
interface GivenUp {
  readonly failures: readonly ProviderError[];
  /** Set when nothing else may be tried: the client has gone, or the deadline has passed. */
  readonly decisive?: ProviderError;
}

/** What the attempts of one request go on by. */
interface Course<C extends Candidate, Answer extends Usable, Event extends AnswerEvent> {
  begin(candidate: C, occasion: Partial<Omit<Occasion, 'waitedMs'>>): Begun<C, Answer, Event>;
  /** Waits, which the next attempt is told of. @throws the signal's reason when it fires */
  pause(ms: number): Promise<void>;
}

/**
 * Tries the candidates of a plan in turn until one answers, all under one deadline. Nothing is tried again once the first
 * event of a stream is here.
 */
@Injectable()
export class Executor {
  constructor(
    private readonly attempts: Attempts,
    private readonly hedging: Hedging,
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
  async execute<C extends Candidate, Answer extends Usable, Event extends AnswerEvent>(
    candidates: readonly C[],
    execution: Execution<C, Answer, Event>,
  ): Promise<Executed<C, Answer, Event>> {
    execution.deadline.signal.throwIfAborted();
    const left = [...candidates];
    if (left[0]) await execution.onBegin?.(left[0].deployment);
    const failures: ProviderError[] = [];
    const flawed: Executed<C, Answer, Event>[] = [];
    let waitedMs = 0;
    const course: Course<C, Answer, Event> = {
      begin: (candidate, { isRetry = false, isHedge = false }) => {
        const occasion = { waitedMs, isRetry, isHedge };
        waitedMs = 0;
        return this.attempts.begin(candidate, execution, occasion, (executed) => flawed.push(executed));
      },
      pause: async (ms) => {
        const fromMs = this.clock.nowMs();
        await this.sleep(ms, execution.deadline.signal);
        waitedMs += this.clock.nowMs() - fromMs;
      },
    };
    for (let candidate = left.shift(); candidate; candidate = left.shift()) {
      if (!this.mayTry(candidate, left, execution)) continue;
      const ended = await this.tryCandidate(candidate, left, execution, course);
      if ('candidate' in ended) return ended;
      if (ended.decisive) throw answerFailure(ended.decisive);
      failures.push(...ended.failures);
      leaveTarget(left, candidate, ended.failures.at(-1));
    }
    if (flawed[0]) return flawed[0];
    throw answerFailure(mostTelling(failures) ?? new ProviderError('unavailable', 'no deployment could be tried'));
  }

  /** Much may have happened since the plan was made. Takes the probe where the deployment is half open. */
  private mayTry(candidate: Candidate, left: readonly Candidate[], execution: Circumstances): boolean {
    if (failsOnPurpose(candidate, execution)) return true;
    if (this.load.isFull(candidate.deployment, execution.durationSeconds)) return false;
    // Half-open: one request at a time may find out whether the deployment is back, unless it is the last hope.
    return this.health.tryProbe(candidate.deployment.id) || left.length === 0;
  }

  /**
   * Tries one candidate as often as the table of failures allows. Takes out of `left` a hedged attempt's backup, and who
   * would fail for the same reason.
   */
  private async tryCandidate<C extends Candidate, Answer extends Usable, Event extends AnswerEvent>(
    candidate: C,
    left: C[],
    execution: Circumstances,
    { begin, pause }: Course<C, Answer, Event>,
  ): Promise<Executed<C, Answer, Event> | GivenUp> {
    const failures: ProviderError[] = [];
    for (let retried = 0; ; retried += 1) {
      const attempt = begin(candidate, { isRetry: retried > 0 });
      const first = { attempt, ended: attempt.run() };
      const backup = await this.hedging.backupFor(candidate, first.ended, left, execution);
      const ended = backup ? await race(first, begin(backup, { isHedge: true })) : await first.ended;
      if ('candidate' in ended) return ended;
      const failed = [ended].flat();
      failures.push(...failed);
      withdraw(left, failed[0], candidate);
      withdraw(left, failed[1], backup);
      const steps = failed.map((failure) => this.stepAfter(failure, retried, candidate, left, execution));
      const decisive = failed.find((_failure, index) => steps[index]?.do === 'fail');
      if (decisive) return { failures, decisive };
      const [step] = steps;
      if (step?.do !== 'retry') return { failures };
      try {
        await pause(step.afterMs);
      } catch {
        return { failures, decisive: failed[0] };
      }
      if (this.load.isFull(candidate.deployment, execution.durationSeconds)) return { failures };
    }
  }

  private stepAfter(
    failure: ProviderError,
    retried: number,
    candidate: Candidate,
    left: readonly Candidate[],
    { deadline }: Circumstances,
  ): NextStep {
    const { deployment, max_retries } = candidate;
    const isLast = left.length === 0;
    // It would be given again, and paid for again.
    const isKnown = failure instanceof FlawedAnswer;
    // A deployment that is being left alone by now is not insisted on while there are others.
    const isLeftAlone = !isLast && this.health.state(deployment.id).circuit === 'open';
    const remainingMs = deadline.signal.aborted ? 0 : deadline.remainingMs;
    const { routing } = this.catalogue;
    const none = { max_retries: 0, retries_by_reason: {} };
    const wanted = retryLimits(candidate, failure) ?? (isLeftAlone ? none : { max_retries });
    const limits = { ...routing, ...(isKnown ? none : wanted) };
    return nextStep(failure, { retried, remainingMs, isLast }, limits, this.random);
  }
}

function race<C extends Candidate, Answer extends Usable, Event extends AnswerEvent>(
  first: Racer<C, Answer, Event>,
  attempt: Begun<C, Answer, Event>,
): Promise<Executed<C, Answer, Event> | readonly ProviderError[]> {
  return firstAnswer(first, { attempt, ended: attempt.run() });
}

/** Takes out of `left` whoever would only give the same verdict. */
function withdraw(left: Candidate[], failure: ProviderError | undefined, failed: Candidate | undefined): void {
  if (!failure || !failed) return;
  const others = left.filter((next) => !haveSameTarget(failed, next) || mayAnswerAfter(failure.reason, failed, next));
  left.splice(0, left.length, ...others);
}
