import type { EventSourceMessage } from 'eventsource-parser';
import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionEvent } from '../../domain/transcription.js';
import { parseJson, property } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { readMessages } from '../server-sent-events.js';
import { mistralRequestId, mistralStreamError } from './mistral-errors.js';
import { usageOf } from './mistral-answer.js';
import { mistralEventSchema } from './mistral.schema.js';

/**
 * OpenAI's events for Mistral's: deltas as they come, and `transcript.text.done` for `transcription.done`, which completes
 * the stream. Text that no delta brought comes as one more delta before it. Stopping early closes the connection.
 * @throws ProviderError when the provider reports an error, the connection breaks, or (`bad_response`) the stream ends
 *   before it is complete or contains what is not JSON
 */
export async function* translateEvents(
  response: ProviderResponse<ResponseBody>,
  apiKey?: string,
): AsyncGenerator<TranscriptionEvent> {
  const translator = new Translator(apiKey, mistralRequestId(response));
  let complete = false;
  try {
    for await (const message of readMessages(response.body)) {
      for (const event of translator.translate(message)) {
        // Before the yield: a consumer may stop at the last event.
        complete = event.type === 'done';
        yield event;
        if (complete) return;
      }
    }
    throw translator.bad('the stream ended before the transcript was complete');
  } finally {
    if (complete) response.body.release();
    else response.body.destroy();
  }
}

/** Understands the events of one stream and remembers what was said so far. */
class Translator {
  private said = '';
  private language: string | undefined;

  constructor(
    private readonly apiKey: string | undefined,
    private readonly upstreamRequestId: string | undefined,
  ) {}

  *translate({ event: name, data }: EventSourceMessage): Generator<TranscriptionEvent> {
    const json = parseJson(data);
    const event = mistralEventSchema.safeParse(json).data;
    const type = event?.type ?? name;
    if (type === 'error' || property(json, 'object') === 'error' || property(json, 'error')) {
      throw mistralStreamError(json, this.apiKey, this.upstreamRequestId);
    }
    if (data.trim() === '[DONE]') return;
    if (!event) throw this.bad('the stream contains an event that is no JSON object');
    switch (type) {
      case 'transcription.language':
        this.language = event.audio_language;
        return;
      case 'transcription.text.delta':
        yield* this.say(event.text ?? '');
        return;
      case 'transcription.done': {
        const text = event.text ?? this.said;
        yield* this.say(this.missingFrom(text));
        const usage = usageOf(event);
        const done = { type: 'transcript.text.done', text, usage };
        const language = event.language ?? this.language;
        yield { type: 'done', data: JSON.stringify(done), text, language, usage };
      }
    }
  }

  bad(message: string): ProviderError {
    return new ProviderError('bad_response', message, { upstreamRequestId: this.upstreamRequestId });
  }

  /** What the whole text has after what was said; Mistral trims the whole, not the deltas. */
  private missingFrom(text: string): string {
    const [whole, said] = [text.trimStart(), this.said.trimStart()];
    return whole.startsWith(said) ? whole.slice(said.length) : '';
  }

  private *say(delta: string): Generator<TranscriptionEvent> {
    if (delta === '') return;
    this.said += delta;
    yield { type: 'relay', data: JSON.stringify({ type: 'transcript.text.delta', delta }) };
  }
}
