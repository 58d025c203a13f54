import { ProviderError } from '../../domain/errors.js';
import type { ToldUsage } from '../../domain/bill.js';
import type { TranscriptionEvent } from '../../domain/transcription.js';
import { parseJson } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { readMessages } from '../server-sent-events.js';
import { assertAnswered, assertFinished, textOf } from './gemini-content.js';
import { errorFromPayload, errorIn, type GeminiOrigin } from './gemini-errors.js';
import { usageOfContent } from './gemini-usage.js';
import { type Content, contentSchema } from './gemini.schema.js';

/**
 * OpenAI's events for the chunks of `:streamGenerateContent?alt=sse`. A chunk has the text since the one before; the
 * last one has a finish reason and the usage. Stopping early closes the connection.
 * @throws ProviderError when the provider reports an error or withholds its answer, the connection breaks, or
 *   (`bad_response`) the stream ends before it is complete or contains what is no chunk
 */
export async function* translateChunks(
  response: ProviderResponse<ResponseBody>,
  apiKey: string | undefined,
): AsyncGenerator<TranscriptionEvent> {
  const speech = new Speech();
  let complete = false;
  try {
    for await (const { data } of readMessages(response.body)) {
      const chunk = readChunk(data, apiKey, speech.origin());
      const delta = speech.add(chunk);
      if (delta !== '')
        yield { type: 'relay', data: JSON.stringify({ type: 'transcript.text.delta', delta }), ...speech.bill };
      if (speech.finishReason === undefined) continue;
      assertFinished(speech.finishReason, speech.origin());
      // Before the yield: a consumer may stop at the last event.
      complete = true;
      yield speech.done();
      return;
    }
    assertFinished(undefined, speech.origin());
  } finally {
    if (complete) response.body.release();
    else response.body.destroy();
  }
}

function readChunk(data: string, apiKey: string | undefined, origin: GeminiOrigin): Content {
  const json = parseJson(data);
  const error = errorIn(json);
  if (error !== undefined) throw errorFromPayload(error, apiKey, origin);
  const { data: chunk } = contentSchema.safeParse(json);
  if (chunk) return chunk;
  throw new ProviderError('bad_response', 'the stream contains an event that is no JSON object', origin);
}

/** What one stream has said so far. */
class Speech {
  id: string | undefined;
  finishReason: string | undefined;
  private text = '';
  /** White space that is part of the transcript only if something follows. */
  private trailing = '';
  bill: ToldUsage = {};

  /** The text that the chunk adds. */
  add(chunk: Content): string {
    this.id ??= chunk.responseId;
    const bill = usageOfContent(chunk);
    if (bill.usage) this.bill = bill;
    // The usage may come by itself, but a refusal has no candidate either.
    if (chunk.promptFeedback || !chunk.usageMetadata) assertAnswered(chunk);
    this.finishReason = chunk.candidates?.[0]?.finishReason;
    const said = this.trailing + textOf(chunk);
    const delta = (this.text === '' ? said.trimStart() : said).trimEnd();
    if (delta === '') {
      this.trailing = this.text === '' ? '' : said;
      return '';
    }
    this.trailing = said.slice(said.trimEnd().length);
    this.text += delta;
    return delta;
  }

  origin(): GeminiOrigin {
    return { upstreamRequestId: this.id, bill: this.bill };
  }

  done(): TranscriptionEvent {
    const { text, bill } = this;
    return {
      type: 'done',
      data: JSON.stringify({ type: 'transcript.text.done', text, usage: bill.usage }),
      text,
      ...bill,
    };
  }
}
