import { Inject, Injectable } from '@nestjs/common';
import { ProviderError } from '../domain/errors.js';
import type { Begun } from './attempts.js';
import type { Candidate } from './candidate.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import type { AnswerEvent, Executed, Execution, Usable } from './execution.js';
import type { Sleep } from '../domain/sleep.js';
import { SLEEP } from './sleep.js';
import { haveSameTarget } from './targets/target-rules.js';

/** What decides whether it is worth it. */
type Circumstances = Pick<Execution<Candidate, Usable, AnswerEvent>, 'durationSeconds' | 'deadline'>;

/** A second attempt beside one that takes longer than usual. */
@Injectable()
export class Hedging {
  constructor(
    private readonly load: DeploymentLoad,
    private readonly health: DeploymentHealth,
    @Inject(SLEEP) private readonly sleep: Sleep,
  ) {}

  /**
   * Where hedging is on, waits for the candidate's attempt for as long as 95 of 100 requests took.
   * @param ended settles with the attempt
   * @returns who is to be asked as well, taken out of `left`; undefined when nobody is
   */
  async backupFor<C extends Candidate>(
    candidate: C,
    ended: Promise<unknown>,
    left: C[],
    execution: Circumstances,
  ): Promise<C | undefined> {
    if (!candidate.hedging || left.length === 0) return undefined;
    return (await this.isSlow(candidate, ended, execution)) ? this.takeBackup(candidate, left, execution) : undefined;
  }

  private async isSlow(
    { deployment }: Candidate,
    ended: Promise<unknown>,
    { durationSeconds, deadline }: Circumstances,
  ): Promise<boolean> {
    const usualMs = this.load.p95Ms(deployment.id, durationSeconds);
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
  private takeBackup<C extends Candidate>(candidate: C, left: C[], { durationSeconds }: Circumstances): C | undefined {
    const index = left.findIndex(
      (next) =>
        next.deployment.model === candidate.deployment.model &&
        haveSameTarget(candidate, next) &&
        this.health.state(next.deployment.id).circuit === 'closed' &&
        !this.load.isFull(next.deployment, durationSeconds),
    );
    return index === -1 ? undefined : left.splice(index, 1)[0];
  }
}

/** An attempt under way. */
export interface Racer<C extends Candidate, Answer extends Usable, Event extends AnswerEvent> {
  readonly attempt: Pick<Begun<C, Answer, Event>, 'abandon'>;
  readonly ended: Promise<Executed<C, Answer, Event> | ProviderError>;
}

/** The first of two attempts that answers, the other being ended; both failures, the first one's first, when neither does. */
export async function firstAnswer<C extends Candidate, Answer extends Usable, Event extends AnswerEvent>(
  first: Racer<C, Answer, Event>,
  second: Racer<C, Answer, Event>,
): Promise<Executed<C, Answer, Event> | readonly ProviderError[]> {
  const answerOf = async ({ ended }: Racer<C, Answer, Event>, other: Racer<C, Answer, Event>) => {
    const end = await ended;
    if (end instanceof ProviderError) throw end;
    return { end, other };
  };
  try {
    const { end, other } = await Promise.any([answerOf(first, second), answerOf(second, first)]);
    other.attempt.abandon();
    return end;
  } catch {
    const ends = await Promise.all([first.ended, second.ended]);
    return ends.filter((end) => end instanceof ProviderError);
  }
}
