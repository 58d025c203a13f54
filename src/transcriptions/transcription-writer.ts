import { Injectable } from '@nestjs/common';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { Executor } from '../routing/executor.js';
import { SpeechWriter, type SpeechToWrite, type WrittenSpeech } from '../serving/speech-writer.js';
import { callForTranscription } from './candidates/transcription-call.js';
import { TranscriptionCosts } from './candidates/transcription-costs.js';
import { TranscriptionPlanner } from './candidates/transcription-planner.js';
import { prepareAnswer } from './prepare-answer.js';

/** Writes down the recordings of other requests as a transcription would. */
@Injectable()
export class TranscriptionWriter extends SpeechWriter {
  constructor(
    private readonly planner: TranscriptionPlanner,
    private readonly executor: Executor,
    private readonly costs: TranscriptionCosts,
  ) {
    super();
  }

  async write({
    audio,
    model,
    caller,
    wishes,
    zeroRetention,
    durationSeconds,
    ...run
  }: SpeechToWrite): Promise<WrittenSpeech> {
    const { deadline, failModel, log } = run;
    const request: TranscriptionRequest = {
      task: 'transcribe',
      model,
      audio,
      responseFormat: 'json',
      granularities: [],
      stream: false,
      include: [],
      keywords: [],
      languages: [],
      providerOptions: new Map(),
    };
    const plan = this.planner.plan({ caller, request, durationSeconds, wishes, zeroRetention });
    const executed = await this.executor.execute(plan.candidates, {
      durationSeconds,
      deadline,
      failModel,
      call: (candidate, signal) =>
        callForTranscription(candidate, signal, (asked, reported) =>
          prepareAnswer(asked, reported, { request, durationSeconds }),
        ),
      costOf: (candidate, told) => this.costs.costOf(candidate, told, durationSeconds),
      onBegin: (first) => log.begin(first),
      onStart: (deployment) => log.sentTo(deployment),
      onAttempt: (ended) => log.attempted(ended),
    });
    if ('events' in executed) throw new Error('A transcription that was asked for whole came in events');
    return { text: executed.result.text, plan };
  }
}
