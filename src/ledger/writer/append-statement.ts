import { MAX_NANO_USD } from '../../domain/money.js';
import { logColumns, transcriptColumns } from '../entry/ledger-record.js';
import { lostColumns } from './lost-log.js';
import { addedColumns, addedSql, rangesSql, rollupDimensions, rollupSums } from '../rollups/rollup-columns.js';

/** More of a text is not searched: a tsvector has a limit. */
const MAX_SEARCHED_CHARACTERS = 200_000;
const SEARCHED = `left(concat_ws(E'\\n', question, transcript), ${MAX_SEARCHED_CHARACTERS})`;

/** What a column is where a record of an earlier version lacks it. */
const defaults: Readonly<Partial<Record<keyof typeof logColumns, string>>> = {
  model_known: 'false',
  stream: 'false',
  cost_estimated: 'false',
  rescued: 'false',
  translated: 'false',
  retries: '0',
  fallbacks: '0',
  latency_ms: '0',
  attempts: `'[]'`,
  warnings: `'{}'`,
  tags: `'{}'`,
};

const names = Object.keys(logColumns);
const read = Object.entries(logColumns).map(([name, type]) => {
  const fallback = Object.entries(defaults).find(([it]) => it === name)?.[1];
  return fallback === undefined ? name : `coalesce(${name}, ${fallback}::${type}) AS ${name}`;
});
const columnsWithTypes = Object.entries({ ...logColumns, ...transcriptColumns }).map(
  ([name, type]) => `${name} ${type}`,
);
const dimensions = Object.entries(rollupDimensions);

/**
 * Writes a batch of logs at once: the rows, the words in them, what they add to their keys' spend, and the sums by the hour and
 * the day. `$1` is a JSON array of records (`ledger-record.ts`). A log that is there already changes nothing at all, so that a
 * batch whose answer got lost can be sent again, and two processes may write the same. Keys and sums are taken in one order, so
 * that two writers never wait for each other in a circle.
 *
 * It returns one row: `written`, how many were new; `lost`, what of them was lost with an earlier process; and `full_keys`, the
 * keys whose spend is at its ceiling.
 */
export const APPEND_STATEMENT = `
WITH src AS MATERIALIZED (
  SELECT DISTINCT ON (id) ${[...read, ...Object.keys(transcriptColumns)].join(', ')}
  FROM jsonb_to_recordset($1::jsonb) AS record(${columnsWithTypes.join(', ')})
  ORDER BY id
), ins AS (
  INSERT INTO request_log (${names.join(', ')}) SELECT ${names.join(', ')} FROM src
  ON CONFLICT (id) DO NOTHING RETURNING id
), fresh AS MATERIALIZED (
  SELECT src.* FROM src JOIN ins USING (id)
), words AS (
  INSERT INTO transcript (request_id, text, question, search_config, search)
  SELECT id, transcript, question, coalesce(search_config, 'simple'),
    to_tsvector(coalesce(search_config, 'simple')::regconfig, CASE coalesce(search_config, 'simple')
      WHEN 'simple' THEN searchable_text(${SEARCHED}) ELSE ${SEARCHED} END)
  FROM fresh WHERE transcript IS NOT NULL
), locked AS MATERIALIZED (
  SELECT id FROM virtual_key WHERE id IN (SELECT key_id FROM fresh) ORDER BY id FOR NO KEY UPDATE
), spent AS (
  SELECT key_id, least(sum(coalesce(cost_nano_usd, 0)), ${MAX_NANO_USD})::bigint AS cost, max(created_at) AS used_at
  FROM fresh GROUP BY key_id
), spend AS (
  UPDATE virtual_key AS key
  SET spend_nano_usd = least(key.spend_nano_usd, ${MAX_NANO_USD} - spent.cost) + spent.cost,
      last_used_at = greatest(key.last_used_at, spent.used_at)
  FROM spent JOIN locked ON locked.id = spent.key_id
  WHERE key.id = spent.key_id
  RETURNING key.id, key.spend_nano_usd >= ${MAX_NANO_USD} AS is_full
), ranged AS MATERIALIZED (
  SELECT *, date_trunc('hour', created_at, 'UTC') AS in_hour, date_trunc('day', created_at, 'UTC') AS in_day,
    ${dimensions.map(([name, sql]) => `${sql} AS by_${name}`).join(', ')},
    ${rangesSql.join(', ')}
  FROM fresh
), rolled AS (
  INSERT INTO usage_rollup (grain, starts_at, ${dimensions.map(([name]) => name).join(', ')}, ${addedColumns.join(', ')})
  SELECT CASE grouping(in_hour) WHEN 0 THEN 'hour' ELSE 'day' END, coalesce(in_hour, in_day),
    ${dimensions.map(([name]) => `by_${name}`).join(', ')},
    ${addedSql.join(', ')}
  FROM ranged
  GROUP BY GROUPING SETS ((in_hour, ${byDimensions()}), (in_day, ${byDimensions()}))
  ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
  ON CONFLICT (grain, starts_at, ${dimensions.map(([name]) => name).join(', ')}) DO UPDATE SET
    ${addedColumns.map((name) => `${name} = ${added(name)}`).join(', ')}
)
SELECT (SELECT count(*)::int FROM ins) AS written,
  coalesce((SELECT jsonb_agg(jsonb_build_object(${lostColumns.map((name) => `'${name}', ${name}`).join(', ')}))
    FROM fresh WHERE status = 'lost'), '[]') AS lost,
  coalesce((SELECT array_agg(id::text) FROM spend WHERE is_full), '{}') AS full_keys`;

function byDimensions(): string {
  return dimensions.map(([name]) => `by_${name}`).join(', ');
}

/** Ranges are NULL where nothing was counted. */
function added(column: string): string {
  const isSum = Object.hasOwn(rollupSums, column);
  return isSum
    ? `usage_rollup.${column} + excluded.${column}`
    : `coalesce(usage_rollup.${column} + excluded.${column}, usage_rollup.${column}, excluded.${column})`;
}
