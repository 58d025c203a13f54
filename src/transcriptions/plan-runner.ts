import { Injectable } from '@nestjs/common';
import { GatewayError, ProviderError } from '../domain/errors.js';
import { Executor, type Execution } from '../routing/executor.js';
import { answerFailure } from '../routing/failure-answer.js';
import { failureRules } from '../routing/failures.js';
import type { Candidate } from '../routing/candidate.js';
import { costOf } from '../routing/deployment-cost.js';
import type { RoutedRequest } from '../routing/routed-request.js';
import { Router, type Plan } from '../routing/router.js';
import type { Executed } from '../routing/running-attempt.js';
import { RecordingSource } from './recording-source.js';
import type { RequestRecord } from './request-record.js';
import { TranslationStep } from './translation-step.js';

/** One request on its way. */
export interface Run extends RoutedRequest {
  readonly deadline: Execution['deadline'];
  readonly failModel: string | undefined;
  readonly record: RequestRecord;
  /** Where the recording comes from when only its address was sent. */
  readonly recording: RecordingSource;
}

/** Who answered, what, and the length of the audio as far as it is known by then. */
export type Answered = Executed & { readonly durationSeconds: number | undefined };

/**
 * Carries a plan out, with the two things that the gateway adds to what deployments can do: it fetches a recording for
 * those that take no addresses, and translates what was only transcribed.
 */
@Injectable()
export class PlanRunner {
  constructor(
    private readonly router: Router,
    private readonly executor: Executor,
    private readonly translation: TranslationStep,
  ) {}

  /** @throws GatewayError what the client is told */
  async run(plan: Plan, run: Run): Promise<Answered> {
    return run.request.url === undefined ? await this.answer(plan.candidates, run) : await this.runByUrl(plan, run);
  }

  /** Passes the address on as long as the candidates take it; from the first that does not, all get the file. */
  private async runByUrl(plan: Plan, run: Run): Promise<Answered> {
    const takers = leading(plan.candidates, ({ capabilities }) => capabilities.accepts_url === true);
    let failure: unknown;
    if (takers.length > 0) {
      try {
        return await this.answer(takers, run);
      } catch (error) {
        if (takers.length === plan.candidates.length || !mayGoOn(error)) throw error;
        failure = error;
      }
    }
    const audio = await run.recording.fetch(run.request, run.deadline.signal);
    const { durationSeconds } = await audio.probe();
    run.record.fetched(audio, durationSeconds);
    const request = { ...run.request, url: undefined, audio };
    // Now that its size is known, some may not be able to take it.
    const { candidates, leftOut } = this.router.plan({ ...run, request, durationSeconds });
    const tried = new Set(takers.map(({ deployment }) => deployment.id));
    const left = candidates.filter(({ deployment }) => !tried.has(deployment.id));
    run.record.planned({ candidates: [...takers, ...left], leftOut });
    if (left.length === 0) throw failure;
    return await this.answer(left, { ...run, request, durationSeconds });
  }

  private async answer(candidates: readonly Candidate[], run: Run): Promise<Answered> {
    const { request, record, durationSeconds, deadline, failModel } = run;
    let left = candidates;
    for (;;) {
      const executed = await this.executor.execute(left, {
        durationSeconds,
        deadline,
        failModel,
        onStart: (deployment) => record.sentTo(deployment),
        onAttempt: (attempt) => record.attempted(attempt),
      });
      const { candidate } = executed;
      if (!candidate.chained || 'events' in executed) return { ...executed, durationSeconds };
      record.spent(candidate, costOf(candidate, executed.result, durationSeconds));
      try {
        const result = await this.translation.translate(executed.result, request, { deadline, record });
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
