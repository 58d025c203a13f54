import type { EventSourceMessage } from 'eventsource-parser';
import type { z } from 'zod';
import { ProviderError } from '../../domain/errors.js';
import { mendTimes } from '../../domain/mend-times.js';
import type { TranscriptionEvent, ReportedResult, SpokenSegment } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';
import type { ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { readMessages } from '../server-sent-events.js';
import { openAiEventSchema } from './openai-answer.schema.js';
import { errorFromEvent } from './openai-errors.js';
import { parseJson } from '../answer-body.js';
import { billOf } from './openai-bill.js';
import { requestIdOf } from './openai-response.js';

/**
 * Relays an event stream, the data of each event as the provider wrote it, known type or not. The stream is complete
 * with `transcript.text.done`, or with `[DONE]` after some text for servers that never send the former; whatever follows
 * is ignored. Stopping early closes the connection.
 * @throws ProviderError when the provider reports an error, the connection breaks, or (`bad_response`) the stream ends
 *   before it is complete or contains what is not JSON
 */
export async function* relayEvents(
  response: ProviderResponse<ResponseBody>,
  apiKey?: string,
): AsyncGenerator<TranscriptionEvent> {
  const reader = new EventReader(apiKey, requestIdOf(response));
  let complete = false;
  try {
    for await (const message of readMessages(response.body)) {
      const event = reader.read(message);
      // Before the yield: a consumer may stop at the last event.
      complete = event?.type === 'done';
      if (event) yield event;
      if (complete) return;
    }
    throw reader.cut();
  } finally {
    if (complete) response.body.release();
    else response.body.destroy();
  }
}

/** Understands the events of one stream and remembers what was said so far. */
class EventReader {
  private text = '';
  private readonly segments: SpokenSegment[] = [];

  constructor(
    private readonly apiKey: string | undefined,
    private readonly upstreamRequestId: string | undefined,
  ) {}

  /** Our event for the provider's; nothing for a terminator that says nothing new. */
  read({ event, data }: EventSourceMessage): TranscriptionEvent | undefined {
    if (data.trim() === '[DONE]') {
      return this.text === '' ? undefined : { ...doneEvent(this.text), ...this.told };
    }
    const json = parseJson(data);
    const parsed = openAiEventSchema.safeParse(json).data;
    if (event === 'error' || parsed?.type === 'error' || parsed?.error) {
      throw errorFromEvent(json, this.apiKey, this.upstreamRequestId);
    }
    if (json === undefined) throw this.bad('the stream contains an event that is no JSON');
    // Our own stream writes an event as one line of data.
    const line = data.includes('\n') ? JSON.stringify(json) : data;
    this.text += parsed?.delta ?? '';
    this.note(parsed);
    const bill = billOf(json);
    if (parsed?.type !== 'transcript.text.done') return { type: 'relay', data: line, ...bill };
    const text = parsed.text ?? this.text;
    return { type: 'done', data: line, text, ...this.told, ...bill };
  }

  private note(event: z.output<typeof openAiEventSchema> | undefined): void {
    if (event?.type !== 'transcript.text.segment') return;
    const { text, start: startSeconds, end: endSeconds, speaker } = event;
    if (text === undefined || startSeconds === undefined || endSeconds === undefined) return;
    this.segments.push({ text, startSeconds, endSeconds, speaker });
  }

  private get told(): { readonly segments?: readonly SpokenSegment[] } {
    return this.segments.length > 0 ? { segments: this.segments } : {};
  }

  cut(): ProviderError {
    return this.bad('the stream ended before the transcript was complete');
  }

  private bad(message: string): ProviderError {
    return new ProviderError('bad_response', message, { upstreamRequestId: this.upstreamRequestId });
  }
}

/** The stream of a provider that was asked for one and gave the whole answer at once. */
export function* eventsOf(result: ReportedResult): Generator<TranscriptionEvent> {
  const { segments = [] } = mendTimes(result, result.durationSeconds);
  const told = segments.filter(({ speaker }) => speaker !== undefined);
  for (const [index, segment] of told.entries()) {
    yield relay({
      type: 'transcript.text.segment',
      id: `seg_${index}`,
      start: segment.startSeconds,
      end: segment.endSeconds,
      text: segment.text,
      speaker: segment.speaker,
    });
  }
  const { text, logprobs, usage, usageDoubt, costUsd } = result;
  if (text !== '') yield relay({ type: 'transcript.text.delta', delta: text, logprobs });
  yield { ...doneEvent(text, usage, logprobs), ...(told.length > 0 && { segments: told }), usageDoubt, costUsd };
}

function relay(event: object): TranscriptionEvent {
  return { type: 'relay', data: JSON.stringify(event) };
}

function doneEvent(
  text: string,
  usage?: Usage,
  logprobs?: ReportedResult['logprobs'],
): Extract<TranscriptionEvent, { type: 'done' }> {
  const data = JSON.stringify({ type: 'transcript.text.done', text, logprobs, usage });
  return { type: 'done', data, text, usage };
}
