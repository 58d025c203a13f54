import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Ask } from '../../database/read-only-pool.js';
import { SqlValues } from '../../database/sql-values.js';
import { rangeColumns, type Histogram } from '../rollups/histogram.js';
import { NO_KEY, rangeSql, sumSql, type RollupSum } from '../rollups/rollup-columns.js';
import { dimensions, type Dimension } from './dimensions.js';
import type { Rank } from './metrics.js';
import { asksForNoTeam, partSql, partsOf, type Asked, type SourcePart } from './source-parts.js';
import { kinds, type Cell, type DistinctMetric } from './tally.js';

/** A group by what it is told by, in the order of `group_by`; nothing is an empty text. */
export type GroupNames = readonly string[];

/** What is read of the requests. */
export interface Columns {
  readonly sums: readonly RollupSum[];
  readonly histograms: readonly Histogram[];
  /** Whether histograms are read of all requests, and not only of those that succeeded. */
  readonly timesOfAll: boolean;
}

/** How many different ones there are in a place of the answer. */
export interface Different {
  /** undefined = in all of them together. */
  readonly bucket?: number;
  readonly group?: number;
  readonly count: number;
}

const placeColumns = {
  bucket: z.int(),
  taken: z.int(),
  grp: z.int(),
  kind: z.enum(kinds),
};
const wideRow = z.object(placeColumns).catchall(z.union([z.string(), z.number()]));
const rangeRow = z.object({ ...placeColumns, range: z.int(), requests: z.number() });
const groupRow = z.object({ a: z.string(), b: z.string() });
const differentRow = z.object({ bucket: z.int().nullable(), grp: z.int().nullable(), different: z.number() });
const nameRow = z.object({ id: z.string(), name: z.string() });
const dayRow = z.object({ day: z.date() });

/** The number of a bucket that is before the first. */
const OUTSIDE = -1;

const KIND = `CASE status WHEN 'success' THEN 'success' WHEN 'failure' THEN 'error' WHEN 'lost' THEN 'error' ELSE 'other' END`;

/** What a row stands for at which moment: the middle of a day decides to which bucket it belongs. */
const NOON = `starts_at + INTERVAL '12 hours'`;
const MOMENT = { rows: 'created_at', hour: 'starts_at', day: NOON, closed: NOON } as const;
const MIDDLE_OF_DAY = {
  rows: `date_trunc('day', created_at, 'UTC') + INTERVAL '12 hours'`,
  hour: `date_trunc('day', starts_at, 'UTC') + INTERVAL '12 hours'`,
  day: NOON,
  closed: NOON,
} as const;

/** What is different, of rows and of roll-ups; NULL is nothing. */
const DIFFERENT: Readonly<Record<DistinctMetric, { readonly row: string; readonly rollup?: string }>> = {
  keys: { row: 'key_id::text', rollup: `nullif(key_id, '${NO_KEY}')::text` },
  users: { row: `nullif(end_user, '')` },
};

/** What is told by its id, with the table that has its name. */
const named = { key: 'virtual_key', team: 'team' } as const satisfies Partial<Record<Dimension, string>>;
export type NamedDimension = keyof typeof named;

/** Whether groups of it have a name beside their id. */
export function isNamed(dimension: Dimension): dimension is NamedDimension {
  return Object.hasOwn(named, dimension);
}

/** Whether roll-ups can tell it. */
export function isDifferentInRollups(metric: DistinctMetric): boolean {
  return DIFFERENT[metric].rollup !== undefined;
}

/** The ledger in PostgreSQL, summed. Every question is asked on a connection of the caller's. */
@Injectable()
export class AnalyticsRepository {
  /** The closed days that a range touches: their beginnings, in milliseconds. */
  async closedDays(ask: Ask, edges: readonly number[]): Promise<ReadonlySet<number>> {
    const [from, to] = [new Date(edges[0] ?? 0), new Date(edges.at(-1) ?? 0)];
    const rows = await ask(
      `SELECT day FROM closed_day WHERE day > $1::timestamptz - INTERVAL '24 hours' AND day < $2::timestamptz`,
      [from, to],
    );
    return new Set(
      z
        .array(dayRow)
        .parse(rows)
        .map(({ day }) => day.getTime()),
    );
  }

  /** The largest groups, largest first, up to so many. */
  async largestGroups(ask: Ask, asked: Asked, fromRollups: boolean, rank: Rank, limit: number): Promise<string[][]> {
    const values = new SqlValues();
    const { edges } = asked;
    const whole = { ...asked, edges: [edges[0] ?? 0, edges.at(-1) ?? 0] };
    const parts = partsOf(whole, fromRollups, true).map((part) => {
      const [a, b] = groupSql(part, asked.groupBy);
      // Without buckets only what is outside the range is moved.
      const sign = part.isMoved ? '-' : '';
      const requests = part.source === 'rows' ? sumSql('requests') : 'sum(requests)';
      return `SELECT ${a} AS a, ${b} AS b, ${sign}(${rankSql(part, rank)}) AS amount, ${sign}(${requests}) AS requests
        FROM ${partSql(part, asked, values)} ${tagsSql(asked.groupBy)} GROUP BY 1, 2`;
    });
    if (parts.length === 0) return [];
    const rows = await ask(
      `SELECT a, b FROM (${parts.join(' UNION ALL ')}) AS parts GROUP BY a, b HAVING sum(requests) > 0
       ORDER BY sum(amount) DESC, a COLLATE "C", b COLLATE "C" LIMIT ${values.add(limit)}`,
      values.all,
    );
    return z
      .array(groupRow)
      .parse(rows)
      .map(({ a, b }) => (asked.groupBy.length === 1 ? [a] : [a, b]));
  }

  /**
   * The sums of every bucket, group and kind; what is in none of the groups is group 0.
   * @param groups as `largestGroups` tells them
   */
  async cells(
    ask: Ask,
    asked: Asked,
    fromRollups: boolean,
    groups: readonly GroupNames[],
    { sums, histograms, timesOfAll }: Columns,
  ): Promise<Cell[]> {
    const cells: Cell[] = [];
    for (const part of partsOf(asked, fromRollups, true)) {
      const read = { part, asked, groups };
      if (sums.length > 0) cells.push(...(await this.sums(ask, read, sums)));
      // Apart, because they are of fewer rows and many more columns.
      const timed = timesOfAll ? 'true' : `status = 'success'`;
      if (part.source !== 'rows' && histograms.length > 0) {
        cells.push(...(await this.rollupRanges(ask, read, histograms, timed)));
      }
      for (const histogram of part.source === 'rows' ? histograms : []) {
        cells.push(...(await this.rowRanges(ask, read, histogram, timed)));
      }
    }
    return cells;
  }

  /** How many different ones there are: in all, by bucket, by group and by both. */
  async different(
    ask: Ask,
    asked: Asked,
    fromRollups: boolean,
    groups: readonly GroupNames[],
    metric: DistinctMetric,
  ): Promise<Different[]> {
    const values = new SqlValues();
    const areTold = fromRollups && isDifferentInRollups(metric) && !asksForNoTeam(asked);
    const parts = partsOf({ ...asked, closedDays: undefined }, areTold, false).map((part) => {
      const { row, rollup = row } = DIFFERENT[metric];
      const place = placeSql(part, asked, groups, values);
      return `SELECT DISTINCT ${place.bucket} AS bucket, ${place.group} AS grp, ${part.source === 'rows' ? row : rollup} AS it
        FROM ${place.from}`;
    });
    if (parts.length === 0) return [];
    const rows = await ask(
      `SELECT bucket, grp, count(DISTINCT it)::float8 AS different
       FROM (${parts.join(' UNION ALL ')}) AS parts WHERE it IS NOT NULL
       GROUP BY GROUPING SETS ((bucket, grp), (bucket), (grp), ())`,
      values.all,
    );
    return z
      .array(differentRow)
      .parse(rows)
      .map(({ bucket, grp, different }) => ({
        bucket: bucket ?? undefined,
        group: grp ?? undefined,
        count: different,
      }));
  }

  /** The names of keys or teams by their ids; those that have been deleted have none. */
  async namesOf(ask: Ask, what: NamedDimension, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await ask(`SELECT id::text AS id, name FROM ${named[what]} WHERE id = ANY($1::uuid[])`, [ids]);
    return new Map(
      z
        .array(nameRow)
        .parse(rows)
        .map(({ id, name }) => [id, name]),
    );
  }

  private async sums(ask: Ask, { part, asked, groups }: Reading, sums: readonly RollupSum[]): Promise<Cell[]> {
    const values = new SqlValues();
    const place = placeSql(part, asked, groups, values);
    const columns = sums.map((sum) => `(${part.source === 'rows' ? sumSql(sum) : `sum(${sum})`})::text AS ${sum}`);
    const rows = await ask(
      `SELECT ${[place.columns, ...columns].join(', ')} FROM ${place.from} GROUP BY 1, 2, 3, 4`,
      values.all,
    );
    return z
      .array(wideRow)
      .parse(rows)
      .map((row) => ({
        ...cellOf(row, asked),
        sums: new Map(sums.map((sum) => [sum, BigInt(row[sum] ?? 0)])),
        counts: [],
      }));
  }

  private async rollupRanges(
    ask: Ask,
    { part, asked, groups }: Reading,
    histograms: readonly Histogram[],
    timed: string,
  ): Promise<Cell[]> {
    const values = new SqlValues();
    const place = placeSql(part, asked, groups, values);
    const columns = histograms
      .flatMap(rangeColumns)
      .map((column) => `coalesce(sum(${column}), 0)::float8 AS ${column}`);
    const rows = await ask(
      `SELECT ${[place.columns, ...columns].join(', ')} FROM ${place.from} WHERE ${timed} GROUP BY 1, 2, 3, 4`,
      values.all,
    );
    return z
      .array(wideRow)
      .parse(rows)
      .map((row) => ({
        ...cellOf(row, asked),
        sums: new Map(),
        counts: histograms.flatMap((histogram) =>
          rangeColumns(histogram)
            .map((column, range) => ({ histogram, range, requests: Number(row[column]) }))
            .filter(({ requests }) => requests !== 0),
        ),
      }));
  }

  private async rowRanges(
    ask: Ask,
    { part, asked, groups }: Reading,
    histogram: Histogram,
    timed: string,
  ): Promise<Cell[]> {
    const values = new SqlValues();
    const place = placeSql(part, asked, groups, values);
    const rows = await ask(
      `SELECT ${place.columns}, ${rangeSql(histogram)} AS range, count(*)::float8 AS requests
       FROM ${place.from} WHERE ${timed} AND ${rangeSql(histogram)} IS NOT NULL GROUP BY 1, 2, 3, 4, 5`,
      values.all,
    );
    return z
      .array(rangeRow)
      .parse(rows)
      .map(({ range, requests, ...row }) => ({
        ...cellOf(row, asked),
        sums: new Map(),
        counts: [{ histogram, range, requests }],
      }));
  }
}

/** One part of what is asked. */
interface Reading {
  readonly part: SourcePart;
  readonly asked: Asked;
  readonly groups: readonly GroupNames[];
}

interface PlaceSql {
  /** What `part` is, with what tells the groups. */
  readonly from: string;
  readonly bucket: string;
  readonly group: string;
  /** The columns of a {@link Cell}'s place. */
  readonly columns: string;
}

function placeSql(part: SourcePart, asked: Asked, groups: readonly GroupNames[], values: SqlValues): PlaceSql {
  const { source, isMoved } = part;
  const from = partSql(part, asked, values);
  // The end is there to tell what is after it.
  const edges = asked.edges.map((edge) => new Date(edge).toISOString());
  const edgesSql = edges.length > 2 || isMoved ? `${values.add(edges)}::timestamptz[]` : undefined;
  const bucketOf = (moment: string) => (edgesSql === undefined ? '0' : `width_bucket(${moment}, ${edgesSql}) - 1`);
  const { join, group } = groupNumberSql(part, asked.groupBy, groups, values);
  const bucket = bucketOf(MOMENT[source]);
  const taken = isMoved ? bucketOf(MIDDLE_OF_DAY[source]) : `${OUTSIDE}`;
  return {
    from: `${from} ${join}`,
    bucket,
    group,
    columns: `${bucket} AS bucket, ${taken} AS taken, ${group} AS grp, ${KIND} AS kind`,
  };
}

/** The number of a row's group, and what must be joined for it. */
function groupNumberSql(
  part: SourcePart,
  groupBy: readonly Dimension[],
  groups: readonly GroupNames[],
  values: SqlValues,
): { join: string; group: string } {
  if (groupBy.length === 0) return { join: '', group: '0' };
  const [a, b] = groupSql(part, groupBy);
  const names = [0, 1].map((index) => values.add(groups.map((group) => group[index] ?? '')));
  const top = `unnest(${names.map((name) => `${name}::text[]`).join(', ')}) WITH ORDINALITY AS top(a, b, n)`;
  const joined = `LEFT JOIN ${top} ON top.a = ${a} AND top.b = ${b}`;
  const number = 'coalesce(top.n, 0)::int';
  if (!groupBy.includes('tag')) return { join: joined, group: number };
  // Of several tags that are all in "other", a row is there once.
  return {
    join: `CROSS JOIN LATERAL (SELECT DISTINCT ${number} AS grp FROM ${TAGS} ${joined}) AS of_tag`,
    group: 'of_tag.grp',
  };
}

/** A row's tags, each once; none is an empty one. */
const TAGS = `(SELECT DISTINCT unnest(CASE tags WHEN '{}' THEN '{""}' ELSE tags END) AS tag) AS tagged`;

function tagsSql(groupBy: readonly Dimension[]): string {
  return groupBy.includes('tag') ? `CROSS JOIN LATERAL ${TAGS}` : '';
}

/** What tells the group: two texts, of which the second is empty where there is one dimension. */
function groupSql({ source }: SourcePart, groupBy: readonly Dimension[]): readonly [string, string] {
  const sqlOf = (dimension: Dimension | undefined) => {
    if (dimension === undefined) return `''::text`;
    const { row, rollup = row } = dimensions[dimension];
    return source === 'rows' ? row : rollup;
  };
  return [sqlOf(groupBy[0]), sqlOf(groupBy[1])];
}

function rankSql({ source }: SourcePart, { sum, ofErrors }: Rank): string {
  const amount = source === 'rows' ? sumSql(sum) : `sum(${sum})`;
  if (!ofErrors) return amount;
  return source === 'rows'
    ? `count(*) FILTER (WHERE ${KIND} = 'error')`
    : `coalesce(sum(${sum}) FILTER (WHERE ${KIND} = 'error'), 0)`;
}

function cellOf({ bucket, taken, grp, kind }: z.output<z.ZodObject<typeof placeColumns>>, { edges }: Asked) {
  const within = (found: number) => (found > OUTSIDE && found < edges.length - 1 ? found : undefined);
  return { bucket: within(bucket), takenFrom: within(taken), group: grp, kind };
}
