import { NO_KEY, NO_TEAM, rollupDimensions } from '../rollups/rollup-columns.js';

/** How a dimension is told in SQL, as text that is empty where there is nothing. */
interface DimensionSql {
  /** Of a row of `request_log`; tags are one by one. */
  readonly row: string;
  /** Of a row of sums; undefined where these do not have it. */
  readonly rollup?: string;
}

/** What requests can be grouped by. */
export const dimensionNames = [
  'model',
  'provider',
  'deployment',
  'key',
  'team',
  'user',
  'tag',
  'language',
  'format',
  'status',
  'error_code',
  'task',
] as const;
export type Dimension = (typeof dimensionNames)[number];

/** How each is told. */
export const dimensions: Readonly<Record<Dimension, DimensionSql>> = {
  // A name that was no model's is no group: anybody can make up any number of them.
  model: { row: rollupDimensions.model, rollup: 'model' },
  provider: { row: rollupDimensions.provider, rollup: 'provider' },
  deployment: { row: rollupDimensions.deployment_id, rollup: 'deployment_id' },
  key: { row: `coalesce(key_id::text, '')`, rollup: `coalesce(nullif(key_id, '${NO_KEY}')::text, '')` },
  team: { row: `coalesce(team_id::text, '')`, rollup: `coalesce(nullif(team_id, '${NO_TEAM}')::text, '')` },
  user: { row: `coalesce(end_user, '')` },
  tag: { row: 'tag' },
  language: { row: `coalesce(language, '')` },
  format: { row: `coalesce(response_format, '')` },
  status: { row: rollupDimensions.status, rollup: 'status' },
  error_code: { row: `coalesce(error_code, '')` },
  task: { row: rollupDimensions.task, rollup: 'task' },
};

/** What is one group or another only by how a request ended, so that times are told of all requests. */
export const endings: ReadonlySet<Dimension> = new Set<Dimension>(['status', 'error_code']);
