import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Ask, ReadOnlyPool } from '../../database/read-only-pool.js';
import { SqlValues } from '../../database/sql-values.js';
import type { LedgerScope, TeamScope } from '../../domain/administrator.js';
import { firstIdAt } from '../../http/request-id.js';
import { logConditions, type LogFilter } from './log-filter.js';
import { logRowSchema, selectionOf, type HeavyColumn, type LogRow } from './log-row.js';
import { within } from './logs-of-teams.js';
import { searchCondition } from './transcript-search.js';

/** A range of time, of one key or of all callers. */
export interface SpendFilter {
  readonly from: Date;
  /** The first moment that is not in it. */
  readonly to: Date;
  readonly keyId?: string;
  readonly teamId?: string;
  readonly endUser?: string;
  readonly scope: TeamScope;
}

/** What sums are told apart by, beside key and model. */
export interface SpendParts {
  readonly byDay: boolean;
  /** Absent = by nothing else. */
  readonly by?: 'team' | 'end_user';
}

/** What the requests of one key for one model have cost, on one day or in the whole range. */
export interface SpendGroup {
  /** Name of the team, as it was last called, or the end user; null = none, or not asked for. */
  readonly of: string | null;
  /** In UTC: `2026-11-20`; null = the whole range. */
  readonly day: string | null;
  /** null = the master key. */
  readonly keyId: string | null;
  /** The provider's name for the model; where none was called, what was asked for, or nothing. */
  readonly model: string;
  /** What is unknown of it is left out. */
  readonly spendNanoUsd: bigint;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const spendRows = z.array(
  z.object({
    of: z.string().nullable(),
    day: z.string().nullable(),
    keyId: z.string().nullable(),
    model: z.string(),
    spendNanoUsd: z.string().transform(BigInt),
    inputTokens: z.string().transform(Number),
    outputTokens: z.string().transform(Number),
  }),
);

const rowsSchema = z.array(logRowSchema);
const idsSchema = z.array(z.object({ id: z.string() }));
const countSchema = z.tuple([z.object({ count: z.int() })]);
const planSchema = z.tuple([
  z.object({
    'QUERY PLAN': z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number(), 'Total Cost': z.number() }) })]),
  }),
]);

const horizonSchema = z.tuple([z.object({ horizon: z.string(), hasNews: z.boolean() })]);
const nowSchema = z.tuple([z.object({ xid: z.string(), seen: z.string() })]);
const placeSchema = z.object({ xid: z.string(), id: z.string() });
const writtenRowSchema = logRowSchema.extend({ xid: z.string() });

/** A place in the order in which logs were written, which is not that of their ids: a long request ends after younger ones. */
export interface WrittenPlace extends z.output<typeof placeSchema> {
  /** The snapshot whose logs are passed over, although some of them stand behind this place. */
  readonly seen?: string;
}
/** Before every request of a transaction. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';
/** A row with its place. */
export type WrittenRow = z.output<typeof writtenRowSchema>;

/** Where the index cannot give the newest first: how many of the newest rows are looked through before all the others are. */
const WINDOWS = [5_000, 50_000];

/** More are not counted, and neither is what costs more by PostgreSQL's reckoning, which is some tens of milliseconds. */
const COUNTED = 10_000;
const CHEAP = 20_000;

/** Which rows a page has. */
export interface PageRequest {
  readonly limit: number;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
  /** The long columns that are wanted. */
  readonly heavy: readonly HeavyColumn[];
}

/** Injection token of the logs' own {@link ReadOnlyPool}. */
export const LOGS_POOL = Symbol('LOGS_POOL');

/** The ledger in PostgreSQL, read. Whatever it is asked fails with a 503 where the database takes too long, or is away. */
@Injectable()
export class LogsRepository {
  constructor(@Inject(LOGS_POOL) private readonly pool: Pick<ReadOnlyPool, 'read'>) {}

  async find(id: string, scope: LedgerScope): Promise<LogRow | undefined> {
    const filter = within({ request_id: [id] }, scope);
    const page = { limit: 1, heavy: ['attempts', 'plan', 'transcript', 'question', 'said', 'segments'] } as const;
    const [found] = await this.pool.read((ask) => this.select(ask, filter, page));
    return found;
  }

  /** Up to `limit` rows, newest first. */
  async list(filter: LogFilter, page: PageRequest): Promise<LogRow[]> {
    return await this.pool.read(async (ask) => {
      if (isOrdered(filter)) return await this.select(ask, filter, page);
      const ids = await this.findByWindows(ask, filter, page);
      return ids.length === 0 ? [] : await this.select(ask, { request_id: ids }, { ...page, cursor: undefined });
    });
  }

  /** How many rows there are: about, unless they are few and counting them is cheap. */
  async total(filter: LogFilter): Promise<{ readonly count: number; readonly isExact: boolean }> {
    const values = new SqlValues();
    const found = `SELECT FROM request_log ${whereOf(logConditions(filter, values))}`;
    return await this.pool.read(async (ask) => {
      const [{ 'QUERY PLAN': plans }] = planSchema.parse(await ask(`EXPLAIN (FORMAT JSON) ${found}`, values.all));
      const { 'Plan Rows': estimate, 'Total Cost': cost } = plans[0].Plan;
      if (estimate > COUNTED || cost > CHEAP) return { count: estimate, isExact: false };
      // Not all of them: an estimate can be too low.
      const counting = `SELECT count(*)::int AS count FROM (${found} LIMIT ${COUNTED + 1}) AS found`;
      const [{ count }] = countSchema.parse(await ask(counting, values.all));
      return { count, isExact: count <= COUNTED };
    });
  }

  /** Up to `limit + 1` groups, in no order. */
  async spend(
    { from, to, keyId, teamId, endUser, scope }: SpendFilter,
    { byDay, by }: SpendParts,
    limit: number,
  ): Promise<SpendGroup[]> {
    const values = new SqlValues();
    // By its id: a team may have had several names.
    const of = { team: 'team_id::text', end_user: `nullif(end_user, '')`, none: 'NULL::text' }[by ?? 'none'];
    const day = byDay ? `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')` : 'NULL::text';
    const conditions = [
      `id >= ${values.add(firstIdAt(from))}::uuid`,
      `id < ${values.add(firstIdAt(to))}::uuid`,
      ...(keyId === undefined ? [] : [`key_id = ${values.add(keyId)}::uuid`]),
      ...(teamId === undefined ? [] : [`team_id = ${values.add(teamId)}::uuid`]),
      ...(endUser === undefined ? [] : [`end_user = ${values.add(endUser)}::text`]),
      ...logConditions(within({}, scope), values),
    ];
    const rows = await this.ask(
      `SELECT ${day} AS "day", ${by === 'team' ? '(array_agg(team_name ORDER BY id DESC))[1]' : of} AS "of", key_id::text AS "keyId", COALESCE(upstream_model, model, '') AS "model",
         COALESCE(SUM(cost_nano_usd), 0)::text AS "spendNanoUsd",
         ${sumOfTokens('input_tokens')} AS "inputTokens", ${sumOfTokens('output_tokens')} AS "outputTokens"
       FROM request_log ${whereOf(conditions)} GROUP BY ${day}, ${of}, key_id, COALESCE(upstream_model, model, '') LIMIT ${values.add(limit + 1)}::int`,
      values,
    );
    return spendRows.parse(rows);
  }

  /**
   * The number of the transaction below which all have ended: what they wrote can be seen, and nothing comes to it.
   * @param before the one of the last time
   * @returns it, and whether logs were written between the two
   */
  async horizon(before: string): Promise<{ readonly horizon: string; readonly hasNews: boolean }> {
    const values = new SqlValues();
    const rows = await this.ask(
      `WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon)
       SELECT horizon::text AS horizon, EXISTS (
         SELECT FROM request_log WHERE written_xid >= ${values.add(before)}::text::xid8 AND written_xid < horizon
       ) AS "hasNews" FROM now`,
      values,
    );
    return horizonSchema.parse(rows)[0];
  }

  /**
   * The place behind all logs that can be seen now. What was written while an older transaction is still open lies beyond
   * the {@link horizon}, so the snapshot is what tells it from what is still to come.
   */
  async now(): Promise<WrittenPlace> {
    const rows = await this.ask(
      `SELECT pg_snapshot_xmin(now)::text AS xid, now::text AS seen FROM pg_current_snapshot() AS now`,
      new SqlValues(),
    );
    const [place] = nowSchema.parse(rows);
    return { ...place, id: NO_ID };
  }

  /** Where a log stands in the order in which logs were written; undefined where there is none with this id within the scope. */
  async placeOf(id: string, scope: TeamScope): Promise<WrittenPlace | undefined> {
    const values = new SqlValues();
    const conditions = logConditions(within({ request_id: [id] }, scope), values);
    const rows = await this.ask(
      `SELECT coalesce(written_xid, '0')::text AS xid, id FROM request_log ${whereOf(conditions)}`,
      values,
    );
    return z.array(placeSchema).parse(rows)[0];
  }

  /** Up to `limit` rows in the order in which they were written: after a place, and below a {@link horizon}. */
  async writtenAfter(
    filter: LogFilter,
    { xid, id, seen }: WrittenPlace,
    horizon: string,
    { limit, heavy }: Pick<PageRequest, 'limit' | 'heavy'>,
  ): Promise<WrittenRow[]> {
    const values = new SqlValues();
    const { columns, join } = selectionOf(heavy);
    const after = values.add(xid);
    const conditions = [
      `written_xid >= ${after}::text::xid8`,
      `(written_xid > ${after}::text::xid8 OR id > ${values.add(id)}::uuid)`,
      `written_xid < ${values.add(horizon)}::text::xid8`,
      ...(seen === undefined
        ? []
        : [`NOT pg_visible_in_snapshot(written_xid, ${values.add(seen)}::text::pg_snapshot)`]),
      ...logConditions(filter, values),
    ];
    const rows = await this.ask(
      `SELECT ${columns}, written_xid::text AS xid FROM request_log ${join} ${whereOf(conditions)}
       ORDER BY written_xid, request_log.id LIMIT ${values.add(limit)}::int`,
      values,
    );
    return z.array(writtenRowSchema).parse(rows);
  }

  private async select(ask: Ask, filter: LogFilter, { limit, cursor, heavy }: PageRequest): Promise<LogRow[]> {
    const values = new SqlValues();
    const { columns, join } = selectionOf(heavy);
    const conditions = [...logConditions(filter, values), ...before(cursor, values)];
    const rows = await ask(
      `SELECT ${columns} FROM request_log ${join} ${whereOf(conditions)} ORDER BY id DESC LIMIT ${values.add(limit)}::int`,
      values.all,
    );
    return rowsSchema.parse(rows);
  }

  /**
   * The ids of up to `limit` rows, newest first: of the newest rows, then of more of them, then of all. Whatever is frequent is
   * found in the first ones, and what is not is rare enough to be found whole by its index, or by its indexes where each of two things
   * is frequent, and only both together are rare.
   */
  private async findByWindows(ask: Ask, filter: LogFilter, { limit, cursor }: PageRequest): Promise<string[]> {
    const found: string[] = [];
    const parts = indexedParts(filter);
    let upper = cursor;
    for (const size of [...WINDOWS, undefined]) {
      const lower = size === undefined ? undefined : await this.idAfter(ask, filter, upper, size);
      const window = { lower, upper, limit: limit - found.length };
      // In a window without a lower end.
      const isRare = lower === undefined && parts.length > 1;
      found.push(
        ...(isRare ? await this.findByIndexes(ask, filter, parts, window) : await this.findWithin(ask, filter, window)),
      );
      if (found.length === limit || lower === undefined) break;
      upper = lower;
    }
    return found;
  }

  /** The id before which, towards older ones, there are `count` others. */
  private async idAfter(
    ask: Ask,
    filter: LogFilter,
    upper: string | undefined,
    count: number,
  ): Promise<string | undefined> {
    const values = new SqlValues();
    const { table, id } = soughtIn(filter);
    const rows = await ask(
      `SELECT ${id} AS id FROM ${table} ${whereOf(rangeOf(id, filter, { upper }, values))}
       ORDER BY ${id} DESC OFFSET ${values.add(count)}::int LIMIT 1`,
      values.all,
    );
    return idsSchema.parse(rows)[0]?.id;
  }

  private async findWithin(
    ask: Ask,
    filter: LogFilter,
    { limit, ...window }: Window & { limit: number },
  ): Promise<string[]> {
    const values = new SqlValues();
    const { id } = soughtIn(filter);
    const { search, from: _, to: __, ...others } = filter;
    const conditions = logConditions(others, values);
    const words = search === undefined ? [] : [searchCondition(search, values)];
    const tables =
      search === undefined
        ? 'request_log'
        : `transcript ${conditions.length > 0 ? 'JOIN request_log ON request_log.id = transcript.request_id' : ''}`;
    // Without an order and a limit within, so that the index is used that has what is rare.
    const rows = await ask(
      `WITH found AS MATERIALIZED (
         SELECT ${id} AS id FROM ${tables} ${whereOf([...rangeOf(id, filter, window, values), ...words, ...conditions])}
       ) SELECT id FROM found ORDER BY id DESC LIMIT ${values.add(limit)}::int`,
      values.all,
    );
    return idsSchema.parse(rows).map((row) => row.id);
  }

  /**
   * As {@link findWithin}, of what several indexes know. PostgreSQL takes what is asked for together for more frequent than it may be, and
   * would read all rows that have one thing to see whether they have the other; the indexes alone tell it, too.
   */
  private async findByIndexes(
    ask: Ask,
    filter: LogFilter,
    parts: readonly LogFilter[],
    { limit, ...window }: Window & { limit: number },
  ): Promise<string[]> {
    const values = new SqlValues();
    const found = parts.map(
      (part, index) =>
        `(SELECT id FROM request_log ${whereOf([...rangeOf('id', filter, window, values), ...logConditions(part, values)])}) AS part_${index}`,
    );
    // Each month by itself: what an index has of a month is in order.
    await ask('SET LOCAL enable_partitionwise_join = on', []);
    const rows = await ask(
      `WITH found AS MATERIALIZED (SELECT id FROM ${found.map((part, index) => (index === 0 ? part : `JOIN ${part} USING (id)`)).join(' ')}) SELECT id FROM found
       ORDER BY id DESC LIMIT ${values.add(limit)}::int`,
      values.all,
    );
    return idsSchema.parse(rows).map((row) => row.id);
  }

  private async ask(sql: string, values: SqlValues): Promise<unknown> {
    return await this.pool.read((ask) => ask(sql, values.all));
  }
}

/** Ids from the lower one up to the upper one, which is not among them. */
interface Window {
  readonly lower?: string | undefined;
  readonly upper?: string | undefined;
}

/**
 * Whether an index gives the rows in their order, or PostgreSQL knows that there are few of them. It cannot tell a rare word, tag or
 * amount from a frequent one, nor how often two things come together, and would walk through everything for the newest.
 */
function isOrdered(filter: LogFilter): boolean {
  const asked = Object.entries(filter).flatMap(([name, wanted]) =>
    wanted === undefined || name === 'from' || name === 'to' ? [] : [name],
  );
  if (asked.includes('request_id')) return true;
  return asked.length <= 1 && asked.every((name) => !/^(search|tag|.+_(min|max))$/.test(name));
}

/** Filters of which an index has the ids in their order, where one value is asked for. */
const indexed = [
  'key_id',
  'team_id',
  'end_user',
  'model',
  'deployment_id',
  'provider',
  'task',
  'response_format',
  'language',
  'status',
  'error_code',
  'cache',
] as const satisfies readonly (keyof LogFilter)[];

/** What of a filter indexes can tell, each apart, and the rest in one, without the range; empty of one that searches transcripts. */
function indexedParts(filter: LogFilter): LogFilter[] {
  if (filter.search !== undefined) return [];
  const { from: _from, to: _to, ...rest } = filter;
  const parts: LogFilter[] = [];
  for (const name of indexed) {
    if (filter[name]?.length !== 1) continue;
    parts.push({ [name]: filter[name] });
    delete rest[name];
  }
  return logConditions(rest, new SqlValues()).length > 0 ? [...parts, rest] : parts;
}

function soughtIn({ search }: LogFilter): { readonly table: string; readonly id: string } {
  return search === undefined ? { table: 'request_log', id: 'id' } : { table: 'transcript', id: 'request_id' };
}

function rangeOf(id: string, { from, to }: LogFilter, { lower, upper }: Window, values: SqlValues): string[] {
  const first = from && firstIdAt(from);
  const end = to && firstIdAt(to);
  return [
    ...[first, lower].flatMap((least) => (least === undefined ? [] : [`${id} >= ${values.add(least)}::uuid`])),
    ...[end, upper].flatMap((most) => (most === undefined ? [] : [`${id} < ${values.add(most)}::uuid`])),
  ];
}

function before(cursor: string | undefined, values: SqlValues): string[] {
  return cursor === undefined ? [] : [`id < ${values.add(cursor)}::uuid`];
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** What is no number has been edited, or is of a newer version. */
function sumOfTokens(field: 'input_tokens' | 'output_tokens'): string {
  return `COALESCE(SUM(
    CASE WHEN jsonb_typeof(usage -> '${field}') = 'number' THEN (usage ->> '${field}')::numeric END
  ), 0)::text`;
}
