import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma, type Budget } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import type { BudgetScope } from '../domain/caller.js';
import { badRequest } from '../domain/errors.js';
import { MAX_NANO_USD } from '../domain/money.js';
import type {
  BudgetFields,
  BudgetIncrease,
  BudgetOwner,
  BudgetsChange,
  BudgetState,
  BudgetVerdict,
  ReservationRequest,
} from './budget.js';

const column = {
  period: z.enum(['day', 'week', 'month', 'total']),
  timeZone: z.string(),
  model: z.string().nullable(),
  limitNanoUsd: z.bigint().nullable(),
  softLimitNanoUsd: z.bigint().nullable(),
  limitAudioMs: z.bigint().nullable(),
  increaseNanoUsd: z.bigint().nullable(),
  increaseAudioMs: z.bigint().nullable(),
  increaseEndsAt: z.date().nullable(),
  isOfFile: z.boolean(),
  spentNanoUsd: z.bigint(),
  reservedNanoUsd: z.bigint(),
  spentAudioMs: z.bigint(),
  reservedAudioMs: z.bigint(),
  resetsAt: z.date().nullable(),
};
const stateRows = z.array(z.object({ ...column, ownerId: z.string().nullable() }).transform(withIncrease));
const verdictRows = z.array(
  z
    .object({
      ...column,
      requestId: z.string(),
      budgetId: z.string(),
      startsAt: z.date(),
      isRefused: z.boolean(),
      owner: z.enum(['key', 'team', 'gateway']),
    })
    .transform(withIncrease),
);
const knownRows = z.tuple([z.object({ isKnown: z.boolean() })]);

/** Arbitrary, but for ever: one at a time changes the gateway's own budgets. */
const GATEWAY_BUDGETS_LOCK = 4_180_528;

/** A budget and its row of a period. Needs `m.moment`: an increase that has ended by then is none. */
const STATE = Prisma.sql`
  b.period, b.time_zone AS "timeZone", b.model, b.limit_nano_usd AS "limitNanoUsd",
  b.soft_limit_nano_usd AS "softLimitNanoUsd", b.limit_audio_ms AS "limitAudioMs", b.from_file AS "isOfFile",
  b.increase_nano_usd AS "increaseNanoUsd", b.increase_audio_ms AS "increaseAudioMs",
  CASE WHEN b.increase_ends_at > m.moment THEN b.increase_ends_at END AS "increaseEndsAt",
  coalesce(p.spent_nano_usd, 0) AS "spentNanoUsd", coalesce(p.reserved_nano_usd, 0) AS "reservedNanoUsd",
  coalesce(p.spent_audio_ms, 0) AS "spentAudioMs", coalesce(p.reserved_audio_ms, 0) AS "reservedAudioMs"`;

/** Budgets in PostgreSQL, which alone decides what they let in, by its own clock. */
@Injectable()
export class BudgetsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The gateway's own, as far as every gateway has to know them. */
  async scopesOfGateway(): Promise<readonly BudgetScope[]> {
    const rows = await this.prisma.ask(() => this.prisma.budget.findMany({ where: { keyId: null, teamId: null } }));
    return rows.map(toScope);
  }

  async statesOfGateway(): Promise<readonly BudgetState[]> {
    return await this.states(Prisma.sql`b.key_id IS NULL AND b.team_id IS NULL`);
  }

  /**
   * Those of these keys and teams, by their ids; what has none is missing.
   * @param moment absent = the database's clock
   */
  async statesOf(ownerIds: readonly string[], moment?: Date): Promise<ReadonlyMap<string, readonly BudgetState[]>> {
    const byOwner = new Map<string, BudgetState[]>();
    if (ownerIds.length === 0) return byOwner;
    const ids = Prisma.sql`${[...ownerIds]}::uuid[]`;
    for (const state of await this.states(Prisma.sql`b.key_id = ANY(${ids}) OR b.team_id = ANY(${ids})`, moment)) {
      const { ownerId } = state;
      if (ownerId === null) continue;
      const others = byOwner.get(ownerId);
      if (others) others.push(state);
      else byOwner.set(ownerId, [state]);
    }
    return byOwner;
  }

  /** Makes these the gateway's own budgets, as the admin API or the configuration file has them. */
  async replaceGateway(owner: 'gateway' | 'file', budgets: readonly BudgetFields[]): Promise<void> {
    await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${GATEWAY_BUDGETS_LOCK})`;
        await holdLedger(transaction);
        await replaceBudgets(transaction, owner, budgets);
      }),
    );
  }

  /**
   * Reserves for each request in turn, all in one statement.
   * @param moment absent = the database's clock
   * @returns what was said to requests to which something was said, by their ids
   */
  async reserve(requests: readonly ReservationRequest[], moment?: Date): Promise<ReadonlyMap<string, BudgetVerdict>> {
    const asked = requests.map(({ id, keyId, teamId, model, nanoUsd, audioMs, leaseMs }) => ({
      id,
      key_id: keyId,
      team_id: teamId,
      model,
      nano_usd: nanoUsd === undefined ? null : String(nanoUsd),
      audio_ms: audioMs ?? null,
      lease_ms: leaseMs,
    }));
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT v.request_id AS "requestId", v.budget_id::text AS "budgetId", v.starts_at AS "startsAt",
          v.is_refused AS "isRefused", v.resets_at AS "resetsAt",
          CASE WHEN b.key_id IS NOT NULL THEN 'key' WHEN b.team_id IS NOT NULL THEN 'team' ELSE 'gateway' END AS owner, ${STATE}
        FROM (SELECT coalesce(${moment ?? null}::timestamptz, clock_timestamp()) AS moment OFFSET 0) AS m
        CROSS JOIN LATERAL reserve_budgets(${JSON.stringify(asked)}::jsonb, m.moment) AS v
        JOIN budget AS b ON b.id = v.budget_id
        LEFT JOIN budget_period AS p ON p.budget_id = b.id AND p.starts_at = v.starts_at`,
    );
    return new Map(verdictRows.parse(rows).map((row) => [row.requestId, row]));
  }

  /** Gives back what belongs to requests whose lease has ended. @returns how many they were */
  async releaseExpired(moment?: Date): Promise<number> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT release_expired_reservations(coalesce(${moment ?? null}::timestamptz, clock_timestamp())) AS released`,
    );
    return z.tuple([z.object({ released: z.number() })]).parse(rows)[0].released;
  }

  private async states(which: Prisma.Sql, moment?: Date) {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT coalesce(b.key_id, b.team_id)::text AS "ownerId", ${STATE}, budget_period_end(b.period, b.time_zone, c.starts_at) AS "resetsAt"
        FROM (SELECT coalesce(${moment ?? null}::timestamptz, clock_timestamp()) AS moment OFFSET 0) AS m CROSS JOIN budget AS b
        CROSS JOIN LATERAL budget_period_start(b.period, b.time_zone, m.moment) AS c(starts_at)
        LEFT JOIN budget_period AS p ON p.budget_id = b.id AND p.starts_at = c.starts_at
        WHERE ${which} ORDER BY b.from_file DESC, b.position, b.id`,
    );
    return stateRows.parse(rows);
  }
}

function toFields({ timeZone, model, limitNanoUsd, softLimitNanoUsd, limitAudioMs, ...row }: Budget): BudgetFields {
  const { increase } = withIncrease(row);
  const period = column.period.parse(row.period);
  return { period, timeZone, model, limitNanoUsd, softLimitNanoUsd, limitAudioMs, increase };
}

function withIncrease<Row extends Pick<Budget, 'increaseNanoUsd' | 'increaseAudioMs' | 'increaseEndsAt'>>(row: Row) {
  const { increaseNanoUsd: nanoUsd, increaseAudioMs: audioMs, increaseEndsAt: endsAt, ...rest } = row;
  const increase: BudgetIncrease | null = endsAt && { nanoUsd, audioMs, endsAt };
  return { ...rest, increase };
}

function toData({ increase, ...plain }: BudgetFields) {
  return {
    ...plain,
    increaseNanoUsd: increase?.nanoUsd ?? null,
    increaseAudioMs: increase?.audioMs ?? null,
    increaseEndsAt: increase?.endsAt ?? null,
  };
}

/** What every gateway has to know of a stored budget. */
export function toScope(row: {
  readonly model: string | null;
  readonly limitNanoUsd: bigint | null;
  readonly limitAudioMs: bigint | null;
}): BudgetScope {
  return { model: row.model, limitsUsd: row.limitNanoUsd !== null, limitsAudio: row.limitAudioMs !== null };
}

/**
 * Lets no gateway write logs until the transaction ends, and waits for those that are being written. So what the ledger has counted
 * before a budget is there, and what it counts after it, are all there is, and nothing is both. To be called before any row is
 * locked that logs are written to: keys and teams.
 */
export async function holdLedger(transaction: Prisma.TransactionClient): Promise<void> {
  // Whoever holds it for longer, as a repair of the ledger may, is a conflict, and not a database that is away.
  await transaction.$executeRaw`SELECT set_config('lock_timeout', '1s', true)`;
  await transaction.$executeRaw`LOCK TABLE ONLY usage_rollup IN SHARE MODE`;
}

/** Gives budgets to a key or a team that is new, and so has spent nothing. @throws GatewayError 400 as {@link replaceBudgets} */
export async function createBudgets(
  transaction: Prisma.TransactionClient,
  owner: Extract<BudgetOwner, object>,
  change: BudgetsChange,
): Promise<void> {
  const budgets = typeof change === 'function' ? change([]) : change;
  for (const [position, budget] of budgets.entries()) await createBudget(transaction, owner, budget, position);
}

/**
 * Makes these the budgets of their owner: one that stays keeps its id, and so what was spent; one that is new has what was
 * spent in its period before, by the ledger. After {@link holdLedger}.
 * @param change all of them, or what becomes of those that are stored
 * @param moment absent = the database's clock
 * @throws GatewayError 400 for a time zone that PostgreSQL does not know
 */
export async function replaceBudgets(
  transaction: Prisma.TransactionClient,
  owner: BudgetOwner,
  change: BudgetsChange,
  moment?: Date,
): Promise<void> {
  const stored = await transaction.budget.findMany({ where: whoseIs(owner), orderBy: { position: 'asc' } });
  const budgets = typeof change === 'function' ? change(stored.map(toFields)) : change;
  const kept = new Set<string>();
  for (const [position, budget] of budgets.entries()) {
    const { period, timeZone, model } = budget;
    const same = stored.find((it) => it.period === period && it.timeZone === timeZone && it.model === model);
    if (same) {
      kept.add(same.id);
      await transaction.budget.update({ where: { id: same.id }, data: { ...toData(budget), position } });
    } else {
      await countBefore(transaction, await createBudget(transaction, owner, budget, position), moment);
    }
  }
  const gone = stored.map(({ id }) => id).filter((id) => !kept.has(id));
  if (gone.length > 0) await transaction.budget.deleteMany({ where: { id: { in: gone } } });
}

/** @returns its id */
async function createBudget(
  transaction: Prisma.TransactionClient,
  owner: BudgetOwner,
  budget: BudgetFields,
  position: number,
): Promise<string> {
  const { timeZone } = budget;
  const rows = await transaction.$queryRaw`SELECT budget_time_zone_is_known(${timeZone}) AS "isKnown"`;
  const [{ isKnown }] = knownRows.parse(rows);
  if (!isKnown) {
    const param = `budgets.${position}.time_zone`;
    const words = `PostgreSQL does not know the clocks of '${timeZone}': name a place, such as Europe/Berlin`;
    throw badRequest(`Invalid '${param}': ${words}`, param, 'invalid_value');
  }
  const { id } = await transaction.budget.create({ data: { ...toData(budget), ...whoseIs(owner), position } });
  return id;
}

/** Lets a new budget begin with what the ledger says was spent in its period. */
async function countBefore(transaction: Prisma.TransactionClient, id: string, moment: Date | undefined): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO budget_period (budget_id, starts_at, spent_nano_usd, spent_audio_ms)
    SELECT b.id, p.starts_at, least(s.nano_usd, ${MAX_NANO_USD}), least(s.audio_ms, ${MAX_NANO_USD})
    FROM budget AS b
    CROSS JOIN LATERAL budget_period_start(
      b.period, b.time_zone, coalesce(${moment ?? null}::timestamptz, clock_timestamp())
    ) AS p(starts_at)
    CROSS JOIN LATERAL budget_ledger_sums(b, p.starts_at, NULL) AS s
    WHERE b.id = ${id}::uuid AND (s.nano_usd > 0 OR s.audio_ms > 0)`;
}

function whoseIs(owner: BudgetOwner) {
  return { keyId: null, teamId: null, fromFile: owner === 'file', ...(typeof owner === 'object' && owner) };
}
