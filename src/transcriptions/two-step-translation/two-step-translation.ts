import { Injectable } from '@nestjs/common';
import { ProviderError } from '../../domain/errors.js';
import { DeploymentCosts } from '../../routing/deployment-costs.js';
import type { Execution, Executed } from '../../routing/execution.js';
import { Executor } from '../../routing/executor.js';
import { answerFailure } from '../../routing/failure-answer.js';
import type { Plan } from '../../routing/router.js';
import type { Run } from '../run.js';
import { TranslationStep } from './translation-step.js';

/** Who answered, what, and the length of the audio as far as it is known by then. */
export type Answered = Executed & Pick<Execution, 'durationSeconds'>;

/**
 * Adds to an execution the translation of what was only transcribed. Where the candidate that answers translates itself,
 * or nobody asked for a translation, it adds nothing.
 */
@Injectable()
export class TwoStepTranslation {
  constructor(
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
}
