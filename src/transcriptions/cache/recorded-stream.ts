import { z } from 'zod';
import type { TranscriptionEvent, TranscriptionResult } from '../../domain/transcription.js';

/** What of OpenAI's events is needed to make the answer again. */
const doneSchema = z.object({
  logprobs: z
    .array(
      z.object({ token: z.string().optional(), logprob: z.number().optional(), bytes: z.array(z.number()).optional() }),
    )
    .optional()
    .catch(undefined),
});
/**
 * Passes the events of a stream on, and tells what it has said as a whole before its last event goes out. One that does not
 * come to its end tells nothing.
 * @param isDiarized whether its segments are part of the answer
 */
export async function* recorded(
  events: AsyncIterable<TranscriptionEvent>,
  isDiarized: boolean,
  onEnd: (result: TranscriptionResult) => void,
): AsyncGenerator<TranscriptionEvent> {
  for await (const event of events) {
    if (event.type === 'done') {
      const { text, language, usage, data, segments = [] } = event;
      const { logprobs } = doneSchema.safeParse(parse(data)).data ?? {};
      onEnd({ text, language, usage, logprobs, ...(isDiarized && { segments }) });
    }
    yield event;
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
