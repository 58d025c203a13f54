import { Injectable } from '@nestjs/common';
import { GatewayError, ProviderError } from '../../domain/errors.js';
import { failureRules } from '../../routing/failure-rules.js';
import type { Plan } from '../../routing/router.js';
import type { ExecutedTranscription } from '../candidates/transcription-call.js';
import type { TranscriptionCandidate } from '../candidates/transcription-candidate.js';
import type { Run } from '../run.js';
import { TwoStepTranslation } from '../two-step-translation/two-step-translation.js';
import { Transcoder } from './transcoder.js';

/** Makes another file of a recording for the candidates of a plan that do not take it as it is. */
@Injectable()
export class Transcoding {
  constructor(
    private readonly transcoder: Transcoder,
    private readonly execution: TwoStepTranslation,
  ) {}

  /**
   * Asks the candidates in turn, those in a row together that get the same file.
   * @throws GatewayError what the client is told
   */
  async answer(
    { candidates }: Pick<Plan<TranscriptionCandidate>, 'candidates'>,
    run: Run,
  ): Promise<ExecutedTranscription> {
    let left = candidates;
    for (;;) {
      const alike = leadingAlike(left);
      left = left.slice(alike.length);
      try {
        return await this.execution.answer({ candidates: await this.prepared(alike, run) }, run);
      } catch (error) {
        if (left.length === 0 || run.deadline.signal.aborted || !mayGoOn(error)) throw error;
      }
    }
  }

  private async prepared(
    alike: readonly TranscriptionCandidate[],
    run: Run,
  ): Promise<readonly TranscriptionCandidate[]> {
    const [first] = alike;
    if (!first?.transcoding) return alike;
    const { transcoding, deployment, request } = first;
    const { container: from = 'what it is in' } = request.audio;
    const audio = run.recording.own(await this.transcoder.transcode(request.audio, transcoding, run.deadline.signal));
    const { provider, upstreamModel } = deployment;
    run.log.warnings.push(
      `the recording was converted from ${from} to ${transcoding.container}, because ${provider}/${upstreamModel} does not take it as it is`,
    );
    return alike.map((candidate) => ({ ...candidate, request: { ...candidate.request, audio } }));
  }
}

/** Those at the beginning that get the same file. */
function leadingAlike(candidates: readonly TranscriptionCandidate[]): readonly TranscriptionCandidate[] {
  const keyOf = ({ transcoding }: TranscriptionCandidate) => JSON.stringify(transcoding);
  const end = candidates.findIndex((it, _, [first = it]) => keyOf(it) !== keyOf(first));
  return end === -1 ? candidates : candidates.slice(0, end);
}

/** Whether what ended the attempts, or the conversion, leaves a chance to the next. */
function mayGoOn(error: unknown): boolean {
  const failure = error instanceof GatewayError ? error.cause : undefined;
  if (failure instanceof ProviderError) return failureRules[failure.reason].tryNext !== 'none';
  return error instanceof GatewayError;
}
