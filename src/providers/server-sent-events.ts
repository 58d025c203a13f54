import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ProviderError } from '../domain/errors.js';
import type { ResponseBody } from './response-body.js';

/** The last event of a long recording holds its whole text and, on demand, every token's logprob. */
const MAX_EVENT_CHARACTERS = 16 * 1024 * 1024;

/**
 * The messages of an event stream as they arrive: https://html.spec.whatwg.org/multipage/server-sent-events.html. Does
 * not finish with the body when the reader stops early.
 * @throws ProviderError as `ResponseBody.next`, and `bad_response` for an event that is too large
 */
export async function* readMessages(body: ResponseBody): AsyncGenerator<EventSourceMessage> {
  const messages: EventSourceMessage[] = [];
  let failure: ProviderError | undefined;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: (message) => messages.push(message),
    onError: (error) => {
      // Unknown fields are to be ignored.
      if (error.type === 'max-buffer-size-exceeded') {
        failure = new ProviderError(
          'bad_response',
          `an event of the stream exceeds ${MAX_EVENT_CHARACTERS} characters`,
        );
      }
    },
  });
  const decoder = new TextDecoder();
  let ended = false;
  while (!ended) {
    const chunk = await body.next();
    ended = chunk === undefined;
    // Some servers forget the empty line after their last event.
    parser.feed(chunk ? decoder.decode(chunk, { stream: true }) : `${decoder.decode()}\n\n`);
    yield* messages.splice(0);
    if (failure) throw failure;
  }
}
