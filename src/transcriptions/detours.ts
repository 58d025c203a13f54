import { Injectable } from '@nestjs/common';
import { GatewayError, ProviderError } from '../domain/errors.js';
import { DeploymentCosts } from '../routing/deployment-costs.js';
import type { Executed } from '../routing/execution.js';
import { Executor } from '../routing/executor.js';
import { answerFailure } from '../routing/failure-answer.js';
import { failureRules } from '../routing/failures.js';
import { Router, type Plan } from '../routing/router.js';
import type { Run } from './run.js';
import { TranslationStep } from './two-step-translation/translation-step.js';

/** Who answered, what, and the length of the audio as far as it is known by then. */
export type Answered = Executed & { readonly durationSeconds: number | undefined };

/**
 * Adds to an execution what the gateway does for deployments that cannot do it themselves: it translates what was only
 * transcribed, and fetches a recording for those that take no addresses.
 */
@Injectable()
export class Detours {
  constructor(
    private readonly router: Router,
    private readonly executor: Executor,
    private readonly translation: TranslationStep,
    private readonly costs: DeploymentCosts,
  ) {}

  /**
   * The answer of the first candidate that gives one, translated where it only transcribes.
   * @throws GatewayError what the client is told
   */
  async answer({ candidates }: Pick<Plan, 'candidates'>, run: Run): Promise<Answered> {
    const { request, log, durationSeconds, deadline, failModel } = run;
    let left = candidates;
    for (;;) {
      const executed = await this.executor.execute(left, {
        durationSeconds,
        deadline,
        failModel,
        onStart: (deployment) => log.sentTo(deployment),
        onAttempt: (attempt) => log.attempted(attempt),
      });
      const { candidate } = executed;
      if (!candidate.chained || 'events' in executed) return { ...executed, durationSeconds };
      log.spent(candidate, this.costs.costOf(candidate.deployment, executed.result, durationSeconds));
      try {
        const result = await this.translation.translate(executed.result, request, { deadline, log });
        return { candidate, result, durationSeconds };
      } catch (error) {
        // Another transcription would meet the same translation model again.
        left = left.slice(left.indexOf(candidate) + 1).filter(({ chained }) => !chained);
        if (left.length === 0 || deadline.signal.aborted) {
          throw error instanceof ProviderError ? answerFailure(error) : error;
        }
      }
    }
  }

  /**
   * As {@link answer}, for a recording of which only the address was sent: passes it on as long as the candidates take it;
   * from the first that does not, all get the file.
   * @throws GatewayError what the client is told
   */
  async answerByAddress(plan: Plan, run: Run): Promise<Answered> {
    const takers = leading(plan.candidates, ({ capabilities }) => capabilities.accepts_url === true);
    let failure: unknown;
    if (takers.length > 0) {
      try {
        return await this.answer({ candidates: takers }, run);
      } catch (error) {
        if (takers.length === plan.candidates.length || !mayGoOn(error)) throw error;
        failure = error;
      }
    }
    const audio = await run.recording.fetch(run.request, run.deadline.signal);
    const { durationSeconds } = await audio.probe();
    run.log.fetched(audio, durationSeconds);
    const fetched = { ...run, request: { ...run.request, url: undefined, audio }, durationSeconds };
    // Now that its size is known, some may not be able to take it.
    const { candidates, leftOut } = this.router.plan(fetched);
    const tried = new Set(takers.map(({ deployment }) => deployment.id));
    const left = candidates.filter(({ deployment }) => !tried.has(deployment.id));
    run.log.planned({ candidates: [...takers, ...left], leftOut });
    if (left.length === 0) throw failure;
    return await this.answer({ candidates: left }, fetched);
  }
}

function leading<T>(items: readonly T[], fits: (item: T) => boolean): readonly T[] {
  const end = items.findIndex((item) => !fits(item));
  return end === -1 ? items : items.slice(0, end);
}

/** Whether what ended the attempts leaves a chance to deployments of another kind. */
function mayGoOn(error: unknown): boolean {
  return (
    error instanceof GatewayError && error.cause instanceof ProviderError && failureRules[error.cause.reason].tryNext
  );
}
