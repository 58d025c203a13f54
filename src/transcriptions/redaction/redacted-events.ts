import { z } from 'zod';
import type { Redactor } from '../../domain/redaction/redactor.js';
import type { Segment, TranscriptionEvent } from '../../domain/transcription.js';
import { synthesiseEvents } from '../formats/event-stream.js';
import { redactTranscript } from './redact-transcript.js';

const deltaSchema = z.object({ type: z.literal('transcript.text.delta'), delta: z.string() });
const segmentSchema = z.object({
  type: z.literal('transcript.text.segment'),
  text: z.string(),
  start: z.number(),
  end: z.number(),
  speaker: z.string().optional(),
});

type Done = Extract<TranscriptionEvent, { readonly type: 'done' }>;

/**
 * The events of a stream with masks in their text, which comes as late as something may still become what is masked. Made
 * anew, so that nothing else that a provider says in them gets through.
 */
export async function* redactedEvents(
  events: AsyncIterable<TranscriptionEvent>,
  redactor: Redactor,
): AsyncGenerator<TranscriptionEvent> {
  const text = redactor.stream();
  for await (const event of events) {
    if (event.type === 'done') {
      yield* deltaOf(text.end());
      yield doneOf(event, redactor.redact(event.text));
    } else {
      const said = deltaSchema.safeParse(parse(event.data)).data;
      if (said) yield* deltaOf(text.push(said.delta));
    }
  }
}

/** The same where segments say who speaks: they tell when all is said, because a mask may go over several of them. */
export async function* redactedSpeakerEvents(
  events: AsyncIterable<TranscriptionEvent>,
  redactor: Redactor,
): AsyncGenerator<TranscriptionEvent> {
  const segments: Segment[] = [];
  for await (const event of events) {
    if (event.type === 'done') {
      const { text, language, usage } = event;
      const masked = redactTranscript({ text, segments, language, usage }, redactor);
      // Who spoke may be unknown where nobody has said so; what was said is known.
      const responseFormat = segments.length > 0 ? 'diarized_json' : 'json';
      yield* synthesiseEvents(masked, { task: 'transcribe', responseFormat, include: [] });
      continue;
    }
    const segment = segmentSchema.safeParse(parse(event.data)).data;
    if (!segment) continue;
    const { text, start: startSeconds, end: endSeconds, speaker } = segment;
    segments.push({ text, startSeconds, endSeconds, speaker });
  }
}

function* deltaOf(delta: string): Generator<TranscriptionEvent> {
  if (delta !== '') yield { type: 'relay', data: JSON.stringify({ type: 'transcript.text.delta', delta }) };
}

function doneOf(event: Done, text: string): Done {
  const { usage } = event;
  return { ...event, text, data: JSON.stringify({ type: 'transcript.text.done', text, usage }) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
