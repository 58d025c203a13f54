/** What the events of a stream have told so far. */
export interface StreamedText {
  readonly text: string;
  /** Segments with speakers, where the stream is of those. */
  readonly segments: readonly unknown[];
  /** The last event, once it is there. */
  readonly done?: Readonly<Record<string, unknown>>;
  /** The error that ended it. */
  readonly error?: { readonly message: string; readonly code?: string };
}

/** Reads the events of OpenAI's streams of transcripts, as far as they have come. What is not whole yet counts next time. */
export function readEvents(body: string): StreamedText {
  let text = '';
  const segments: unknown[] = [];
  for (const block of body.split('\n\n').slice(0, -1)) {
    const event = eventOf(block);
    if (!event) continue;
    if (event.type === 'transcript.text.delta' && typeof event.delta === 'string') text += event.delta;
    if (event.type === 'transcript.text.segment') segments.push(event);
    if (event.type === 'transcript.text.done') {
      return { text: typeof event.text === 'string' ? event.text : text, segments, done: event };
    }
    if (isRecord(event.error)) {
      const { message, code } = event.error;
      const told = typeof message === 'string' ? message : 'The stream broke off.';
      return { text, segments, error: { message: told, ...(typeof code === 'string' && { code }) } };
    }
  }
  return { text, segments };
}

function eventOf(block: string): Readonly<Record<string, unknown>> | undefined {
  const data = block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trim())
    .join('\n');
  try {
    const value: unknown = JSON.parse(data);
    return isRecord(value) ? value : undefined;
  } catch {
    // A comment that keeps the connection open, or the mark of the end.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
