import { z } from 'zod';
import type { NativeAnswer, TranscriptionRequest } from '../../domain/transcription.js';

type Asked = Pick<TranscriptionRequest, 'responseFormat' | 'granularities'>;

const number = z.number();

/** OpenAI's `TranscriptionSegment`, whose fields are all required. */
const segment = z.object({
  id: number,
  seek: number,
  start: number,
  end: number,
  text: z.string(),
  tokens: z.array(number),
  temperature: number,
  avg_logprob: number,
  compression_ratio: number,
  no_speech_prob: number,
});
const word = z.object({ word: z.string(), start: number, end: number });
const speakerSegment = z.object({ id: z.string(), start: number, end: number, text: z.string(), speaker: z.string() });

const json = z.object({ text: z.string() });
/** Text in an older version of OpenAI's specification, and so on older servers. */
const duration = z.union([number, z.string().regex(/^\d{1,9}(?:\.\d{1,9})?$/)]);
const verbose = json.extend({ language: z.string().min(1), duration });
const diarized = json.extend({ duration, segments: z.array(speakerSegment) });

/** Whether a body is all that OpenAI's specification promises to the clients that asked for it. */
export function isWhole(body: unknown, { responseFormat, granularities }: Asked): boolean {
  if (responseFormat === 'json') return json.safeParse(body).success;
  if (responseFormat === 'diarized_json') return fits(diarized, body, ['segments']);
  const segments = granularities.length === 0 || granularities.includes('segment');
  const words = granularities.includes('word');
  const schema = verbose.extend({
    ...(segments && { segments: z.array(segment).optional() }),
    ...(words && { words: z.array(word).optional() }),
  });
  return fits(schema, body, [...(segments ? ['segments'] : []), ...(words ? ['words'] : [])]);
}

/** Lists may be empty or missing only where nothing was said. */
function fits(schema: z.ZodType<{ text: string }>, body: unknown, lists: readonly string[]): boolean {
  const { data } = schema.safeParse(body);
  if (!data) return false;
  return data.text.trim() === '' || lists.every((list) => hasItems(Reflect.get(data, list)));
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/**
 * The provider's own body, byte for byte, where it is whole; otherwise completed: what OpenAI defines is made from what
 * was understood of it, what the provider has besides is kept.
 * @param make the body that we would make
 * @throws ProviderError as `make`
 */
export function completeNative(
  { format, body }: Pick<NativeAnswer, 'format' | 'body'>,
  asked: Asked,
  make: () => string,
): Buffer | string {
  if (format === 'text' || format === 'srt' || format === 'vtt') return body;
  const own = parse(body);
  if (isWhole(own, asked)) return body;
  return JSON.stringify(merge(own, JSON.parse(make())));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Ours over theirs, also inside of lists of equal length. */
function merge(own: unknown, made: unknown): unknown {
  if (Array.isArray(made)) {
    const theirs: readonly unknown[] = Array.isArray(own) && own.length === made.length ? own : [];
    return made.map((item: unknown, index) => merge(theirs[index], item));
  }
  if (!isObject(made)) return made;
  const theirs = isObject(own) ? own : {};
  const merged = Object.entries(made).map(([key, value]) => [key, merge(theirs[key], value)] as const);
  return { ...theirs, ...Object.fromEntries(merged) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
