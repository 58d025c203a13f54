import { addedColumns, NO_TEAM, rollupDimensions, rollupSums } from './rollup-columns.js';

const { key_id: _, ...withoutKey } = rollupDimensions;
/** What requests are counted by in the sums of closed days: all but the key. */
const shared = Object.keys(withoutKey);

/** What tells a row of `closed_rollup`, beside its day: `all` requests together, or those of a `team`, of which one is none. */
export const closedDimensions: readonly string[] = ['scope', 'team_id', ...shared];

const columns = ['grain', 'starts_at', ...Object.keys(rollupDimensions)].join(', ');

/**
 * The sums of teams, and with {@link NO_TEAM} what is left of those of all requests without them: sums of no team are not kept. Several
 * rows tell of the same, and are to be added up.
 */
export const SUMS_BY_TEAM = `
  SELECT team_id, ${columns}, ${addedColumns.join(', ')} FROM team_rollup
  UNION ALL SELECT '${NO_TEAM}'::uuid, ${columns}, ${addedColumns.join(', ')} FROM usage_rollup
  UNION ALL SELECT '${NO_TEAM}'::uuid, ${columns}, ${addedColumns.map((name) => `-${name}`).join(', ')} FROM team_rollup`;

/** What is added up, as the columns of `closed_rollup`: ranges are NULL where nothing was counted. */
const added = addedColumns
  .map((name) => `${Object.hasOwn(rollupSums, name) ? `sum(${name})` : `nullif(sum(${name}), 0)`} AS ${name}`)
  .join(', ');

/**
 * What the rows of `closed_rollup` are to be, of the sums by key.
 * @param day in SQL, the beginning of a day in UTC
 */
export function closedSql(day: string): string {
  const from = (table: string) => `FROM ${table} WHERE grain = 'day' AND starts_at = ${day}`;
  return `
  SELECT 'all' AS scope, starts_at, '${NO_TEAM}'::uuid AS team_id, ${shared.join(', ')}, ${added}
  ${from('usage_rollup')} GROUP BY starts_at, ${shared.join(', ')}
  UNION ALL SELECT 'team', starts_at, team_id, ${shared.join(', ')}, ${added}
  ${from(`(${SUMS_BY_TEAM}) AS by_team`)} GROUP BY starts_at, team_id, ${shared.join(', ')} HAVING sum(requests) <> 0`;
}

/** Makes the rows of a day anew. @param day as {@link closedSql} */
export function closeSql(day: string): readonly string[] {
  return [
    `DELETE FROM closed_rollup WHERE starts_at = ${day}`,
    `INSERT INTO closed_rollup (scope, starts_at, team_id, ${shared.join(', ')}, ${addedColumns.join(', ')}) ${closedSql(day)}`,
    `INSERT INTO closed_day (day) VALUES (${day}) ON CONFLICT DO NOTHING`,
  ];
}
