import { z } from 'zod';
import { logColumns } from '../entry/ledger-record.js';

const text = z.string();
const textOrNull = z.string().nullable();
const integerOrNull = z.int().nullable();
/** JSON of any form: see `stored-json.ts`. */
const json = z.unknown();
/** Beyond what a number of JavaScript's holds, so that pg gives it as text. */
const count = z.string().transform(BigInt).nullable();

/** A row of `request_log` with its words from `transcript`, as PostgreSQL gives it. */
export const logRowSchema = z.object({
  id: text,
  created_at: z.date(),
  key_id: textOrNull,
  key_name: text,
  team_id: textOrNull,
  team_name: textOrNull,
  task: text,
  model: textOrNull,
  model_known: z.boolean(),
  provider: textOrNull,
  deployment_id: textOrNull,
  upstream_model: textOrNull,
  upstream_request_id: textOrNull,
  response_format: textOrNull,
  stream: z.boolean(),
  status: text,
  http_status: z.int(),
  error_code: textOrNull,
  error_message: textOrNull,
  audio_seconds: z.number().nullable(),
  duration_method: textOrNull,
  audio_bytes: count,
  language: textOrNull,
  input_characters: integerOrNull,
  output_audio_seconds: z.number().nullable(),
  cost_nano_usd: count,
  cost_estimated: z.boolean(),
  usage_source: textOrNull,
  usage: json,
  input_tokens: count,
  output_tokens: count,
  latency_ms: z.int(),
  provider_latency_ms: integerOrNull,
  overhead_ms: integerOrNull,
  upload_ms: integerOrNull,
  probe_ms: integerOrNull,
  first_byte_ms: integerOrNull,
  retries: z.int(),
  fallbacks: z.int(),
  rescued: z.boolean(),
  translated: z.boolean(),
  attempts: json,
  plan: json,
  cost_steps: json,
  measured_cost_nano_usd: count,
  warnings: z.array(text),
  metadata: json,
  end_user: textOrNull,
  tags: z.array(text),
  trace_id: textOrNull,
  cache: textOrNull,
  cached_request_id: textOrNull,
  client_ip: textOrNull,
  user_agent: textOrNull,
  transcript: textOrNull,
  question: textOrNull,
  said: textOrNull,
  segments: json,
} satisfies Record<keyof typeof logColumns | 'transcript' | 'question' | 'said' | 'segments', z.ZodType>);
export type LogRow = z.output<typeof logRowSchema>;

/** How much of a transcript lists show, in characters. */
export const SAID_LENGTH = 200;

/** Columns that may be long, or are of another table, and are read only where they are asked for, with what stands for them elsewhere. */
const heavyColumns = {
  attempts: `'[]'::jsonb`,
  plan: 'NULL::jsonb',
  transcript: 'NULL::text',
  question: 'NULL::text',
  said: 'NULL::text',
  segments: 'NULL::jsonb',
} as const;
export type HeavyColumn = keyof typeof heavyColumns;

/** Whether a column is read only where it is asked for. */
export function isHeavy(column: string): column is HeavyColumn {
  return Object.hasOwn(heavyColumns, column);
}

const WORDS: readonly HeavyColumn[] = ['transcript', 'question', 'said', 'segments'];

/** What of a transcript's row stands for columns that are called otherwise. */
const expressions: Readonly<Record<string, string>> = {
  transcript: 'transcript.text AS transcript',
  said: `left(transcript.text, ${SAID_LENGTH}) AS said`,
};

/**
 * What to select of `request_log`, and from where.
 * @param heavy the long columns that are wanted
 */
export function selectionOf(heavy: readonly HeavyColumn[]): { readonly columns: string; readonly join: string } {
  const columns = Object.keys(logRowSchema.shape).map((name) => {
    if (!isHeavy(name) || heavy.includes(name)) return expressions[name] ?? name;
    return `${heavyColumns[name]} AS ${name}`;
  });
  const withWords = heavy.some((column) => WORDS.includes(column));
  return {
    columns: columns.join(', '),
    join: withWords ? 'LEFT JOIN transcript ON transcript.request_id = request_log.id' : '',
  };
}
