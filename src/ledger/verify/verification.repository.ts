import { z } from 'zod';
import type { SqlConnection } from '../../database/sql-connection.js';
import { MAX_NANO_USD } from '../../domain/money.js';
import { timeOf } from '../../http/request-id.js';
import {
  addedColumns,
  addedSql,
  dimensionsSql,
  rangesSql,
  rollupTables,
  summedColumns,
  type RollupTable,
} from '../rollups/rollup-columns.js';
import { closedDimensions, closedSql } from '../rollups/closed-rollup.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** So many keys or teams are looked at by one statement. */
const OWNERS = 500;
/** So many periods of budgets are looked at by one statement. */
const PERIODS = 200;
/** How long a repair waits for whoever has what it needs. */
const LOCK_TIMEOUT_SECONDS = 30;

/**
 * The rows of a span, with what sums are made of. The time of a row is in its id, by which the table is sorted and divided; an
 * hour on both sides is for rows of which somebody has rounded the one or the other.
 */
const RANGED = `
  SELECT date_trunc('hour', created_at, 'UTC') AS in_hour, date_trunc('day', created_at, 'UTC') AS in_day,
    ${dimensionsSql.join(', ')},
    ${rangesSql.join(', ')}, ${summedColumns.join(', ')}
  FROM request_log
  WHERE id >= first_request_id($1::timestamptz - interval '1 hour') AND id < first_request_id($2::timestamptz + interval '1 hour')
    AND created_at >= $1 AND created_at < $2`;
const added = addedSql.map((sql, index) => `${sql} AS ${addedColumns[index]}`).join(', ');

const keptAndCounted = ['requests', 'cost_nano_usd']
  .flatMap((name) => ['kept', 'counted'].map((side) => `coalesce(${side}.${name}, 0)::text AS ${side}_${name}`))
  .join(', ');
/** Which columns of `kept` are not what they are in `counted`. */
const differingColumns = `
  SELECT array_remove(ARRAY[${addedColumns
    .map((name) => `CASE WHEN coalesce(kept.${name}, 0) <> coalesce(counted.${name}, 0) THEN '${name}' END`)
    .join(', ')}], NULL) AS columns`;

/** What is asked of a table of sums. */
interface RollupStatements {
  /**
   * What the sums of a span of whole days are, and what they should be, where these differ: in one snapshot. Not of hours and days of
   * which logs were deleted because they were kept no longer: their sums cannot be told from their rows any more.
   */
  readonly differences: string;
  /** Makes the sums of an hour of its rows. */
  readonly hour: string;
  /** Makes the sums of a day of those of its hours. */
  readonly day: string;
}

function statementsOf({ name: table, dimensions, counts }: RollupTable): RollupStatements {
  const names = Object.keys(dimensions).join(', ');
  const byDimensions = Object.keys(dimensions)
    .map((name) => `by_${name}`)
    .join(', ');
  return {
    differences: `
WITH ranged AS MATERIALIZED (${RANGED} AND ${counts}), counted AS (
  SELECT CASE grouping(in_hour) WHEN 0 THEN 'hour' ELSE 'day' END AS grain, coalesce(in_hour, in_day) AS starts_at,
    ${Object.keys(dimensions)
      .map((name) => `by_${name} AS ${name}`)
      .join(', ')}, ${added}
  FROM ranged GROUP BY GROUPING SETS ((in_hour, ${byDimensions}), (in_day, ${byDimensions}))
), kept AS (
  SELECT * FROM ${table} WHERE grain IN ('hour', 'day') AND starts_at >= $1 AND starts_at < $2
)
SELECT '${table}' AS "table", grain, starts_at, ${names}, columns, ${keptAndCounted}
FROM kept FULL JOIN counted USING (grain, starts_at, ${names}) CROSS JOIN LATERAL (${differingColumns}) AS differing
WHERE columns <> '{}' AND NOT EXISTS (
  SELECT FROM deleted_log WHERE deleted_log.id >= first_request_id(starts_at - interval '1 second')
    AND deleted_log.id < first_request_id(starts_at + CASE grain WHEN 'hour' THEN interval '1 hour' ELSE interval '1 day' END)
)
ORDER BY starts_at, grain DESC, ${names}`,
    hour: `
WITH ranged AS MATERIALIZED (${RANGED} AND ${counts})
INSERT INTO ${table} (grain, starts_at, ${names}, ${addedColumns.join(', ')})
SELECT 'hour', in_hour, ${byDimensions}, ${addedSql.join(', ')} FROM ranged GROUP BY in_hour, ${byDimensions}`,
    day: `
INSERT INTO ${table} (grain, starts_at, ${names}, ${addedColumns.join(', ')})
SELECT 'day', date_trunc('day', starts_at, 'UTC'), ${names}, ${addedColumns.map((name) => `sum(${name})`).join(', ')}
FROM ${table} WHERE grain = 'hour' AND starts_at >= $1 AND starts_at < $2 GROUP BY 2, ${names}`,
  };
}

const rollups = rollupTables.map((table) => ({ name: table.name, ...statementsOf(table) }));

const closedNames = closedDimensions.join(', ');
/** Where the sums of a closed day, $1, are not what its sums by key come to. */
const CLOSED_DIFFERENCES = `
WITH counted AS (${closedSql('$1::timestamptz')}), kept AS (SELECT * FROM closed_rollup WHERE starts_at = $1)
SELECT 'closed_rollup' AS "table", 'day' AS grain, starts_at, ${closedNames}, columns, ${keptAndCounted}
FROM kept FULL JOIN counted USING (starts_at, ${closedNames}) CROSS JOIN LATERAL (${differingColumns}) AS differing
WHERE columns <> '{}'
ORDER BY ${closedNames}`;

/** Whose spend is kept, with where it is, and what rows and sums are of one of them. */
const owners = {
  key: { table: 'virtual_key', column: 'key_id', rollup: 'usage_rollup' },
  team: { table: 'team', column: 'team_id', rollup: 'team_rollup' },
} as const;
export type SpendOwner = keyof typeof owners;
/** In the order in which they are looked at. */
export const spendOwners = ['key', 'team'] as const satisfies readonly SpendOwner[];

/**
 * What keys or teams should have spent: by the rows, those that were deleted one by one included, and by the sums of the hours of which the rows are not kept any more
 * (before $2). $1 = their ids.
 */
function spendSql({ table, column, rollup }: (typeof owners)[SpendOwner]): string {
  return `
WITH rows AS (
  SELECT id, sum(cost) AS cost FROM (
    SELECT ${column} AS id, cost_nano_usd AS cost FROM request_log WHERE ${column} = ANY($1::uuid[])
    UNION ALL SELECT ${column}, cost_nano_usd FROM deleted_log WHERE ${column} = ANY($1::uuid[])
  ) AS all_rows GROUP BY 1
), gone AS (
  SELECT ${column} AS id, sum(cost_nano_usd) AS cost FROM ${rollup}
  WHERE grain = 'hour' AND starts_at < $2 AND ${column} = ANY($1::uuid[]) GROUP BY 1
)
SELECT id::text, name, spend_nano_usd::text AS kept,
  least(coalesce(rows.cost, 0) + coalesce(gone.cost, 0), ${MAX_NANO_USD})::text AS counted,
  gone.id IS NULL AND created_at < $2 AS "isOlder"
FROM ${table} LEFT JOIN rows USING (id) LEFT JOIN gone USING (id)
WHERE id = ANY($1::uuid[])`;
}

const amount = z.string().transform(BigInt);
const rollupRows = z.array(
  z.object({
    table: z.enum(['usage_rollup', 'team_rollup', 'closed_rollup']),
    grain: z.enum(['hour', 'day']),
    starts_at: z.date(),
    /** Of sums of closed days only. */
    scope: z.enum(['all', 'team']).optional(),
    /** Of sums of teams and of closed days only. */
    team_id: z.string().optional(),
    /** Not of sums of closed days. */
    key_id: z.string().optional(),
    model: z.string(),
    provider: z.string(),
    deployment_id: z.string(),
    task: z.string(),
    status: z.string(),
    columns: z.array(z.string()),
    kept_requests: amount,
    counted_requests: amount,
    kept_cost_nano_usd: amount,
    counted_cost_nano_usd: amount,
  }),
);
const spendRows = z.array(
  z.object({ id: z.string(), name: z.string(), kept: amount, counted: amount, isOlder: z.boolean() }),
);
const periodRows = z.array(
  z.object({
    budget_id: z.string(),
    owner: z.string(),
    period: z.string(),
    model: z.string().nullable(),
    starts_at: z.date(),
    kept_usd: amount,
    counted_usd: amount,
    kept_audio_ms: amount,
    counted_audio_ms: amount,
    fits: z.boolean(),
  }),
);
const idRows = z.array(z.object({ id: z.string() }));
const partitionRows = z.array(z.object({ name: z.string() }));
const startRows = z.array(z.object({ starts_at: z.date() }));

/** A row of sums that is not what the rows come to; no requests are kept or counted where there is no such row. */
export type RollupDifference = z.output<typeof rollupRows>[number];

/** What a key or a team is said to have spent, and what its logs come to, in billionths of a dollar. */
export interface OwnedSpend {
  readonly id: string;
  readonly name: string;
  readonly kept: bigint;
  readonly counted: bigint;
  /** Whether it is older than the oldest logs that are kept, and nothing tells what it spent before. */
  readonly isOlder: boolean;
}

/** What was spent in a period of a budget, as it is kept, and what the ledger comes to; billionths of a dollar, milliseconds. */
export type BudgetSpend = z.output<typeof periodRows>[number];

/** Requests are reserved for by the database's clock, and logged by their gateway's: these may differ by so much. */
const CLOCKS_DIFFER = `interval '1 minute'`;
/** A request that came before a period may have been reserved for in it, and so may one that took longer than this; of these nobody knows. */
const LONGEST_REQUEST = `interval '2 hours'`;

/** What requests came to that came on one side of a moment, and may have been reserved for on the other. */
function edgeSql(alias: string, moment: string, side: 'before' | 'after'): string {
  const span =
    side === 'before'
      ? `l.created_at < ${moment} AND l.created_at + greatest(l.latency_ms * interval '1 millisecond', ${CLOCKS_DIFFER}) >= ${moment}`
      : `l.created_at >= ${moment} AND l.created_at < ${moment} + ${CLOCKS_DIFFER}`;
  const since = side === 'before' ? `${moment} - ${LONGEST_REQUEST}` : moment;
  const until = side === 'before' ? moment : `${moment} + ${CLOCKS_DIFFER}`;
  return `
LEFT JOIN LATERAL (
  SELECT coalesce(sum(l.cost_nano_usd), 0) AS usd, coalesce(sum(budget_audio_ms(l.status, l.cost_nano_usd, l.cache, l.audio_seconds)), 0) AS audio
  FROM request_log AS l
  WHERE l.id >= first_request_id(${since} - interval '1 minute') AND l.id < first_request_id(${until} + interval '1 minute') AND ${span}
    AND (b.key_id IS NULL OR l.key_id = b.key_id) AND (b.team_id IS NULL OR l.team_id = b.team_id) AND (b.model IS NULL OR l.model = b.model)
) AS ${alias} ON (p.spent_nano_usd, p.spent_audio_ms) <> (s.nano_usd, s.audio_ms) AND ${moment} > 'epoch'`;
}

const span = (alias: string, column: string): string => `coalesce(${alias}.${column}, 0)`;

function fitsSql(kept: string, counted: string, column: string): string {
  const inside = `${span('first', column)} + ${span('last', column)}`;
  const outside = `${span('earlier', column)} + ${span('later', column)}`;
  return `p.${kept} BETWEEN least(s.${counted} - (${inside}), ${MAX_NANO_USD}) AND least(s.${counted} + ${outside}, ${MAX_NANO_USD})`;
}

/**
 * Periods of budgets, with what the ledger comes to in them, in one snapshot. They fit where the difference may be requests that
 * came before the period began or ended and were reserved for after it.
 */
function periodsSql(which: string): string {
  return `
SELECT p.budget_id::text, coalesce('key ' || b.key_id, 'team ' || b.team_id, 'gateway') AS owner, b.period, b.model, p.starts_at,
  p.spent_nano_usd::text AS kept_usd, least(s.nano_usd, ${MAX_NANO_USD})::bigint::text AS counted_usd,
  p.spent_audio_ms::text AS kept_audio_ms, least(s.audio_ms, ${MAX_NANO_USD})::bigint::text AS counted_audio_ms,
  ${fitsSql('spent_nano_usd', 'nano_usd', 'usd')} AND ${fitsSql('spent_audio_ms', 'audio_ms', 'audio')} AS fits
FROM (SELECT p.* FROM budget_period AS p JOIN budget AS b ON b.id = p.budget_id ${which}) AS p JOIN budget AS b ON b.id = p.budget_id
CROSS JOIN LATERAL budget_period_end(b.period, b.time_zone, p.starts_at) AS e(ends_at)
CROSS JOIN LATERAL budget_ledger_sums(b, p.starts_at, e.ends_at) AS s
${edgeSql('earlier', 'p.starts_at', 'before')}
${edgeSql('first', 'p.starts_at', 'after')}
${edgeSql('last', 'e.ends_at', 'before')}
${edgeSql('later', 'e.ends_at', 'after')}
ORDER BY p.budget_id, p.starts_at`;
}

const NEXT_PERIODS = periodsSql(
  `WHERE (p.budget_id, p.starts_at) > ($1, $2) AND (b.period = 'total' OR p.starts_at >= $3)
   ORDER BY p.budget_id, p.starts_at LIMIT ${PERIODS}`,
);
const ONE_PERIOD = periodsSql('WHERE p.budget_id = $1 AND p.starts_at = $2');

/**
 * Compares and repairs what the ledger adds up. Every comparison is one statement, and so sees the ledger of one moment. Every
 * repair is a transaction that waits for whoever is writing, and for which writers wait.
 */
export class VerificationRepository {
  constructor(private readonly connection: SqlConnection) {}

  /** From when on rows are kept: the beginning of the oldest month there is. @returns undefined when there is none */
  async keptSince(): Promise<Date | undefined> {
    const rows: unknown = await this.connection.query(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
       WHERE inhparent = to_regclass('request_log') AND NOT inhdetachpending ORDER BY 1 LIMIT 1`,
    );
    const [oldest] = partitionRows.parse(rows);
    const [, year, month] = /_(\d{4,})_(\d\d)$/.exec(oldest?.name ?? '') ?? [];
    return year && month ? new Date(Date.UTC(Number(year), Number(month) - 1)) : undefined;
  }

  /** The first day from a moment on of which there are rows or sums. */
  async nextDay(from: Date): Promise<Date | undefined> {
    const logs: unknown = await this.connection.query(
      'SELECT id::text FROM request_log WHERE id >= first_request_id($1) ORDER BY request_log.id LIMIT 1',
      [from],
    );
    const sums: unknown = await this.connection.query(
      `SELECT starts_at FROM (${rollupTables
        .flatMap(({ name }) =>
          ['hour', 'day'].map(
            (grain) => `SELECT min(starts_at) AS starts_at FROM ${name} WHERE grain = '${grain}' AND starts_at >= $1`,
          ),
        )
        .join(' UNION ALL ')}) AS firsts WHERE starts_at IS NOT NULL`,
      [from],
    );
    const times = [
      ...idRows.parse(logs).map(({ id }) => timeOf(id).getTime()),
      ...startRows.parse(sums).map(({ starts_at }) => starts_at.getTime()),
    ];
    return times.length === 0 ? undefined : new Date(Math.floor(Math.min(...times) / DAY_MS) * DAY_MS);
  }

  /** Where the sums of a day and of its hours are not what its rows come to. */
  async differencesOf(day: Date): Promise<readonly RollupDifference[]> {
    const found: RollupDifference[] = [];
    for (const { differences } of rollups) {
      const rows: unknown = await this.connection.query(differences, [day, new Date(day.getTime() + DAY_MS)]);
      found.push(...rollupRows.parse(rows));
    }
    const closed: unknown[] = await this.connection.query('SELECT FROM closed_day WHERE day = $1', [day]);
    if (closed.length > 0) found.push(...rollupRows.parse(await this.connection.query(CLOSED_DIFFERENCES, [day])));
    return found;
  }

  /**
   * Makes the sums of hours that differ anew from their rows, one hour after the other, then those of their day from its hours. A day
   * that was closed is opened, and closed again by the gateway.
   */
  async repairDay(day: Date, differences: readonly RollupDifference[]): Promise<void> {
    for (const table of rollups) {
      const found = differences.filter((it) => it.table === table.name);
      for (const hour of hoursOf(found)) await this.replace(table.name, 'hour', table.hour, hour, HOUR_MS);
      if (found.length > 0) await this.replace(table.name, 'day', table.day, day, DAY_MS);
    }
    await this.connection.query('DELETE FROM closed_day WHERE day = $1', [day]);
  }

  /** The next keys or teams after an id, with what they have spent; in the order of their ids. */
  async spendAfter(owner: SpendOwner, id: string, keptSince: Date): Promise<readonly OwnedSpend[]> {
    const { table } = owners[owner];
    const found: unknown = await this.connection.query(
      `SELECT id::text FROM ${table} WHERE id > $1 ORDER BY ${table}.id LIMIT $2`,
      [id, OWNERS],
    );
    const ids = idRows.parse(found).map((it) => it.id);
    const spends = ids.length === 0 ? [] : await this.spendOf(owner, ids, keptSince);
    return spends.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Makes the spend of a key or a team what its logs come to. @returns false when it is gone by now, or nobody can tell */
  async repairSpend(owner: SpendOwner, id: string): Promise<boolean> {
    const { table } = owners[owner];
    return await this.inTransaction(async () => {
      await this.connection.query(`SELECT FROM ${table} WHERE id = $1 FOR NO KEY UPDATE`, [id]);
      // Whoever was writing has written by now, and whoever comes waits.
      const keptSince = await this.keptSince();
      const [spend] = keptSince ? await this.spendOf(owner, [id], keptSince) : [];
      if (!spend || isUncertain(spend)) return false;
      await this.connection.query(`UPDATE ${table} SET spend_nano_usd = $2 WHERE id = $1`, [id, String(spend.counted)]);
      return true;
    });
  }

  /** The next periods of budgets after one, of those that began since rows are kept, or never end. */
  async budgetsAfter(budgetId: string, startsAt: Date, keptSince: Date): Promise<readonly BudgetSpend[]> {
    return periodRows.parse(await this.connection.query(NEXT_PERIODS, [budgetId, startsAt, keptSince]));
  }

  /** Makes what is spent in a period of a budget what the ledger comes to. @returns false when it is gone by now, or fits, or nobody can tell */
  async repairBudget({ budget_id: id, starts_at: startsAt }: BudgetSpend): Promise<boolean> {
    return await this.inTransaction(async () => {
      // Whoever was writing has written by now, and whoever comes waits.
      await this.connection.query('LOCK TABLE ONLY usage_rollup IN SHARE MODE');
      const [spend] = periodRows.parse(await this.connection.query(ONE_PERIOD, [id, startsAt]));
      if (!spend || spend.fits || isRenamed(spend)) return false;
      await this.connection.query(
        'UPDATE budget_period SET spent_nano_usd = $3, spent_audio_ms = $4 WHERE budget_id = $1 AND starts_at = $2',
        [id, startsAt, String(spend.counted_usd), String(spend.counted_audio_ms)],
      );
      return true;
    });
  }

  /** Which of these logs are not in the database, and were not deleted from it. */
  async absent(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows: unknown = await this.connection.query(
      `SELECT id::text FROM unnest($1::uuid[]) AS asked(id)
       WHERE NOT EXISTS (SELECT FROM request_log WHERE request_log.id = asked.id)
         AND NOT EXISTS (SELECT FROM deleted_log WHERE deleted_log.id = asked.id)`,
      [ids],
    );
    return new Set(idRows.parse(rows).map(({ id }) => id));
  }

  private async spendOf(owner: SpendOwner, ids: readonly string[], keptSince: Date): Promise<readonly OwnedSpend[]> {
    const rows: unknown = await this.connection.query(spendSql(owners[owner]), [ids, keptSince]);
    return spendRows.parse(rows);
  }

  private async replace(
    table: RollupTable['name'],
    grain: 'hour' | 'day',
    insert: string,
    from: Date,
    lengthMs: number,
  ): Promise<void> {
    const until = new Date(from.getTime() + lengthMs);
    await this.inTransaction(async () => {
      // Months neither come nor go, and nobody adds to the sums: who is doing so has finished.
      await this.connection.query('LOCK TABLE ONLY request_log IN SHARE UPDATE EXCLUSIVE MODE');
      await this.connection.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
      const keptSince = await this.keptSince();
      if (!keptSince || from < keptSince) return;
      await this.connection.query(`DELETE FROM ${table} WHERE grain = $1 AND starts_at >= $2 AND starts_at < $3`, [
        grain,
        from,
        until,
      ]);
      await this.connection.query(insert, [from, until]);
      await this.connection.query(`DELETE FROM closed_day WHERE day = date_trunc('day', $1::timestamptz, 'UTC')`, [
        from,
      ]);
    });
  }

  /** A connection that fails in the midst of it takes the transaction with it. */
  private async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      await this.connection.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_SECONDS}s'`);
      const done = await work();
      await this.connection.query('COMMIT');
      return done;
    } catch (error) {
      this.connection.close();
      throw error;
    }
  }
}

function hoursOf(differences: readonly RollupDifference[]): readonly Date[] {
  const hours = differences.filter(({ grain }) => grain === 'hour').map(({ starts_at }) => starts_at.getTime());
  return [...new Set(hours)].toSorted((a, b) => a - b).map((hour) => new Date(hour));
}

/** A budget for a model follows it when it gets another name, and logs keep the name that it had. */
export function isRenamed({ model, ...spend }: BudgetSpend): boolean {
  return model !== null && spend.kept_usd >= spend.counted_usd && spend.kept_audio_ms >= spend.counted_audio_ms;
}

/** What is older than the logs may have spent in those that are gone. */
export function isUncertain({ kept, counted, isOlder }: OwnedSpend): boolean {
  return isOlder && kept > counted;
}
