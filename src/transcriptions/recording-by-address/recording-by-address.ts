import { Injectable } from '@nestjs/common';
import { GatewayError, ProviderError } from '../../domain/errors.js';
import { failureRules } from '../../routing/failure-rules.js';
import { Router, type Plan } from '../../routing/router.js';
import type { Run } from '../run.js';
import { TwoStepTranslation, type Answered } from '../two-step-translation/two-step-translation.js';

/** Serves a recording of which only the address was sent: it is fetched for deployments that take no addresses. */
@Injectable()
export class RecordingByAddress {
  constructor(
    private readonly router: Router,
    private readonly execution: TwoStepTranslation,
  ) {}

  /**
   * Passes the address on as long as the candidates take it; from the first that does not, all get the file.
   * @throws GatewayError what the client is told
   */
  async answer(plan: Plan, run: Run): Promise<Answered> {
    const takers = leading(plan.candidates, ({ capabilities }) => capabilities.accepts_url === true);
    let failure: unknown;
    if (takers.length > 0) {
      try {
        return await this.execution.answer({ candidates: takers }, run);
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
    return await this.execution.answer({ candidates: left }, fetched);
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
