import { z } from 'zod';
import type { Redactor } from '../../domain/redaction/redactor.js';
import type { TranscriptionEvent } from '../../domain/transcription.js';
import { synthesiseEvents } from '../formats/event-stream.js';
import { redactTranscript } from './redact-transcript.js';

const deltaSchema = z.object({ type: z.literal('transcript.text.delta'), delta: z.string() });
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
  for await (const event of events) {
    if (event.type !== 'done') continue;
    const { text, language, usage, segments = [] } = event;
    const masked = redactTranscript({ text, segments, language, usage }, redactor);
    // Who spoke may be unknown where nobody has said so; what was said is known.
    const responseFormat = segments.length > 0 ? 'diarized_json' : 'json';
    yield* synthesiseEvents(masked, { task: 'transcribe', responseFormat, include: [] });
  }
}

function* deltaOf(delta: string): Generator<TranscriptionEvent> {
  if (delta !== '') yield { type: 'relay', data: JSON.stringify({ type: 'transcript.text.delta', delta }) };
}

function doneOf(event: Done, text: string): Done {
  const { usage, segments: _, ...rest } = event;
  return { ...rest, usage, text, data: JSON.stringify({ type: 'transcript.text.done', text, usage }) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
