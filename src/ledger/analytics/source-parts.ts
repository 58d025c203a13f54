import type { SqlValues } from '../../database/sql-values.js';
import { firstIdAt } from '../../http/request-id.js';
import { logConditions, MASTER, NO_TEAM_ASKED, type LogFilter } from '../logs/log-filter.js';
import { SUMS_BY_TEAM } from '../rollups/closed-rollup.js';
import { NO_KEY, NO_TEAM } from '../rollups/rollup-columns.js';
import { dimensions, type Dimension } from './dimensions.js';
import { tile, withClosedDays, type Tile, type TileSource } from './tiling.js';

/** What roll-ups can be narrowed by, but for the range. */
const rollupFilters: ReadonlySet<string> = new Set<keyof LogFilter>([
  'from',
  'to',
  'key_id',
  'team_id',
  'model',
  'deployment_id',
  'provider',
  'task',
  'status',
]);

/** What is asked of the ledger, as far as it decides where the answer is read. */
export interface Asked {
  /** In milliseconds, ascending: where the range begins, where buckets begin within it, where it ends. */
  readonly edges: readonly number[];
  /** The range is that of the edges, whatever it says here. */
  readonly filter: LogFilter;
  readonly groupBy: readonly Dimension[];
  /** The beginnings of days in the range, in milliseconds, whose sums without keys may be read. */
  readonly closedDays?: ReadonlySet<number>;
}

/** Tiles of one source that are read in one go. */
export interface SourcePart {
  readonly source: TileSource;
  readonly isMoved: boolean;
  readonly tiles: readonly Tile[];
  /** Of rows: only those whose model was none, which roll-ups know no name of. */
  readonly unknownModelsOnly: boolean;
}

/** Whether roll-ups can tell it; else it is read from rows. */
export function areInRollups(filter: LogFilter, groupBy: readonly Dimension[]): boolean {
  const isAsked = (name: string, value: unknown) => value !== undefined && !rollupFilters.has(name);
  return (
    groupBy.every((dimension) => dimensions[dimension].rollup !== undefined) &&
    !Object.entries(filter).some(([name, value]) => isAsked(name, value))
  );
}

/**
 * Where the answer is read.
 * @param fromRollups whether roll-ups may be used
 * @param mayMove see {@link tile}
 */
export function partsOf(asked: Asked, fromRollups: boolean, mayMove: boolean): SourcePart[] {
  const { edges, filter } = asked;
  const whole = { source: 'rows', fromMs: edges[0] ?? 0, toMs: edges.at(-1) ?? 0, isMoved: false } as const;
  const tiles = fromRollups
    ? withClosedDays(tile(edges, mayMove), closedDaysFor(asked))
    : [whole].filter(({ fromMs, toMs }) => fromMs < toMs);
  const parts = (['closed', 'day', 'hour', 'rows'] as const).flatMap((source) =>
    [false, true].map((isMoved) => ({
      source,
      isMoved,
      tiles: tiles.filter((it) => it.source === source && it.isMoved === isMoved),
      unknownModelsOnly: false,
    })),
  );
  // A day that is read as a whole may reach beyond the range.
  const summed = tiles
    .filter(({ source, isMoved }) => source !== 'rows' && !isMoved)
    .map((it) => ({ ...it, fromMs: Math.max(it.fromMs, whole.fromMs), toMs: Math.min(it.toMs, whole.toMs) }));
  const unknown = { source: 'rows', isMoved: false, tiles: summed, unknownModelsOnly: true } as const;
  return [...parts, ...(filter.model ? [unknown] : [])].filter((part) => part.tiles.length > 0);
}

/** The closed days that may be read: their sums know no keys. */
function closedDaysFor({ closedDays, filter, groupBy }: Asked): ReadonlySet<number> {
  return closedDays && filter.key_id === undefined && !groupBy.includes('key') ? closedDays : new Set();
}

/**
 * Whether it is asked for requests of no team beside others. Sums of those are not kept: they are what the sums of all requests
 * have more than those of teams, and so they do not tell what there is.
 */
export function asksForNoTeam({ filter: { team_id }, groupBy }: Pick<Asked, 'filter' | 'groupBy'>): boolean {
  return team_id ? team_id.includes(NO_TEAM_ASKED) : groupBy.includes('team');
}

/**
 * What a part is read from, in SQL: `part`, with the columns of `request_log` or of sums.
 * @param values takes what it compares with
 */
export function partSql(part: SourcePart, asked: Asked, values: SqlValues): string {
  const { filter } = asked;
  const { source, tiles } = part;
  const isRows = source === 'rows';
  const [table, column, type] = isRows
    ? ['request_log', 'id', 'uuid']
    : [sumsTable(asked, source), 'starts_at', 'timestamptz'];
  const range = {
    from: new Date(Math.min(...tiles.map(({ fromMs }) => fromMs))),
    to: new Date(Math.max(...tiles.map(({ toMs }) => toMs))),
  };
  // What is moved was counted in a day's sums, which have no names of what was no model.
  const conditions = isRows
    ? [
        ...logConditions({ ...filter, ...range }, values),
        ...(part.unknownModelsOnly ? ['NOT model_known'] : []),
        ...(part.isMoved && filter.model ? ['model_known'] : []),
      ]
    : [...(source === 'closed' ? [] : [`grain = '${source}'`]), ...rollupConditions(filter, values)];
  const bound = (momentMs: number) => {
    const moment = new Date(momentMs);
    return isRows ? firstIdAt(moment) : moment.toISOString();
  };
  const select = (from: string, to: string) =>
    `SELECT * FROM ${table} WHERE ${[`${column} >= ${from}`, `${column} < ${to}`, ...conditions].join(' AND ')}`;
  const [only, ...others] = tiles;
  if (only && others.length === 0) {
    return `(${select(`${values.add(bound(only.fromMs))}::${type}`, `${values.add(bound(only.toMs))}::${type}`)}) AS part`;
  }
  const [froms, tos] = [tiles.map(({ fromMs }) => bound(fromMs)), tiles.map(({ toMs }) => bound(toMs))];
  // OFFSET 0 keeps the planner from reading the whole table for all tiles at once.
  return `unnest(${values.add(froms)}::${type}[], ${values.add(tos)}::${type}[]) AS tile(tile_from, tile_to)
    CROSS JOIN LATERAL (${select('tile_from', 'tile_to')} OFFSET 0) AS part`;
}

/** The sums that tell it. */
function sumsTable(asked: Asked, source: TileSource): string {
  if (source === 'closed') {
    const scope = asked.filter.team_id || asked.groupBy.includes('team') ? 'team' : 'all';
    return `(SELECT * FROM closed_rollup WHERE scope = '${scope}') AS of_scope`;
  }
  if (asksForNoTeam(asked)) return `(${SUMS_BY_TEAM}) AS by_team`;
  return asked.filter.team_id ? 'team_rollup' : 'usage_rollup';
}

function rollupConditions(filter: LogFilter, values: SqlValues): string[] {
  const { key_id, team_id, model, deployment_id, provider, task, status } = filter;
  const keys = key_id?.map((id) => (id === MASTER ? NO_KEY : id));
  const teams = team_id?.map((id) => (id === NO_TEAM_ASKED ? NO_TEAM : id));
  const isAnyOf = (column: string, type: string, wanted: readonly string[] | undefined) =>
    wanted ? [`${column} = ANY(${values.add(wanted)}::${type}[])`] : [];
  return [
    ...isAnyOf('key_id', 'uuid', keys),
    ...isAnyOf('team_id', 'uuid', teams),
    ...isAnyOf('model', 'text', model),
    ...isAnyOf('deployment_id', 'text', deployment_id),
    ...isAnyOf('provider', 'text', provider),
    ...isAnyOf('task', 'text', task),
    ...isAnyOf('status', 'text', status),
  ];
}
