import { Inject, Injectable } from '@nestjs/common';
import { ProviderError } from '../domain/errors.js';
import type { Begun } from './attempts.js';
import type { Candidate } from './candidate.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import type { Executed, Execution } from './execution.js';
import type { Sleep } from '../domain/sleep.js';
import { SLEEP } from './sleep.js';

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
  async backupFor(
    candidate: Candidate,
    ended: Promise<unknown>,
    left: Candidate[],
    execution: Execution,
  ): Promise<Candidate | undefined> {
    if (!candidate.hedging || left.length === 0) return undefined;
    return (await this.isSlow(candidate, ended, execution)) ? this.takeBackup(candidate, left, execution) : undefined;
  }

  private async isSlow(
    { deployment }: Candidate,
    ended: Promise<unknown>,
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
  private takeBackup(
    { deployment }: Candidate,
    left: Candidate[],
    { durationSeconds }: Execution,
  ): Candidate | undefined {
    const index = left.findIndex(
      ({ deployment: other }) =>
        other.model === deployment.model &&
        this.health.state(other.id).circuit === 'closed' &&
        !this.load.isFull(other, durationSeconds),
    );
    return index === -1 ? undefined : left.splice(index, 1)[0];
  }
}

/** An attempt under way. */
export interface Racer {
  readonly attempt: Begun;
  readonly ended: Promise<Executed | ProviderError>;
}

/** The first of two attempts that answers, the other being ended; both failures, the first one's first, when neither does. */
export async function firstAnswer(first: Racer, second: Racer): Promise<Executed | readonly ProviderError[]> {
  const answerOf = async ({ ended }: Racer, other: Racer) => {
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
