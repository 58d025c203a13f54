import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma, type Budget } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import type { BudgetScope } from '../domain/caller.js';
import type {
  BudgetFields,
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
  spentNanoUsd: z.bigint(),
  reservedNanoUsd: z.bigint(),
  spentAudioMs: z.bigint(),
  reservedAudioMs: z.bigint(),
  resetsAt: z.date().nullable(),
};
const stateRows = z.array(z.object({ ...column, ownerId: z.string().nullable() }));
const verdictRows = z.array(
  z.object({
    ...column,
    requestId: z.string(),
    budgetId: z.string(),
    startsAt: z.date(),
    isRefused: z.boolean(),
    owner: z.enum(['key', 'team', 'gateway']),
  }),
);

/** Arbitrary, but for ever: one at a time changes the gateway's own budgets. */
const GATEWAY_BUDGETS_LOCK = 4_180_528;

/** A budget and its row of a period. */
const STATE = Prisma.sql`
  b.period, b.time_zone AS "timeZone", b.model, b.limit_nano_usd AS "limitNanoUsd",
  b.soft_limit_nano_usd AS "softLimitNanoUsd", b.limit_audio_ms AS "limitAudioMs",
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

  /** Those of these keys and teams, by their ids; what has none is missing. */
  async statesOf(ownerIds: readonly string[]): Promise<ReadonlyMap<string, readonly BudgetState[]>> {
    const byOwner = new Map<string, BudgetState[]>();
    if (ownerIds.length === 0) return byOwner;
    const ids = Prisma.sql`${[...ownerIds]}::uuid[]`;
    for (const state of await this.states(Prisma.sql`b.key_id = ANY(${ids}) OR b.team_id = ANY(${ids})`)) {
      const { ownerId } = state;
      if (ownerId === null) continue;
      const others = byOwner.get(ownerId);
      if (others) others.push(state);
      else byOwner.set(ownerId, [state]);
    }
    return byOwner;
  }

  /** Makes these the gateway's own budgets. */
  async replaceGateway(budgets: readonly BudgetFields[]): Promise<void> {
    await this.prisma.ask(() =>
      this.prisma.$transaction(async (transaction) => {
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${GATEWAY_BUDGETS_LOCK})`;
        await replaceBudgets(transaction, 'gateway', budgets);
      }),
    );
  }

  /**
   * Reserves for each request in turn, all in one statement.
   * @param moment absent = the database's clock
   * @returns what was said to requests to which something was said, by their ids
   */
  async reserve(requests: readonly ReservationRequest[], moment?: Date): Promise<ReadonlyMap<string, BudgetVerdict>> {
    const asked = requests.map(({ id, keyId, model, nanoUsd, audioMs, leaseMs }) => ({
      id,
      key_id: keyId,
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
        FROM reserve_budgets(${JSON.stringify(asked)}::jsonb, coalesce(${moment ?? null}::timestamptz, clock_timestamp())) AS v
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

  private async states(which: Prisma.Sql) {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT coalesce(b.key_id, b.team_id)::text AS "ownerId", ${STATE}, budget_period_end(b.period, b.time_zone, c.starts_at) AS "resetsAt"
        FROM budget AS b
        CROSS JOIN LATERAL budget_period_start(b.period, b.time_zone, clock_timestamp()) AS c(starts_at)
        LEFT JOIN budget_period AS p ON p.budget_id = b.id AND p.starts_at = c.starts_at
        WHERE ${which} ORDER BY b.position, b.id`,
    );
    return stateRows.parse(rows);
  }
}

function toFields({ timeZone, model, limitNanoUsd, softLimitNanoUsd, limitAudioMs, ...row }: Budget): BudgetFields {
  const period = column.period.parse(row.period);
  return { period, timeZone, model, limitNanoUsd, softLimitNanoUsd, limitAudioMs };
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
 * Makes these the budgets of their owner: one that stays keeps its id, and so what was spent.
 * @param change all of them, or what becomes of those that are stored
 */
export async function replaceBudgets(
  transaction: Prisma.TransactionClient,
  owner: BudgetOwner,
  change: BudgetsChange,
): Promise<void> {
  const whose = { keyId: null, teamId: null, ...(owner !== 'gateway' && owner) };
  const stored = await transaction.budget.findMany({ where: whose, orderBy: { position: 'asc' } });
  const budgets = typeof change === 'function' ? change(stored.map(toFields)) : change;
  const kept = new Set<string>();
  for (const [position, budget] of budgets.entries()) {
    const { period, timeZone, model } = budget;
    const same = stored.find((it) => it.period === period && it.timeZone === timeZone && it.model === model);
    if (same) {
      kept.add(same.id);
      await transaction.budget.update({ where: { id: same.id }, data: { ...budget, position } });
    } else {
      await transaction.budget.create({ data: { ...budget, ...whose, position } });
    }
  }
  const gone = stored.map(({ id }) => id).filter((id) => !kept.has(id));
  if (gone.length > 0) await transaction.budget.deleteMany({ where: { id: { in: gone } } });
}
