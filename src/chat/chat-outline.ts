import { setImmediate as nextTurn } from 'node:timers/promises';
import { badRequest } from '../domain/errors.js';
import { type JsonInterest, JsonOutlineError, type JsonValue, readOutline } from '../domain/json/json-outline.js';

const members = (names: Readonly<Record<string, JsonInterest>> = {}): JsonInterest => ({ members: names });
const items = (interest: JsonInterest = {}): JsonInterest => ({ items: interest });

/** What is looked into: everything down to the recordings. */
const interest = members({
  messages: items(members({ content: items(members({ input_audio: members(), audio_url: members() })) })),
  stream_options: members(),
  modalities: items(),
});

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Finds what matters in the body of a chat, in turns with whatever else there is to do.
 * @throws GatewayError 400 when it is no JSON object
 * @throws the signal's reason
 */
export async function outlineChat(body: Buffer, signal: AbortSignal): Promise<{ bytes: Buffer; root: JsonValue }> {
  const isMarked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const bytes = isMarked ? body.subarray(BYTE_ORDER_MARK.length) : body;
  const root = await readInTurns(bytes, signal);
  if (root.kind !== 'object') throw badRequest('The body must be a JSON object', null, 'invalid_json');
  return { bytes, root };
}

async function readInTurns(bytes: Buffer, signal: AbortSignal): Promise<JsonValue> {
  const reading = readOutline(bytes, interest);
  try {
    for (;;) {
      const step = reading.next();
      if (step.done) return step.value;
      await nextTurn();
      signal.throwIfAborted();
    }
  } catch (error) {
    if (!(error instanceof JsonOutlineError)) throw error;
    throw badRequest(`The body cannot be read as JSON: ${error.message}`, null, 'invalid_json');
  }
}
