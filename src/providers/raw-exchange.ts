import type { RawExchange } from '../domain/raw-exchange.js';
import { parseJson } from './answer-body.js';
import { recordings, type RecordedExchange } from './exchange-recording.js';

/** Makes a call, and notes beside its answer what was sent and received; of several exchanges the last. */
export async function recordExchange<Answer extends object>(
  call: () => Promise<Answer>,
): Promise<Answer & { readonly exchange?: RawExchange }> {
  const recording: RecordedExchange = {};
  const answer = await recordings.run(recording, call);
  const { request, response } = recording;
  if (!response) return answer;
  return {
    ...answer,
    exchange: { request: request?.fields?.() ?? {}, response: parseJson(response) ?? response.toString() },
  };
}
