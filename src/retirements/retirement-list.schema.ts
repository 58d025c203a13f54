import { z } from 'zod';
import { retirementDaySchema, retirementSchema } from '../domain/retirement.js';
import { tasks } from '../domain/task.js';
import { pageSchema } from '../http/admin/list.js';
import { timeSchema } from '../http/admin/time.js';
import { managedBySchema } from '../models/deployments/deployment.schema.js';

/** How requests would come to another deployment: by themselves, or only when somebody asks for its model. */
export const reaches = ['same_model', 'fallback', 'other_model'] as const;

const replacementSchema = z
  .object({
    deployment_id: z.string(),
    model: z.string().meta({ description: 'Public name of the model that it serves', example: 'whisper-backup' }),
    provider: z.string().meta({ example: 'groq' }),
    upstream_model: z.string().meta({ example: 'whisper-large-v3' }),
    retires_on: retirementDaySchema
      .nullable()
      .meta({ description: 'When its own model ends, which is later; null = no end is known', example: null }),
    reached: z.enum(reaches).meta({
      description:
        '`same_model` and `fallback`: routing goes there by itself; `other_model`: only when its model is asked for, or made a fallback',
    }),
    key_may_use: z.boolean().meta({ description: 'Whether the key may use its model; true where the key is gone' }),
    caveats: z.array(z.string()).meta({
      description: 'What would be different for some of the requests',
      example: ['not the largest: it takes files of at most 26214400 bytes and this one has 90000000'],
    }),
  })
  .meta({ id: 'RetirementReplacement' });
export type ReplacementView = z.infer<typeof replacementSchema>;

const useSchema = z
  .object({
    key_id: z.string().nullable().meta({ description: 'null = the master key', example: null }),
    key_name: z.string().meta({ example: 'master key' }),
    team_id: z.string().nullable().meta({ description: 'null = no team', example: null }),
    team_name: z.string().nullable(),
    model: z.string().nullable().meta({ description: 'Public name that was asked for', example: 'whisper' }),
    task: z.enum(tasks),
    response_format: z.string().nullable().meta({ example: 'srt' }),
    features: z
      .array(z.string())
      .nullable()
      .meta({
        description:
          "`streaming`, `translation`, `diarization`, `timestamps` and `word_timestamps`, fields such as `prompt`, `url`, `voice:` with a name, `option:` with the name of a field of a provider's own; null = logged by a version that did not note them",
        example: ['timestamps', 'language'],
      }),
    requests: z.int().meta({ example: 1250 }),
    audio_seconds: z.number().meta({ example: 75_000 }),
    last_request_at: timeSchema,
    goes_on: z.boolean().meta({
      description: 'Whether such requests are still served on that day, without anybody changing anything',
      example: false,
    }),
    could_serve: z.array(replacementSchema).meta({
      description: 'Other configured deployments that could serve the same requests; those reached first first',
    }),
  })
  .meta({ id: 'RetirementUse' });
export type UseView = z.infer<typeof useSchema>;

const trafficSchema = z
  .object({
    from: timeSchema.meta({ description: 'Since when requests were looked at' }),
    to: timeSchema,
    is_cut: z.boolean().meta({
      description:
        'Whether there were more requests in 30 days than are looked at: then these are the newest, since `from`',
      example: false,
    }),
    requests: z.int().meta({ description: 'Without answers from the cache', example: 1250 }),
    audio_seconds: z.number().meta({ example: 75_000 }),
    breaking_requests: z.int().meta({ description: 'Those among the `uses` that do not go on', example: 1250 }),
    uses: z.array(useSchema).meta({ description: 'By key, team, model, format and features, the most frequent first' }),
    has_more_uses: z
      .boolean()
      .meta({ description: 'Whether there are rarer uses, which are not shown', example: false }),
  })
  .meta({ id: 'RetirementTraffic' });
export type TrafficView = z.infer<typeof trafficSchema>;

/** A configured deployment whose upstream model has an announced end. */
export const retirementViewSchema = z
  .object({
    object: z.literal('retirement'),
    deployment_id: z.string(),
    model: z.string().meta({ description: 'Public name of the model that it serves', example: 'whisper' }),
    provider: z.string().meta({ example: 'openai' }),
    upstream_model: z.string().meta({ example: 'whisper-1' }),
    managed_by: managedBySchema,
    enabled: z.boolean(),
    retires_on: retirementSchema.shape.date,
    days_left: z.int().meta({ description: 'Negative = it has passed', example: 91 }),
    warns_from: retirementDaySchema.meta({
      description: 'From that day on every answer names the end in `x-auricle-warning`',
      example: '2026-11-28',
    }),
    source: retirementSchema.shape.source,
    as_of: retirementSchema.shape.as_of,
    confidence: retirementSchema.shape.confidence,
    replacement: z
      .string()
      .nullable()
      .meta({ description: 'The upstream model that the provider recommends; null = none is known', example: null }),
    traffic: trafficSchema,
  })
  .meta({ id: 'Retirement' });
export type RetirementView = z.infer<typeof retirementViewSchema>;

/** Answer of `GET /admin/v1/retirements`. */
export const retirementListSchema = pageSchema(retirementViewSchema).meta({ id: 'RetirementList' });
