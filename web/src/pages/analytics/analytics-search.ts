import * as z from 'zod/mini';
import type { AnalyticsQuery, Bucket, Dimension } from '../../api/analytics';
import { DIMENSIONS } from '../../api/groups';
import type { LogsFilter } from '../../api/logs-filter';
import { METRICS } from './metrics';

/** What a period may be divided by. */
export const BUCKETS: readonly Bucket[] = ['minute', 'hour', 'day', 'week', 'month'];
/** How many groups are told. */
export const TOPS = ['5', '10', '20', '50', '100'] as const;

/** Filters that the address may have, as Logs has them. */
export const FILTERS = [
  'model',
  'provider',
  'deployment_id',
  'key_id',
  'team_id',
  'end_user',
  'tag',
  'language',
  'response_format',
  'status',
  'error_code',
  'task',
] as const satisfies readonly (keyof LogsFilter)[];

const perhaps = <Schema extends z.ZodMiniType>(schema: Schema) => z.catch(z.optional(schema), undefined);
const values = perhaps(z.union([z.string(), z.array(z.string())]));
const yes = perhaps(z.literal('true'));

/** What the address says of the page, beside the period. */
export const analyticsSearch = z.object({
  metric: perhaps(z.string().check(z.refine((name) => METRICS.some((metric) => metric.name === name)))),
  group_by: perhaps(z.string()),
  bucket: perhaps(z.enum(['minute', 'hour', 'day', 'week', 'month'])),
  top: perhaps(z.enum(TOPS)),
  cumulative: yes,
  compare: yes,
  model: values,
  provider: values,
  deployment_id: values,
  key_id: values,
  team_id: values,
  end_user: values,
  tag: values,
  language: values,
  response_format: values,
  status: values,
  error_code: values,
  task: values,
});

export type AnalyticsSearch = z.infer<typeof analyticsSearch>;

/** The dimensions that an address names, two at most, each once. */
export function dimensionsOf(groupBy: string | undefined): readonly Dimension[] {
  const named = (groupBy ?? '').split(',').filter(isDimension);
  return [...new Set(named)].slice(0, 2);
}

function isDimension(name: string): name is Dimension {
  return Object.hasOwn(DIMENSIONS, name);
}

/** The filters of an address, as the API takes them. */
export function filtersOf(search: AnalyticsSearch): Pick<AnalyticsQuery, (typeof FILTERS)[number]> {
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search[name];
      if (value === undefined || value === '') return [];
      // An address writes several of them with commas; a status has none.
      if (typeof value === 'string') return [[name, name === 'status' ? value.split(',') : [value]]];
      return [[name, value]];
    }),
  );
}
