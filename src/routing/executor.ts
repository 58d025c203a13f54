import { Inject, Injectable } from '@nestjs/common';
import { ProviderError } from '../domain/errors.js';
import { Catalogue } from '../models/catalogue.js';
import { Attempts } from './attempts.js';
import { nextStep, type NextStep } from './backoff.js';
import type { Candidate } from './candidate.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { failsOnPurpose, type Executed, type Execution } from './execution.js';
import { answerFailure, mostTelling } from './failure-answer.js';
import { firstAnswer, Hedging, type Racer } from './hedging.js';
import { RANDOM } from './random.js';
import type { Sleep } from '../domain/sleep.js';
import { SLEEP } from './sleep.js';

/** How trying a candidate has ended without an answer. */
interface GivenUp {
  readonly failures: readonly ProviderError[];
  /** Set when nothing else may be tried: the caller's own fault, or the deadline. */
  readonly decisive?: ProviderError;
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
      const ended = await this.tryCandidate(candidate, left, execution);
      if ('candidate' in ended) return ended;
      if (ended.decisive) throw answerFailure(ended.decisive);
      failures.push(...ended.failures);
    }
    throw answerFailure(mostTelling(failures) ?? new ProviderError('unavailable', 'no deployment could be tried'));
  }

  /** Much may have happened since the plan was made. Takes the probe where the deployment is half open. */
  private mayTry(candidate: Candidate, left: readonly Candidate[], execution: Execution): boolean {
    if (failsOnPurpose(candidate, execution)) return true;
    if (this.load.isFull(candidate.deployment, execution.durationSeconds)) return false;
    // Half-open: one request at a time may find out whether the deployment is back, unless it is the last hope.
    return this.health.tryProbe(candidate.deployment.id) || left.length === 0;
  }

  /** Tries one candidate as often as the table of failures allows. A hedged attempt takes its backup out of `left`. */
  private async tryCandidate(
    candidate: Candidate,
    left: Candidate[],
    execution: Execution,
  ): Promise<Executed | GivenUp> {
    const failures: ProviderError[] = [];
    for (let retried = 0; ; retried += 1) {
      const attempt = this.attempts.begin(candidate, execution);
      const first = { attempt, ended: attempt.run() };
      const backup = await this.hedging.backupFor(candidate, first.ended, left, execution);
      const ended = backup ? await this.race(first, backup, execution) : await first.ended;
      if ('candidate' in ended) return ended;
      const failed = [ended].flat();
      failures.push(...failed);
      const steps = failed.map((failure) => this.stepAfter(failure, retried, candidate, left, execution));
      const decisive = failed.find((_failure, index) => steps[index]?.do === 'fail');
      if (decisive) return { failures, decisive };
      const [step] = steps;
      if (step?.do !== 'retry') return { failures };
      try {
        await this.sleep(step.afterMs, execution.deadline.signal);
      } catch {
        return { failures, decisive: failed[0] };
      }
      if (this.load.isFull(candidate.deployment, execution.durationSeconds)) return { failures };
    }
  }

  private race(first: Racer, backup: Candidate, execution: Execution): Promise<Executed | readonly ProviderError[]> {
    const attempt = this.attempts.begin(backup, execution);
    return firstAnswer(first, { attempt, ended: attempt.run() });
  }

  private stepAfter(
    failure: ProviderError,
    retried: number,
    { deployment, max_retries }: Candidate,
    left: readonly Candidate[],
    { deadline }: Execution,
  ): NextStep {
    const isLast = left.length === 0;
    // A deployment that is being left alone by now is not insisted on while there are others.
    const isLeftAlone = !isLast && this.health.state(deployment.id).circuit === 'open';
    const remainingMs = deadline.signal.aborted ? 0 : deadline.remainingMs;
    const { routing } = this.catalogue;
    const limits = isLeftAlone ? { ...routing, max_retries: 0, retries_by_reason: {} } : { ...routing, max_retries };
    return nextStep(failure, { retried, remainingMs, isLast }, limits, this.random);
  }
}
