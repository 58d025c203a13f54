import type { TranscriptionEvent, TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { alignText } from './align-text.js';
import { logprobsField } from './answer-facts.js';
import { toSpeakerSegmentBody } from './diarized-json.format.js';
import { speakerSegmentsOf, type SpeakerSegment } from './segments.js';
import { dictionaryWords, isUnspaced } from './typography.js';

type StreamRequest = Pick<TranscriptionRequest, 'task' | 'responseFormat' | 'include'>;

/**
 * OpenAI's events for an answer that came in one piece: a delta for every word, whose concatenation is the text, in
 * `diarized_json` a segment event after the deltas of every segment, and `transcript.text.done` at the end.
 * @throws ProviderError `bad_response` when speakers are asked for and nothing says when they spoke
 */
export function synthesiseEvents(result: TranscriptionResult, request: StreamRequest): Iterable<TranscriptionEvent> {
  // Judged now; the events are made one by one while the client reads them.
  const speakers = request.responseFormat === 'diarized_json' ? speakerSegmentsOf(result) : undefined;
  return eventsOf(result, request, speakers);
}

function* eventsOf(
  result: TranscriptionResult,
  request: StreamRequest,
  speakers: readonly SpeakerSegment[] | undefined,
): Iterable<TranscriptionEvent> {
  if (speakers) yield* speakerEvents(result, speakers);
  else yield* logprobEvents(result, request) ?? deltaEvents(result.text);
  const { text, language, usage } = result;
  const done = {
    type: 'transcript.text.done',
    text,
    ...logprobsField(result, request),
    // OpenAI's schema knows only tokens here, but applications that count what they use need it from every provider.
    ...(usage && { usage }),
  };
  yield { type: 'done', data: JSON.stringify(done), text, language, usage, ...(speakers && { segments: speakers }) };
}

function* speakerEvents(
  result: TranscriptionResult,
  speakers: readonly SpeakerSegment[],
): Iterable<TranscriptionEvent> {
  const segments = speakers.map(toSpeakerSegmentBody);
  const slices = alignText(
    result.text,
    segments.map(({ text }) => text),
  );
  // Segments that do not occur in the text cannot own its deltas, which must still add up to the text.
  if (!slices) yield* deltaEvents(result.text);
  for (const [index, segment] of segments.entries()) {
    if (slices) yield* deltaEvents(slices[index] ?? '', segment.id);
    yield relay(segment);
  }
}

function* deltaEvents(text: string, segmentId?: string): Iterable<TranscriptionEvent> {
  for (const delta of toDeltas(text)) yield relay({ type: 'transcript.text.delta', delta, segment_id: segmentId });
}

/** With log probabilities a delta is a token, as at OpenAI; undefined where the tokens are not the text. */
function logprobEvents(
  { text, logprobs = [] }: TranscriptionResult,
  { include }: StreamRequest,
): readonly TranscriptionEvent[] | undefined {
  if (!include.includes('logprobs') || logprobs.map(({ token }) => token ?? '').join('') !== text) return undefined;
  return logprobs.map((logprob) =>
    relay({ type: 'transcript.text.delta', delta: logprob.token ?? '', logprobs: [logprob] }),
  );
}

/** Words with the white space before them. */
function toDeltas(text: string): string[] {
  if (text === '') return [];
  return text.split(/(?<=\S)(?=\s)/u).flatMap((chunk) => (isUnspaced(chunk) ? dictionaryWords(chunk) : [chunk]));
}

function relay(body: object): TranscriptionEvent {
  return { type: 'relay', data: JSON.stringify(body) };
}
