import { z } from 'zod';
import { attemptSchema } from '../../domain/attempt.js';
import { costStepSchema } from '../../domain/cost-step.js';
import { planSchema } from '../../domain/plan.js';
import { usageSchema } from '../../domain/usage.js';
import { tasks } from '../../domain/transcription.js';
import { toUsd } from '../../domain/money.js';
import { pageQuerySchema, pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';
import { requestStatuses } from './log-entry.js';
import type { LogRow } from './ledger.repository.js';
import { storedJsonSchema } from './stored-json.js';

const time = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time such as 2026-11-20T00:00:00Z' })
  .transform((text) => new Date(text));

/** Query parameters of `GET /admin/v1/logs`. */
export const logQuerySchema = pageQuerySchema.extend({
  from: time.optional().meta({ description: 'Only logs at or after this time', example: '2026-11-20T00:00:00Z' }),
  to: time.optional().meta({ description: 'Only logs before this time', example: '2026-11-21T00:00:00Z' }),
  key_id: z.uuid('must be the id of a key').optional(),
  model: z.string().min(1).optional().meta({ example: 'whisper' }),
  provider: z.string().min(1).optional().meta({ example: 'openai' }),
  status: z.enum(requestStatuses).optional(),
  task: z.enum(tasks).optional(),
  request_id: z.uuid('must be a request id').optional().meta({ description: 'As in the `x-request-id` header' }),
});
export type LogQuery = z.infer<typeof logQuerySchema>;

/** A log as the admin API shows it. */
export const logSchema = z
  .object({
    object: z.literal('log'),
    id: z.uuid().meta({ description: 'The request id' }),
    created_at: timeSchema,
    key_id: z.string().nullable(),
    key_name: z.string().meta({ example: 'podcast-app' }),
    model: z.string().nullable().meta({ example: 'whisper' }),
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
    audio_seconds: z.number().nullable().meta({ description: 'Measured from the file', example: 8.47 }),
    audio_bytes: z.int().nullable().meta({ example: 271_004 }),
    language: z.string().nullable().meta({ example: 'english' }),
    cost_usd: z
      .number()
      .nullable()
      .meta({ description: 'US dollars; null = the price or the quantity is unknown', example: 0.0009 }),
    cost_steps: z.array(costStepSchema).nullable().meta({
      description: 'The parts of the cost where it took more than one provider to answer: transcribe, then translate',
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
    latency_ms: z.int().meta({ description: 'From the request headers to the answer' }),
    provider_latency_ms: z.int().nullable().meta({ description: 'Sum of the attempts' }),
    attempts: z.array(attemptSchema),
    plan: planSchema.nullable(),
    warnings: z.array(z.string()),
    client_ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    transcript: z.string().nullable().meta({ description: 'null unless STORE_TRANSCRIPTS keeps it' }),
  })
  .meta({ id: 'Log' });
export type LogView = z.infer<typeof logSchema>;

/** Answer of `GET /admin/v1/logs`. */
export const logPageSchema = pageSchema(logSchema).meta({ id: 'LogPage' });

const { task, status, usage_source } = logSchema.shape;

/** Words that are stored as text: null where a newer version has written one that this version does not know. */
const storedWordsSchema = z.object({
  task: task.catch(null),
  status: status.catch(null),
  usage_source: usage_source.catch(null),
});

/** The wire form of a stored row. */
export function presentLog(row: LogRow): LogView {
  return {
    object: 'log',
    id: row.id,
    created_at: row.createdAt.toISOString(),
    key_id: row.keyId,
    key_name: row.keyName,
    model: row.model,
    provider: row.provider,
    deployment_id: row.deploymentId,
    upstream_model: row.upstreamModel,
    upstream_request_id: row.upstreamRequestId,
    response_format: row.responseFormat,
    stream: row.stream,
    http_status: row.httpStatus,
    error_code: row.errorCode,
    error_message: row.errorMessage,
    audio_seconds: row.audioSeconds,
    audio_bytes: row.audioBytes === null ? null : Number(row.audioBytes),
    language: row.language,
    cost_usd: row.costNanoUsd === null ? null : toUsd(row.costNanoUsd),
    measured_cost_usd: row.measuredCostNanoUsd === null ? null : toUsd(row.measuredCostNanoUsd),
    latency_ms: row.latencyMs,
    provider_latency_ms: row.providerLatencyMs,
    warnings: row.warnings,
    client_ip: row.clientIp,
    user_agent: row.userAgent,
    transcript: row.transcript?.text ?? null,
    ...storedWordsSchema.parse({ task: row.task, status: row.status, usage_source: row.usageSource }),
    ...storedJsonSchema.parse({
      attempts: row.attempts,
      plan: row.plan,
      usage: row.usage,
      cost_steps: row.costSteps,
    }),
  };
}
