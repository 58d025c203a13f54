import type { Schemas } from '../../api/client';

/** The fields of a log that the list asks for. */
export const LIST_FIELDS = [
  'created_at',
  'key_id',
  'key_name',
  'team_id',
  'team_name',
  'model',
  'provider',
  'upstream_model',
  'task',
  'response_format',
  'stream',
  'status',
  'http_status',
  'error_code',
  'error_message',
  'audio_seconds',
  'input_characters',
  'output_audio_seconds',
  'language',
  'cost_usd',
  'cost_estimated',
  'latency_ms',
  'provider_latency_ms',
  'retries',
  'fallbacks',
  'rescued',
  'translated',
  'warnings',
  'end_user',
  'tags',
  'cache',
  'attempts',
  'said',
] as const;

type ListField = (typeof LIST_FIELDS)[number];

/** A log as the list has it: what its attempts have waited stands for the attempts, of which a long list would be heavy. */
export type LogRow = Pick<Schemas['Log'], 'id' | Exclude<ListField, 'attempts'>> & { readonly waited_ms: number };

type Listed = Schemas['LogListItem'] & Pick<Schemas['Log'], ListField>;

function hasListFields(log: Schemas['LogListItem']): log is Listed {
  return LIST_FIELDS.every((field) => log[field] !== undefined);
}

/** Makes a row of what the API answers to {@link LIST_FIELDS}. */
export function rowOf(log: Schemas['LogListItem']): LogRow {
  if (!hasListFields(log)) throw new Error('The gateway has left out fields of a log.');
  const { attempts, ...rest } = log;
  return { ...rest, waited_ms: attempts.reduce((sum, { waited_ms }) => sum + waited_ms, 0) };
}

/** Parts of a latency, in milliseconds. They come to the latency, or to what the providers took where that is more. */
export interface LatencyParts {
  readonly gateway: number;
  readonly provider: number;
  readonly waiting: number;
}

/** What the time of a request was spent with. Of attempts side by side the time of both counts, but never more than there was. */
export function latencyParts({
  latency_ms,
  provider_latency_ms,
  waited_ms,
}: Pick<LogRow, 'latency_ms' | 'provider_latency_ms' | 'waited_ms'>): LatencyParts {
  const provider = Math.min(provider_latency_ms ?? 0, latency_ms);
  const waiting = Math.min(waited_ms, latency_ms - provider);
  return { provider, waiting, gateway: latency_ms - provider - waiting };
}

/** What the row says in place of words: why it failed, or that nothing was kept. */
export function wordsOf(row: Pick<LogRow, 'said' | 'error_message' | 'error_code'>): {
  readonly text: string;
  readonly isError: boolean;
} {
  if (row.said) return { text: row.said, isError: false };
  const error = row.error_message ?? row.error_code;
  return error ? { text: error, isError: true } : { text: '', isError: false };
}

/** The rows of a list by its parts, which are newest first; new ones may have come into the first part since the others were read. */
export function rowsOf(parts: readonly { readonly rows: readonly LogRow[] }[]): readonly LogRow[] {
  const [first, ...others] = parts;
  const newer = first?.rows ?? [];
  const older = others.flatMap(({ rows }) => rows);
  const [lastNewer, firstOlder] = [newer.at(-1), older[0]];
  // Sorting all of them with each part that comes would take longer the more there are.
  const isInOrder = !lastNewer || !firstOlder || lastNewer.id > firstOlder.id;
  return isInOrder ? [...newer, ...older] : mergeRows(newer, older);
}

/** Newest first, as the list is, without any id twice. */
export function mergeRows(newer: readonly LogRow[], older: readonly LogRow[]): LogRow[] {
  const known = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !known.has(id))].toSorted((one, other) =>
    one.id < other.id ? 1 : one.id > other.id ? -1 : 0,
  );
}
