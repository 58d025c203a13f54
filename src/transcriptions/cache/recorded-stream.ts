import { z } from 'zod';
import type { Segment, TranscriptionEvent, TranscriptionResult } from '../../domain/transcription.js';

/** What of OpenAI's events is needed to make the answer again. */
const doneSchema = z.object({
  logprobs: z
    .array(
      z.object({ token: z.string().optional(), logprob: z.number().optional(), bytes: z.array(z.number()).optional() }),
    )
    .optional()
    .catch(undefined),
});
const segmentSchema = z.object({
  type: z.literal('transcript.text.segment'),
  text: z.string(),
  start: z.number(),
  end: z.number(),
  speaker: z.string().optional(),
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
  const segments: Segment[] = [];
  for await (const event of events) {
    if (event.type === 'relay' && isDiarized) {
      const segment = segmentSchema.safeParse(parse(event.data)).data;
      if (segment) {
        const { text, start: startSeconds, end: endSeconds, speaker } = segment;
        segments.push({ text, startSeconds, endSeconds, speaker });
      }
    }
    if (event.type === 'done') {
      const { text, language, usage, data } = event;
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
