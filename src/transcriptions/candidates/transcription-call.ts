import type { PreparedAnswer } from '../../domain/prepared-answer.js';
import type { ReportedResult, TranscriptionEvent, TranscriptionResult } from '../../domain/transcription.js';
import { recordExchange } from '../../providers/raw-exchange.js';
import { orSilence, orSilentEvents } from '../../providers/silent-answer.js';
import type { Answered, Call, Executed, Usable } from '../../routing/execution.js';
import type { TranscriptionCandidate } from './transcription-candidate.js';

/** A whole answer that can be used. */
export interface Prepared extends Usable {
  readonly result: TranscriptionResult;
  /** What is sent; absent while the transcript is yet to be translated. */
  readonly answer?: PreparedAnswer;
  /** What was left out because it cannot be masked, by the names that clients know. */
  readonly omitted?: readonly string[];
}

/** Who answered, and the answer: whole, or event by event from the first one on. */
export type ExecutedTranscription = Executed<TranscriptionCandidate, Prepared, TranscriptionEvent>;

/**
 * Makes of a provider's whole answer what the client gets.
 * @throws ProviderError `bad_response` when the format cannot be made of it
 */
export type Prepare = (candidate: TranscriptionCandidate, reported: ReportedResult) => Prepared;

/**
 * Calls the candidate's provider, once. Where nobody speaks, the answer is an empty transcript.
 * @param showsExchange whether a whole answer is to have what went over the wire
 */
export function callForTranscription(
  candidate: TranscriptionCandidate,
  signal: AbortSignal,
  prepare: Prepare,
  showsExchange = false,
): Call<Prepared, TranscriptionEvent> {
  const { adapter, deployment, request, format } = candidate;
  const call = {
    request,
    upstreamModel: deployment.upstreamModel,
    upstreamFormat: format.upstreamFormat,
    apiBase: deployment.apiBase,
    apiKey: deployment.apiKey,
    settings: deployment.settings,
    signal,
  };
  if (candidate.delivery === 'relayed' && adapter.stream) return { events: orSilentEvents(adapter.stream(call)) };
  const answer = showsExchange ? recordExchange(() => adapter.transcribe(call)) : adapter.transcribe(call);
  return { whole: answered(answer, (reported) => prepare(candidate, reported)) };
}

async function answered(
  answer: Promise<ReportedResult>,
  prepare: (reported: ReportedResult) => Prepared,
): Promise<Answered<Prepared>> {
  const told = await orSilence(answer);
  return { told, upstreamRequestId: told.upstreamRequestId, use: () => prepare(told) };
}
