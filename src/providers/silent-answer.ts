import { ProviderError } from '../domain/errors.js';
import type { ReportedResult, TranscriptionEvent } from '../domain/transcription.js';
import { eventsOf } from './openai-compatible/openai-stream.js';

/**
 * What an adapter answers: a silent transcript where it fails because nobody speaks, for which nobody charges who does not say so.
 * @throws ProviderError any other failure
 */
export async function orSilence(answer: Promise<ReportedResult>): Promise<ReportedResult> {
  try {
    return await answer;
  } catch (error) {
    return silenceOf(error);
  }
}

/**
 * The events of an adapter, as {@link orSilence} has the answer. Where something was heard, a failure stays one.
 * @throws ProviderError any other failure
 */
export async function* orSilentEvents(events: AsyncIterable<TranscriptionEvent>): AsyncGenerator<TranscriptionEvent> {
  let hasBegun = false;
  try {
    for await (const event of events) {
      hasBegun = true;
      yield event;
    }
  } catch (error) {
    if (hasBegun) throw error;
    yield* eventsOf(silenceOf(error));
  }
}

function silenceOf(error: unknown): ReportedResult {
  if (!(error instanceof ProviderError && error.heardNothing)) throw error;
  return { text: '', words: [], segments: [], costUsd: 0, ...error.bill, upstreamRequestId: error.upstreamRequestId };
}
