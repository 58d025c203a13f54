import type { ErrorEnvelope } from '../domain/errors.js';

/** One frame of the event stream. OpenAI's frames have no `event:` line. */
export function encodeEvent(data: string): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${lines.join('')}\n`;
}

/** A comment, which every reader of server-sent events passes over. */
export const SIGN_OF_LIFE = ': waiting\n\n';

/** Ends a complete stream, after `transcript.text.done`. */
export const DONE_EVENT = encodeEvent('[DONE]');

/** An error after the stream has begun; OpenAI's SDKs raise it as an API error. */
export function encodeErrorEvent(envelope: ErrorEnvelope): string {
  return encodeEvent(JSON.stringify(envelope));
}
