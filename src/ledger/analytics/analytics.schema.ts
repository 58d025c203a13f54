import { z } from 'zod';
import { timeSchema } from '../../http/admin/time.js';
import { logFilterSchema } from '../logs/log-filter.js';
import { PERCENTILE_ERROR } from '../rollups/percentile.js';
import { bucketUnits } from './buckets.js';
import { dimensionNames } from './dimensions.js';
import { metrics } from './metrics.js';
import { isTimeZone } from '../../domain/time-zone.js';

const MAX_TOP = 100;
const MAX_GROUP_BY = 2;
const MAX_TEXT = 2000;

const metricNames = metrics.map(({ name }) => name);

/** Names with commas between them, each once. */
function namesSchema<Name extends string>(names: readonly Name[], what: string) {
  return z
    .string()
    .max(MAX_TEXT)
    .transform((text, context): Name[] => {
      const found = text.split(',').map((part) => {
        const name = names.find((it) => it === part.trim());
        if (name === undefined) {
          context.addIssue({
            code: 'custom',
            message: `there is no ${what} '${part.trim().slice(0, 50)}'; there are ${names.join(', ')}`,
          });
        }
        return name;
      });
      return [...new Set(found.filter((name) => name !== undefined))];
    });
}

/** A time zone by its name in the IANA database. */
export const timeZoneSchema = z
  .string()
  .refine(isTimeZone, 'must be a time zone of the IANA database such as Europe/Berlin')
  .default('UTC')
  .meta({ description: 'Where days, weeks and months begin', example: 'Europe/Berlin' });

/** Query parameters of `GET /admin/v1/analytics`. */
export const analyticsQuerySchema = logFilterSchema.extend({
  metrics: namesSchema(metricNames, 'metric')
    .default(['requests', 'audio_seconds', 'cost_usd', 'errors'])
    .meta({
      description: `With commas between them: ${metricNames.map((name) => `\`${name}\``).join(', ')}`,
      example: 'requests,cost_usd,latency_ms_p95',
    }),
  bucket: z
    .enum(bucketUnits)
    .optional()
    .meta({ description: 'What the range is divided by; without it there are only totals', example: 'day' }),
  time_zone: timeZoneSchema,
  group_by: namesSchema(dimensionNames, 'dimension')
    .refine((names) => names.length <= MAX_GROUP_BY, `must be at most ${MAX_GROUP_BY} dimensions`)
    .default([])
    .meta({
      description: `Up to ${MAX_GROUP_BY}, with a comma between them: ${dimensionNames.map((name) => `\`${name}\``).join(', ')}`,
      example: 'model',
    }),
  top: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_TOP)
    .default(10)
    .meta({ description: 'How many groups are told; the rest is one group more', example: 10 }),
});
export type AnalyticsQuery = z.output<typeof analyticsQuerySchema>;

const valuesSchema = z.record(z.string(), z.number().nullable()).meta({
  description: 'The metrics that were asked for; null = there is nothing of which it could be told',
  example: { requests: 412, cost_usd: 1.0386, latency_ms_p95: 1840.2 },
});
/** Metrics by their names. */
export type MetricValues = z.output<typeof valuesSchema>;

const seriesSchema = z
  .array(z.object({ starts_at: timeSchema, values: valuesSchema }))
  .meta({ description: 'One entry for each bucket, also where there was nothing; without `bucket` there is none' });

const groupSchema = z.object({
  group: z
    .record(z.string(), z.string().nullable())
    .nullable()
    .meta({
      description:
        'By the names of `group_by`, with `key` also `key_name`, with `team` also `team_name`; null = there is nothing, of `key` the master key. Of all other groups together it is null itself',
      example: { model: 'whisper' },
    }),
  totals: valuesSchema,
  series: seriesSchema,
});

/** Answer of `GET /admin/v1/analytics`. */
export const analyticsSchema = z
  .object({
    object: z.literal('analytics'),
    from: timeSchema,
    to: timeSchema,
    bucket: z.enum(bucketUnits).nullable().meta({ example: 'day' }),
    time_zone: z.string().meta({ example: 'Europe/Berlin' }),
    group_by: z.array(z.enum(dimensionNames)).meta({ example: ['model'] }),
    ranked_by: z
      .string()
      .nullable()
      .meta({ description: 'What groups are the largest by; null without groups', example: 'requests' }),
    source: z.enum(['rollups', 'rows', 'both']).meta({
      description:
        'Where it was read: sums of hours and days that are kept, the rows of the ledger, or sums with rows for the rest of hours. The answer is the same',
    }),
    times_of: z.enum(['success', 'all']).meta({
      description:
        'Which requests latencies and factors are of: those that succeeded, or all, where it is asked how requests ended',
    }),
    percentile_error: z.number().meta({
      description: 'By how much percentiles may be off, as a share of themselves, from 1 ms to 10 minutes',
      example: PERCENTILE_ERROR,
    }),
    totals: valuesSchema,
    series: seriesSchema,
    groups: z.array(groupSchema).meta({
      description: 'The largest first, at last all others together where there are any; empty without `group_by`',
    }),
  })
  .meta({ id: 'Analytics' });
export type AnalyticsView = z.output<typeof analyticsSchema>;
