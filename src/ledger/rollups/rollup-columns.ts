import { rangeBoundsMs, rangeColumns, type Histogram } from './histogram.js';

const NO_ID = '00000000-0000-0000-0000-000000000000';
/** The key of requests by the master key. */
export const NO_KEY = NO_ID;
/** The team of requests of none. */
export const NO_TEAM = NO_ID;

/** What requests are counted by, with the SQL that tells it of a row of `request_log`; nothing is an empty text. */
export const rollupDimensions = {
  key_id: `coalesce(key_id, '${NO_KEY}')`,
  // Names that clients make up would make a row for each.
  model: `CASE WHEN model_known THEN coalesce(model, '') ELSE '' END`,
  provider: `coalesce(provider, '')`,
  deployment_id: `coalesce(deployment_id, '')`,
  task: 'task',
  status: 'status',
} as const;
export type RollupDimension = keyof typeof rollupDimensions;

/** As {@link rollupDimensions}, of requests of teams. */
export const teamDimensions = { team_id: 'team_id', ...rollupDimensions } as const;

/** A table of sums. */
export interface RollupTable {
  readonly name: 'usage_rollup' | 'team_rollup';
  /** What requests are counted by in it, with the SQL that tells it of a row of `request_log`. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Which rows of `request_log` are counted in it. */
  readonly counts: string;
}

/** The tables of sums, in the order in which they are written: of all requests, and of those of teams. */
export const rollupTables: readonly RollupTable[] = [
  { name: 'usage_rollup', dimensions: rollupDimensions, counts: 'true' },
  { name: 'team_rollup', dimensions: teamDimensions, counts: 'team_id IS NOT NULL' },
];

/** What rows of `request_log` are counted by in any of them, as the columns `by_...`. */
export const dimensionsSql: readonly string[] = Object.entries(teamDimensions).map(
  ([name, sql]) => `${sql} AS by_${name}`,
);

/** What is summed, with the SQL that sums it over rows of `request_log`. */
export const rollupSums = {
  requests: 'count(*)',
  /** Requests of which the cost is unknown. */
  unpriced: 'count(*) FILTER (WHERE cost_nano_usd IS NULL)',
  cost_nano_usd: 'coalesce(sum(cost_nano_usd), 0)',
  audio_ms: 'coalesce(sum(round(least(greatest(audio_seconds, 0), 1e12)::numeric * 1000)), 0)',
  /** Audio as budgets count it. */
  heard_ms: 'coalesce(sum(budget_audio_ms(status, cost_nano_usd, cache, audio_seconds)), 0)',
  input_tokens: 'coalesce(sum(input_tokens), 0)',
  output_tokens: 'coalesce(sum(output_tokens), 0)',
  retries: 'coalesce(sum(retries), 0)',
  fallbacks: 'coalesce(sum(fallbacks), 0)',
  rescued: 'count(*) FILTER (WHERE rescued)',
  cache_hits: `count(*) FILTER (WHERE cache = 'hit')`,
  latency_ms: 'coalesce(sum(latency_ms), 0)',
  provider_ms: 'coalesce(sum(provider_latency_ms), 0)',
  provider_count: 'count(provider_latency_ms)',
  overhead_ms: 'coalesce(sum(overhead_ms), 0)',
  overhead_count: 'count(overhead_ms)',
  pace_ms: 'coalesce(sum(round(PACE)), 0)',
  pace_count: 'count(PACE)',
} as const;
export type RollupSum = keyof typeof rollupSums;

/** Milliseconds of latency for each second of audio; 1000 is as fast as it is spoken. */
export const PACE_SQL = '(CASE WHEN audio_seconds > 0.001 THEN (least(latency_ms / audio_seconds, 1e12))::numeric END)';

/** What a histogram counts of a row of `request_log`; NULL is not counted. */
const measured: Readonly<Record<Histogram, string>> = {
  latency: 'latency_ms',
  provider: 'provider_latency_ms',
  overhead: 'overhead_ms',
  pace: PACE_SQL,
};

const BOUNDS_SQL = `ARRAY[${rangeBoundsMs.join(',')}]::float8[]`;

/** The range of a row in a histogram, 0 to 63; NULL where it has none. */
export function rangeSql(histogram: Histogram): string {
  return `width_bucket((${measured[histogram]})::float8, ${BOUNDS_SQL})`;
}

/** Under which names {@link addedSql} expects a row's ranges. */
export const rangeNames = { latency: 'range_l', provider: 'range_p', overhead: 'range_o', pace: 'range_r' } as const;

/** Columns of `request_log` that the sums are made of, beside the dimensions. */
export const summedColumns: readonly string[] = [
  'status',
  'cost_nano_usd',
  'audio_seconds',
  'input_tokens',
  'output_tokens',
  'retries',
  'fallbacks',
  'rescued',
  'cache',
  'latency_ms',
  'provider_latency_ms',
  'overhead_ms',
];

/** The sum of a column over rows of `request_log`. */
export function sumSql(sum: RollupSum): string {
  return rollupSums[sum].replaceAll('PACE', PACE_SQL);
}

/** Every column that is added up. */
export const addedColumns: readonly string[] = [
  ...Object.keys(rollupSums),
  ...(['latency', 'provider', 'overhead', 'pace'] as const).flatMap(rangeColumns),
];

/** What each of {@link addedColumns} is, over rows of `request_log` that have their ranges under {@link rangeNames}. */
export const addedSql: readonly string[] = [
  ...(Object.keys(rollupSums) as RollupSum[]).map(sumSql),
  ...(Object.keys(rangeNames) as Histogram[]).flatMap((histogram) =>
    rangeColumns(histogram).map(
      (_, index) => `nullif(count(*) FILTER (WHERE ${rangeNames[histogram]} = ${index}), 0)::int`,
    ),
  ),
];

/** A row's ranges, by name. */
export const rangesSql = (Object.keys(rangeNames) as Histogram[]).map(
  (histogram) => `${rangeSql(histogram)} AS ${rangeNames[histogram]}`,
);
