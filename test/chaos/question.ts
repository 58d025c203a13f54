import { z } from 'zod';

/** What is asked, and how a whole answer ends. */
export interface Question {
  /** Below `/v1/audio/`. */
  readonly route: 'transcriptions' | 'translations' | 'speech';
  readonly model: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Nothing where the end of the connection tells it. */
  readonly end: string;
}

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly id: string;
  /** The code of an error. */
  readonly code: string | undefined;
  /** What the gateway says of asking again. */
  readonly retryAfterMs: number | undefined;
  readonly shouldRetry: boolean | undefined;
}

const errorSchema = z.object({ error: z.object({ code: z.string().nullish() }) });

/** Asks once. @param headers beside the key @throws when there is no answer, or half of one */
export async function ask(
  url: string,
  key: string,
  { route, model, fields, end }: Question,
  wav: Blob,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/v1/audio/${route}`, {
    method: 'POST',
    headers: {
      ...headers,
      authorization: `Bearer ${key}`,
      ...(route === 'speech' && { 'content-type': 'application/json' }),
    },
    body: route === 'speech' ? JSON.stringify({ model, ...fields }) : formOf(model, fields, wav),
    // A gateway that is stopped answers nothing; the next request would wait behind it.
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const { status } = response;
  if (status === 200 && !text.endsWith(end)) throw new Error('half an answer');
  const seconds = response.headers.get('retry-after');
  const shouldRetry = response.headers.get('x-should-retry');
  return {
    status,
    id: response.headers.get('x-request-id') ?? '',
    code: status === 200 ? undefined : codeOf(text),
    retryAfterMs: seconds === null ? undefined : 1000 * Number(seconds),
    shouldRetry: shouldRetry === null ? undefined : shouldRetry === 'true',
  };
}

function formOf(model: string, fields: Readonly<Record<string, string>>, wav: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model, ...fields })) form.append(name, value);
  form.append('file', wav, 'speech.wav');
  return form;
}

function codeOf(text: string): string | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(text)).data?.error.code ?? undefined;
  } catch {
    return undefined;
  }
}
