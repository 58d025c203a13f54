import { z } from 'zod';
import { attemptSchema } from '../../domain/attempt.js';
import { cacheStatuses } from '../../domain/cache-status.js';
import { costStepSchema } from '../../domain/cost-step.js';
import { durationMethods } from '../../domain/duration-method.js';
import { planSchema } from '../../domain/plan.js';
import { usageSchema } from '../../domain/usage.js';
import { tasks } from '../../domain/task.js';
import { toUsd } from '../../domain/money.js';
import { timeSchema } from '../../http/admin/time.js';
import { logFeedbackSchema, type LogFeedback } from '../feedback/log-feedback.js';
import { missingSegments, segmentsIn } from '../entry/kept-segments.js';
import { requestStatuses } from '../entry/log-entry.js';
import { SAID_LENGTH, type LogRow } from './log-row.js';
import { storedJsonSchema } from './stored-json.js';

/** A log as the admin API shows it in lists and exports, all fields of it. */
export const logSchema = z.object({
  object: z.literal('log'),
  id: z.uuid().meta({ description: 'The request id' }),
  created_at: timeSchema,
  key_id: z.string().nullable(),
  key_name: z.string().meta({ example: 'podcast-app' }),
  team_id: z.string().nullable().meta({ description: 'The team that the key belonged to; null = none' }),
  team_name: z.string().nullable().meta({ example: 'newsroom' }),
  model: z.string().nullable().meta({ example: 'whisper' }),
  model_known: z.boolean().meta({ description: 'Whether there was such a model for the caller' }),
  provider: z.string().nullable().meta({ example: 'openai' }),
  deployment_id: z.string().nullable(),
  upstream_model: z.string().nullable().meta({ example: 'whisper-1' }),
  upstream_request_id: z.string().nullable(),
  task: z.enum(tasks).nullable().meta({ description: 'What was asked for', example: 'transcribe' }),
  response_format: z.string().nullable().meta({ example: 'json' }),
  stream: z.boolean(),
  status: z.enum(requestStatuses).nullable().meta({ description: 'How the request ended', example: 'success' }),
  http_status: z.int().meta({ description: 'What the client got; 499 = it had gone', example: 200 }),
  error_code: z.string().nullable().meta({ description: 'As in the error that the client got', example: null }),
  error_message: z.string().nullable(),
  audio_seconds: z
    .number()
    .nullable()
    .meta({ description: 'Measured from the file; null = nobody could', example: 8.47 }),
  duration_method: z.enum(durationMethods).nullable().meta({
    description:
      'What `audio_seconds` rests on: `counted`, packets or samples whose bytes are there; `timed`, times that the file gives them; null = it is unknown',
    example: 'counted',
  }),
  audio_bytes: z.int().nullable().meta({ example: 271_004 }),
  language: z.string().nullable().meta({
    description: 'What the provider heard, or else what was asked for: a BCP-47 tag in lower case',
    example: 'en',
  }),
  input_characters: z
    .int()
    .nullable()
    .meta({ description: 'Of the text that was to be said; null where none was', example: null }),
  output_audio_seconds: z.number().nullable().meta({
    description: 'Of the speech that was made, as far as it came; null where none was, or where it does not tell',
    example: null,
  }),
  cost_usd: z
    .number()
    .nullable()
    .meta({ description: 'US dollars; null = the price or the quantity is unknown', example: 0.0009 }),
  cost_estimated: z.boolean().meta({
    description: 'Whether the bill may be another: of some call the provider has not said what it charges',
  }),
  cost_steps: z.array(costStepSchema).nullable().meta({
    description:
      'The parts of the cost where it took more than one call to answer (transcribe, then translate), or options cost extra',
  }),
  measured_cost_usd: z.number().nullable().meta({
    description: "The cost by the measured duration, where it differs from the provider's figure by more than 5 %",
    example: null,
  }),
  usage: usageSchema
    .nullable()
    .meta({ description: 'What the provider bills, as in the answer; null = it did not say' }),
  usage_source: z.enum(['provider', 'measured']).nullable().meta({
    description: 'Whether the cost was computed from what the provider reported or from the measured audio',
  }),
  input_tokens: z
    .int()
    .nullable()
    .meta({ description: 'As the provider counts them; null = it does not', example: null }),
  output_tokens: z.int().nullable().meta({ example: null }),
  latency_ms: z.int().meta({ description: 'From the request headers to the answer' }),
  provider_latency_ms: z.int().nullable().meta({ description: 'Sum of the attempts' }),
  overhead_ms: z
    .int()
    .nullable()
    .meta({ description: 'What of the latency was not spent with providers; null = none was asked' }),
  upload_ms: z.int().nullable().meta({ description: 'From the request headers to the end of the body' }),
  probe_ms: z.int().nullable().meta({ description: 'How long measuring the audio took' }),
  first_byte_ms: z
    .int()
    .nullable()
    .meta({ description: "From the request headers to the first byte of a stream's body", example: null }),
  retries: z.int().meta({ description: 'Attempts beyond the first on each deployment', example: 0 }),
  fallbacks: z.int().meta({ description: 'Models that were asked after the first', example: 0 }),
  rescued: z.boolean().meta({ description: 'Whether it was answered after an attempt had failed' }),
  translated: z.boolean().meta({ description: 'Whether a transcript was translated in a second step' }),
  attempts: z.array(attemptSchema),
  plan: planSchema.nullable(),
  warnings: z.array(z.string()),
  metadata: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({
      description: 'What the client noted: its `metadata` and `litellm_metadata`, with `user` and `tags`',
      example: { job: 'episode-12', user: 'u-1', tags: ['podcast'] },
    }),
  end_user: z.string().nullable().meta({ description: 'Whom the caller asked for', example: 'u-1' }),
  tags: z.array(z.string()).meta({ example: ['podcast'] }),
  trace_id: z.string().nullable().meta({ description: 'The trace that the caller has named', example: null }),
  cache: z.enum(cacheStatuses).nullable().meta({
    description:
      'What the cache had to do with it: `hit`, given from it; `miss`, asked of a provider; `refresh`, asked anew as the client wished; `bypass`, kept out of it; null = it was off',
    example: 'miss',
  }),
  cached_request_id: z
    .uuid()
    .nullable()
    .meta({ description: 'Of a hit: the request that was answered with it first', example: null }),
  feedback: logFeedbackSchema
    .nullable()
    .meta({ description: 'What people think of the answer; null = nobody has said' }),
  client_ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  transcript: z.string().nullable().meta({
    description:
      'What was said, or was to be said, or was answered in a chat; null unless STORE_TRANSCRIPTS and the privacy of the key keep it',
  }),
  question: z
    .string()
    .nullable()
    .meta({ description: 'What was asked in writing in a chat; kept as the transcript is', example: null }),
  said: z
    .string()
    .nullable()
    .meta({
      description: `The first ${SAID_LENGTH} characters of \`transcript\`, for lists`,
      example: 'Thanks for calling.',
    }),
});
export type LogView = z.infer<typeof logSchema>;

/** A log by itself, with what no list has. */
export const logDetailSchema = logSchema
  .extend({
    segments: z
      .array(
        z
          .object({
            start_seconds: z.number().meta({ description: 'From the start of the recording', example: 0.5 }),
            end_seconds: z.number().meta({ example: 4.2 }),
            speaker: z
              .string()
              .nullable()
              .meta({ description: '`A`, `B`, ... or the name of a known speaker; null = unknown', example: 'A' }),
            text: z.string().meta({ description: 'Its part of `transcript`', example: 'Thanks for calling.' }),
          })
          .meta({ id: 'LogSegment' }),
      )
      .nullable()
      .meta({ description: 'The transcript by what was said when and by whom; null = see `segments_missing`' }),
    segments_missing: z.enum(missingSegments).nullable().meta({
      description:
        'Why there are no segments: `not_kept`, as no transcript is; `no_times`, nothing told when anything was said; `not_in_text`, what told it has other words than the transcript, masks included; `too_large`, they would be too many; `unknown`, another version of the gateway has kept the transcript; null = there are',
      example: null,
    }),
  })
  .meta({ id: 'Log' });
export type LogDetail = z.infer<typeof logDetailSchema>;

const { task, status, duration_method, usage_source, cache } = logSchema.shape;

/** Words that are stored as text: null where a newer version has written one that this version does not know. */
const storedWordsSchema = z.object({
  task: task.catch(null),
  status: status.catch(null),
  duration_method: duration_method.catch(null),
  usage_source: usage_source.catch(null),
  cache: cache.catch(null),
});

/** The wire form of a stored row. */
export function presentLog(row: LogRow, feedback: LogFeedback | undefined): LogView {
  const { cost_nano_usd, measured_cost_nano_usd, segments: _, ...alike } = row;
  return {
    ...alike,
    object: 'log',
    created_at: row.created_at.toISOString(),
    audio_bytes: numberOrNull(row.audio_bytes),
    input_tokens: numberOrNull(row.input_tokens),
    output_tokens: numberOrNull(row.output_tokens),
    cost_usd: cost_nano_usd === null ? null : toUsd(cost_nano_usd),
    measured_cost_usd: measured_cost_nano_usd === null ? null : toUsd(measured_cost_nano_usd),
    feedback: feedback ?? null,
    ...storedWordsSchema.parse(row),
    ...storedJsonSchema.parse(row),
  };
}

/** The wire form of a stored row with its segments. */
export function presentLogDetail(row: LogRow, feedback: LogFeedback | undefined): LogDetail {
  const found = segmentsIn(row.transcript, row.segments);
  const isMissing = 'missing' in found;
  return {
    ...presentLog(row, feedback),
    segments: isMissing
      ? null
      : found.segments.map(({ startSeconds, endSeconds, speaker = null, text }) => ({
          start_seconds: startSeconds,
          end_seconds: endSeconds,
          speaker,
          text,
        })),
    segments_missing: isMissing ? found.missing : null,
  };
}

function numberOrNull(count: bigint | null): number | null {
  return count === null ? null : Number(count);
}
