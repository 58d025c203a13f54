import { MAX_NANO_USD } from '../../domain/money.js';
import { IS_ERASED, personalColumns } from '../erasure/personal-columns.js';
import { logColumns, transcriptColumns } from '../entry/ledger-record.js';
import { lostColumns } from './lost-log.js';
import { PASSED_BUDGETS, SETTLE_BUDGETS } from './settle-budgets.js';
import {
  addedColumns,
  addedSql,
  dimensionsSql,
  rangesSql,
  rollupSums,
  rollupTables,
  type RollupTable,
} from '../rollups/rollup-columns.js';

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

/** What becomes of the words of somebody whose data was erased meanwhile. */
const erasedWords: Readonly<Record<keyof typeof transcriptColumns, string>> = {
  transcript: 'NULL::text',
  question: 'NULL::text',
  segments: 'NULL::jsonb',
  search_config: 'search_config',
};
const erased: Readonly<Partial<Record<string, string>>> = { ...personalColumns, ...erasedWords };

const names = Object.keys(logColumns);
const read = Object.entries({ ...logColumns, ...transcriptColumns }).map(([name, type]) => {
  const fallback = Object.entries(defaults).find(([it]) => it === name)?.[1];
  const value = fallback === undefined ? name : `coalesce(${name}, ${fallback}::${type})`;
  return `${erased[name] === undefined ? value : `CASE WHEN is_erased THEN ${erased[name]} ELSE ${value} END`} AS ${name}`;
});
const columnsWithTypes = Object.entries({ ...logColumns, ...transcriptColumns }).map(
  ([name, type]) => `${name} ${type}`,
);

/**
 * Writes a batch of logs at once: the rows, the words in them, what they add to the spend of their keys and teams and settle of
 * budgets, and the sums by the hour and the day, which opens a day that was closed. `$1` is a JSON array of records (`ledger-record.ts`). A log that is there already
 * changes nothing at all, so that a batch whose answer got lost can be sent again, and two processes may write the same; nor does one that
 * was deleted meanwhile, and of one whose data was erased only that is written which tells of nobody. Keys,
 * then teams, reservations and the periods of budgets, sums and closed days are taken in one order, so that two writers never wait for each other in a circle.
 *
 * It returns one row: `written`, how many were new; `lost`, what of them was lost with an earlier process; `full_keys` and
 * `full_teams`, those whose spend is at its ceiling; `passed_budgets`, those in which logs were settled that are spent so far.
 */
export const APPEND_STATEMENT = `
WITH src AS MATERIALIZED (
  SELECT DISTINCT ON (id) ${read.join(', ')}
  FROM (
    SELECT *, ${IS_ERASED} AS is_erased
    FROM jsonb_to_recordset($1::jsonb) AS sent(${columnsWithTypes.join(', ')})
  ) AS record
  WHERE NOT EXISTS (SELECT FROM deleted_log WHERE deleted_log.id = record.id)
  ORDER BY id
), ins AS (
  INSERT INTO request_log (${names.join(', ')}) SELECT ${names.join(', ')} FROM src
  ON CONFLICT (id) DO NOTHING RETURNING id
), fresh AS MATERIALIZED (
  SELECT src.* FROM src JOIN ins USING (id)
), words AS (
  INSERT INTO transcript (request_id, text, question, segments, search_config, search)
  SELECT id, transcript, question, segments, coalesce(search_config, 'simple'),
    to_tsvector(coalesce(search_config, 'simple')::regconfig, CASE coalesce(search_config, 'simple')
      WHEN 'simple' THEN searchable_text(${SEARCHED}) ELSE ${SEARCHED} END)
  FROM fresh WHERE transcript IS NOT NULL
), locked AS MATERIALIZED (
  SELECT id FROM virtual_key WHERE id IN (SELECT key_id FROM fresh) ORDER BY id FOR NO KEY UPDATE
), locked_teams AS MATERIALIZED (
  SELECT id FROM team WHERE id IN (SELECT team_id FROM fresh) AND (SELECT count(*) FROM locked) >= 0
  ORDER BY id FOR NO KEY UPDATE
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
), spent_of_teams AS (
  SELECT team_id, least(sum(coalesce(cost_nano_usd, 0)), ${MAX_NANO_USD})::bigint AS cost
  FROM fresh WHERE team_id IS NOT NULL GROUP BY team_id
), spend_of_teams AS (
  UPDATE team
  SET spend_nano_usd = least(team.spend_nano_usd, ${MAX_NANO_USD} - spent.cost) + spent.cost
  FROM spent_of_teams AS spent JOIN locked_teams ON locked_teams.id = spent.team_id
  WHERE team.id = spent.team_id
  RETURNING team.id, team.spend_nano_usd >= ${MAX_NANO_USD} AS is_full
), ${SETTLE_BUDGETS}, ranged AS MATERIALIZED (
  SELECT *, date_trunc('hour', created_at, 'UTC') AS in_hour, date_trunc('day', created_at, 'UTC') AS in_day,
    ${dimensionsSql.join(', ')},
    ${rangesSql.join(', ')}
  FROM fresh
), ${rollupTables.map((table) => `${table.name}_rows AS (${rolledSql(table)})`).join(', ')}, opened AS (
  DELETE FROM closed_day WHERE day IN (
    SELECT day FROM closed_day WHERE day IN (SELECT in_day FROM ranged) ORDER BY day FOR UPDATE
  )
)
SELECT (SELECT count(*)::int FROM ins) AS written,
  coalesce((SELECT jsonb_agg(jsonb_build_object(${lostColumns.map((name) => `'${name}', ${name}`).join(', ')}))
    FROM fresh WHERE status = 'lost'), '[]') AS lost,
  ${PASSED_BUDGETS} AS passed_budgets,
  coalesce((SELECT array_agg(id::text) FROM spend WHERE is_full), '{}') AS full_keys,
  coalesce((SELECT array_agg(id::text) FROM spend_of_teams WHERE is_full), '{}') AS full_teams`;

/** Adds what is ranged to a table of sums. */
function rolledSql({ name: table, dimensions, counts }: RollupTable): string {
  const columns = ['grain', 'starts_at', ...Object.keys(dimensions)];
  const by = Object.keys(dimensions).map((name) => `by_${name}`);
  return `
  INSERT INTO ${table} (${columns.join(', ')}, ${addedColumns.join(', ')})
  SELECT CASE grouping(in_hour) WHEN 0 THEN 'hour' ELSE 'day' END, coalesce(in_hour, in_day),
    ${by.join(', ')},
    ${addedSql.join(', ')}
  FROM ranged WHERE ${counts}
  GROUP BY GROUPING SETS ((in_hour, ${by.join(', ')}), (in_day, ${by.join(', ')}))
  ORDER BY ${columns.map((_, index) => index + 1).join(', ')}
  ON CONFLICT (${columns.join(', ')}) DO UPDATE SET
    ${addedColumns.map((name) => `${name} = ${added(table, name)}`).join(', ')}`;
}

/** Ranges are NULL where nothing was counted. */
function added(table: string, column: string): string {
  const isSum = Object.hasOwn(rollupSums, column);
  return isSum
    ? `${table}.${column} + excluded.${column}`
    : `coalesce(${table}.${column} + excluded.${column}, ${table}.${column}, excluded.${column})`;
}
