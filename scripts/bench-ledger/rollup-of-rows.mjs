// What the writer adds to the sums for each row, for rows that are there: from $1 up to $2.
import '../../test/support/typescript-hooks.mjs';

const { addedColumns, rangeSql, rollupDimensions, rollupSums, sumSql } =
  await import('../../src/ledger/rollups/rollup-columns.ts');
const { histograms, rangeColumns } = await import('../../src/ledger/rollups/histogram.ts');

const dimensions = Object.keys(rollupDimensions);
const by = dimensions.map((name) => `by_${name}`).join(', ');
const counted = Object.keys(histograms).flatMap((histogram) =>
  rangeColumns(histogram).map((_, index) => `nullif(count(*) FILTER (WHERE range_${histogram} = ${index}), 0)::int`),
);

export const ROLLUP_OF_ROWS = `
WITH ranged AS (
  SELECT *, date_trunc('hour', created_at, 'UTC') AS in_hour, date_trunc('day', created_at, 'UTC') AS in_day,
    ${Object.entries(rollupDimensions)
      .map(([name, sql]) => `${sql} AS by_${name}`)
      .join(', ')},
    ${Object.keys(histograms)
      .map((histogram) => `${rangeSql(histogram)} AS range_${histogram}`)
      .join(', ')}
  FROM request_log WHERE id >= first_request_id($1) AND id < first_request_id($2)
)
INSERT INTO usage_rollup (grain, starts_at, ${dimensions.join(', ')}, ${addedColumns.join(', ')})
SELECT CASE grouping(in_hour) WHEN 0 THEN 'hour' ELSE 'day' END, coalesce(in_hour, in_day), ${by},
  ${[...Object.keys(rollupSums).map(sumSql), ...counted].join(', ')}
FROM ranged GROUP BY GROUPING SETS ((in_hour, ${by}), (in_day, ${by}))
ON CONFLICT (grain, starts_at, ${dimensions.join(', ')}) DO UPDATE SET
  ${addedColumns.map((name) => `${name} = coalesce(usage_rollup.${name} + excluded.${name}, usage_rollup.${name}, excluded.${name})`).join(', ')}`;
