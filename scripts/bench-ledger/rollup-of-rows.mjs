// What the writer adds to the sums for each row, for rows that are there: from $1 up to $2.
import '../../test/support/typescript-hooks.mjs';

const { addedColumns, addedSql, dimensionsSql, rangesSql, rollupTables } =
  await import('../../src/ledger/rollups/rollup-columns.ts');

/** A statement for each table of sums. */
export const ROLLUPS_OF_ROWS = rollupTables.map(({ name: table, dimensions, counts }) => {
  const names = Object.keys(dimensions);
  const by = names.map((name) => `by_${name}`).join(', ');
  return {
    table,
    statement: `
WITH ranged AS (
  SELECT *, date_trunc('hour', created_at, 'UTC') AS in_hour, date_trunc('day', created_at, 'UTC') AS in_day,
    ${[...dimensionsSql, ...rangesSql].join(', ')}
  FROM request_log WHERE id >= first_request_id($1) AND id < first_request_id($2)
)
INSERT INTO ${table} (grain, starts_at, ${names.join(', ')}, ${addedColumns.join(', ')})
SELECT CASE grouping(in_hour) WHEN 0 THEN 'hour' ELSE 'day' END, coalesce(in_hour, in_day), ${by}, ${addedSql.join(', ')}
FROM ranged WHERE ${counts} GROUP BY GROUPING SETS ((in_hour, ${by}), (in_day, ${by}))`,
  };
});
