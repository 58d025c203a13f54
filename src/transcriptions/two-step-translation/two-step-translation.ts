import { Injectable } from '@nestjs/common';
import { ProviderError } from '../../domain/errors.js';
import { Executor } from '../../routing/executor.js';
import { answerFailure } from '../../routing/failure-answer.js';
import type { Plan } from '../../routing/router.js';
import { callForTranscription, type ExecutedTranscription } from '../candidates/transcription-call.js';
import type { TranscriptionCandidate } from '../candidates/transcription-candidate.js';
import { TranscriptionCosts } from '../candidates/transcription-costs.js';
import { prepareAnswer, prepareResult, prepareTranscript } from '../prepare-answer.js';
import type { Run } from '../run.js';
import { TranslationStep } from './translation-step.js';

/**
 * Adds to an execution the translation of what was only transcribed. Where the candidate that answers translates itself,
 * or nobody asked for a translation, it adds nothing.
 */
@Injectable()
export class TwoStepTranslation {
  constructor(
    private readonly executor: Executor,
    private readonly costs: TranscriptionCosts,
    private readonly translation: TranslationStep,
  ) {}

  /**
   * The answer of the first candidate that gives one, translated where it only transcribes.
   * @throws GatewayError what the client is told
   */
  async answer(
    { candidates }: Pick<Plan<TranscriptionCandidate>, 'candidates'>,
    run: Run,
  ): Promise<ExecutedTranscription> {
    const { log, durationSeconds, deadline, failModel, redactor } = run;
    let left = candidates;
    for (;;) {
      const executed = await this.executor.execute(left, {
        durationSeconds,
        deadline,
        failModel,
        call: (candidate, signal) =>
          callForTranscription(
            candidate,
            signal,
            (asked, reported) => {
              const facts = { request: asked.wanted, durationSeconds, redactor };
              return asked.chained ? prepareTranscript(reported, facts) : prepareAnswer(asked, reported, facts);
            },
            run.showsExchange,
          ),
        costOf: (candidate, told) => this.costs.costOf(candidate, told, durationSeconds),
        onBegin: (first) => log.begin(first),
        onStart: (deployment, target) => log.sentTo(deployment, target),
        onAttempt: (ended) => log.attempted(ended),
      });
      const { candidate } = executed;
      const { wanted: request } = candidate;
      if (!candidate.chained || 'events' in executed) return executed;
      try {
        const translated = await this.translation.translate(executed.result, request, { deadline, log });
        return { candidate, ...prepareResult(candidate, translated, { request, redactor }) };
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
