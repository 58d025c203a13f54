import { Injectable } from '@nestjs/common';
import { GatewayError, ProviderError } from '../../domain/errors.js';
import { mapTargets } from '../../domain/target-tree.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import { failureRules } from '../../routing/failure-rules.js';
import type { Plan } from '../../routing/router.js';
import type { ExecutedTranscription } from '../candidates/transcription-call.js';
import type { TranscriptionCandidate } from '../candidates/transcription-candidate.js';
import { TranscriptionPlanner } from '../candidates/transcription-planner.js';
import type { Run } from '../run.js';
import { Transcoding } from '../transcoding/transcoding.js';

/** Serves a recording of which only the address was sent: it is fetched for deployments that take no addresses. */
@Injectable()
export class RecordingByAddress {
  constructor(
    private readonly planner: TranscriptionPlanner,
    private readonly execution: Transcoding,
  ) {}

  /**
   * Passes the address on as long as the candidates take it; from the first that does not, all get the file.
   * @throws GatewayError what the client is told
   */
  async answer(plan: Plan<TranscriptionCandidate>, run: Run): Promise<ExecutedTranscription> {
    const { candidates: all } = plan;
    const isTaker = ({ capabilities }: TranscriptionCandidate) => capabilities.accepts_url === true;
    // Who is asked after whom is the client's plan, which is not to be taken up in its middle.
    const takers = run.targets ? all.filter(() => all.every(isTaker)) : leading(all, isTaker);
    let failure: unknown;
    if (takers.length > 0) {
      try {
        return await this.execution.answer({ candidates: takers }, run);
      } catch (error) {
        if (takers.length === all.length || !mayGoOn(error)) throw error;
        failure = error;
      }
    }
    const { signal } = run.deadline;
    const audio = await run.recording.fetch(run.request, { signal, onReceived: () => run.log.measuring() });
    const facts = await audio.probe();
    const { durationSeconds } = facts;
    run.log.fetched(audio, facts);
    // While it was unknown, next to nothing of it was counted.
    await run.limited.takeAudio({ audioSeconds: durationSeconds ?? 0, field: 'url' }, () => run.log.mayBeBilled);
    const withAudio = (request: TranscriptionRequest) => ({ ...request, url: undefined, audio });
    const targets = run.targets && mapTargets(run.targets, (it) => ({ ...it, request: withAudio(it.request) }));
    const fetched = { ...run, request: withAudio(run.request), targets, durationSeconds };
    // Now that its size is known, some may not be able to take it.
    const { candidates, leftOut } = this.planner.plan(fetched);
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
  const failure = error instanceof GatewayError ? error.cause : undefined;
  return failure instanceof ProviderError && failureRules[failure.reason].tryNext !== 'none';
}
