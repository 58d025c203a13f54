import type { Client } from 'pg';
import { v7 } from 'uuid';
import type { BudgetFields, BudgetOwner, ReservationRequest } from '../../../src/budgets/budget.js';
import { type BudgetsRepository, holdLedger, replaceBudgets } from '../../../src/budgets/budgets.repository.js';
import type { PrismaService } from '../../../src/database/prisma.service.js';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { byTest } from '../../support/acting.js';
import { until } from '../../support/upload-server.js';
import { BudgetBench, wholeBudget } from './budget-bench.js';

const NOON = Date.UTC(2026, 10, 20, 12);

let bench: BudgetBench;
let client: Client;
let prisma: PrismaService;
let budgets: BudgetsRepository;
let key: string;
beforeAll(async () => {
  bench = await BudgetBench.start();
  ({ client } = bench);
  ({ prisma, budgets } = bench.one);
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.clear();
  key = await newKey('a key');
});

const newKey = (name: string) => bench.newKey(name);
const newTeam = (...keys: readonly string[]) => bench.newTeam(...keys);
const give = (owner: BudgetOwner, ...list: readonly Partial<BudgetFields>[]) => bench.give(owner, list);
const append = (...entries: readonly Partial<LogEntry>[]) =>
  bench.one.append(...entries.map((it) => ({ keyId: key, ...it })));

function request(fields: Partial<ReservationRequest> = {}): ReservationRequest {
  return {
    id: v7(),
    keyId: key,
    teamId: null,
    model: 'whisper',
    nanoUsd: 10n,
    audioMs: 1000,
    leaseMs: 60_000,
    ...fields,
  };
}

/** Which of these, one after the other or all at once, were let in. */
async function letIn(requests: readonly ReservationRequest[], moment?: Date): Promise<boolean[]> {
  const verdicts = await budgets.reserve(requests, moment);
  return requests.map(({ id }) => verdicts.get(id)?.isRefused !== true);
}

async function periods(): Promise<{ start: string; spent: number; reserved: number; audio: number; held: number }[]> {
  const { rows } = await client.query(
    `SELECT starts_at AS start, spent_nano_usd::int AS spent, reserved_nano_usd::int AS reserved,
       spent_audio_ms::int AS audio, reserved_audio_ms::int AS held FROM budget_period ORDER BY starts_at, budget_id`,
  );
  return rows.map((row) => ({ ...row, start: row.start.toISOString() }));
}

describe('a reservation', () => {
  it('is granted as long as every budget that applies has room, and takes nothing from any where one has not', async () => {
    await give({ keyId: key }, { limitNanoUsd: 35n });
    await give('gateway', { limitNanoUsd: 25n });
    expect(await letIn([request(), request(), request(), request({ nanoUsd: 5n })])).toEqual([true, true, false, true]);
    expect((await periods()).map(({ reserved }) => reserved)).toEqual([25, 25]);
  });

  it('tells which budget has no room, and when it will', async () => {
    await give({ keyId: key }, { limitNanoUsd: 5n, period: 'day', timeZone: 'Europe/Berlin' });
    const asked = request();
    const verdict = (await budgets.reserve([asked], new Date(NOON))).get(asked.id);
    expect(verdict).toMatchObject({ isRefused: true, owner: 'key', limitNanoUsd: 5n });
    expect(verdict?.resetsAt).toEqual(new Date('2026-11-20T23:00:00Z'));
  });

  it('counts for the model that a budget names, for the key that has it, and for everybody in the gateway’s', async () => {
    const other = await newKey('another key');
    await give({ keyId: key }, { limitNanoUsd: 0n, model: 'gpt4o' });
    await give('gateway', { limitNanoUsd: 30n });
    expect(
      await letIn([
        request({ model: 'gpt4o' }),
        request(),
        request({ keyId: other, model: 'gpt4o' }),
        request({ keyId: null }),
      ]),
    ).toEqual([false, true, true, true]);
    expect(await letIn([request({ keyId: other })])).toEqual([false]);
  });

  it('counts for a team whichever of its keys asks, beside what the key may spend itself', async () => {
    const [second, other] = [await newKey('second'), await newKey('of no team')];
    const team = await newTeam(key, second);
    await give({ teamId: team }, { limitNanoUsd: 25n });
    await give({ keyId: key }, { limitNanoUsd: 10n });
    const ofTeam = (keyId: string) => request({ keyId, teamId: team });
    const mine = ofTeam(key);
    expect(await letIn([mine, ofTeam(key), ofTeam(second), ofTeam(second), request({ keyId: other })])).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    const verdict = (await budgets.reserve([ofTeam(second)])).values().next().value;
    expect(verdict).toMatchObject({ owner: 'team' });
    await append(
      { id: mine.id, teamId: team, costNanoUsd: 4n, audioSeconds: 1 },
      { keyId: second, teamId: team, costNanoUsd: 2n, audioSeconds: 1 },
    );
    expect((await budgets.statesOf([team])).get(team)).toMatchObject([{ spentNanoUsd: 6n, reservedNanoUsd: 10n }]);
  });

  it.each([
    ['audio', { limitAudioMs: 1500n }, [true, false]],
    ['audio and dollars', { limitAudioMs: 5000n, limitNanoUsd: 15n }, [true, false]],
  ])('is bounded by %s', async (_, limits, expected) => {
    await give({ keyId: key }, limits);
    expect(await letIn([request(), request()])).toEqual(expected);
  });

  it('of an unknown amount is granted while anything is left', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n });
    const unknown = { nanoUsd: undefined, audioMs: undefined };
    expect(await letIn([request(unknown), request(), request(unknown), request({ nanoUsd: 0n })])).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('tells of a soft limit that it passes', async () => {
    await give({ keyId: key }, { limitNanoUsd: 100n, softLimitNanoUsd: 15n });
    const [first, second] = [request(), request()];
    const verdicts = await budgets.reserve([first, second]);
    expect([verdicts.get(first.id), verdicts.get(second.id)?.isRefused]).toEqual([undefined, false]);
  });

  it('costs nothing where no budget applies', async () => {
    await give({ keyId: await newKey('another key') }, { limitNanoUsd: 0n });
    expect(await letIn([request()])).toEqual([true]);
    const { rows } = await client.query('SELECT FROM budget_reservation');
    expect([rows.length, await periods()]).toEqual([0, []]);
  });
});

describe('what a request has come to', () => {
  it('is spent with its log in place of what was reserved, once', async () => {
    await give({ keyId: key }, { limitNanoUsd: 100n });
    const asked = request({ nanoUsd: 40n, audioMs: 6000 });
    expect(await letIn([asked])).toEqual([true]);
    expect(await periods()).toMatchObject([{ spent: 0, reserved: 40, audio: 0, held: 6000 }]);
    const log = { id: asked.id, costNanoUsd: 25n, audioSeconds: 5.5 };
    await append(log);
    await append(log);
    expect(await periods()).toMatchObject([{ spent: 25, reserved: 0, audio: 5500, held: 0 }]);
  });

  it('is nothing where it has failed, and its log gives all of it back', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n });
    const asked = request();
    expect(await letIn([asked, request()])).toEqual([true, false]);
    await append({ id: asked.id, status: 'failure', httpStatus: 502, costNanoUsd: null, audioSeconds: 1 });
    expect(await periods()).toMatchObject([{ spent: 0, reserved: 0, audio: 0, held: 0 }]);
    expect(await letIn([request()])).toEqual([true]);
  });

  it('counts in the period in which it was reserved, whenever its log comes', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n, period: 'day' });
    const late = request({ id: v7({ msecs: Date.UTC(2026, 10, 20, 23, 59) }) });
    expect(await letIn([late], new Date('2026-11-20T23:59:59Z'))).toEqual([true]);
    expect(await letIn([request()], new Date('2026-11-21T00:00:00Z'))).toEqual([true]);
    await append({ id: late.id, costNanoUsd: 9n });
    expect(await periods()).toMatchObject([
      { start: '2026-11-20T00:00:00.000Z', spent: 9, reserved: 0 },
      { start: '2026-11-21T00:00:00.000Z', spent: 0, reserved: 10 },
    ]);
  });

  it('counts by the time of the request where nothing was reserved for it, and not where the cache has answered', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n, period: 'month', timeZone: 'Asia/Kolkata' });
    await append(
      { id: v7({ msecs: Date.UTC(2026, 9, 31, 18, 29) }), costNanoUsd: 3n, audioSeconds: 2 },
      { id: v7({ msecs: Date.UTC(2026, 9, 31, 18, 30) }), costNanoUsd: 4n, audioSeconds: 2 },
      { id: v7({ msecs: Date.UTC(2026, 10, 5) }), costNanoUsd: null, audioSeconds: 2, cache: 'hit' },
    );
    expect(await periods()).toMatchObject([
      { start: '2026-09-30T18:30:00.000Z', spent: 3, audio: 2000 },
      { start: '2026-10-31T18:30:00.000Z', spent: 4, audio: 2000 },
    ]);
  });

  it('of a budget that has gone meanwhile does not stand in the way of its log', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n });
    const asked = request();
    await letIn([asked]);
    await give({ keyId: key });
    await append({ id: asked.id, costNanoUsd: 9n });
    const { rows } = await client.query('SELECT FROM request_log');
    expect(rows).toHaveLength(1);
    await budgets.releaseExpired();
    expect(await periods()).toEqual([]);
  });

  it('is kept by a budget that stays in the list with another limit', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n });
    await append({ costNanoUsd: 9n });
    await give({ keyId: key }, { limitNanoUsd: 5n, period: 'day' }, { limitNanoUsd: 20n });
    expect((await budgets.statesOf([key])).get(key)).toMatchObject([
      { period: 'day', spentNanoUsd: 9n },
      { period: 'total', limitNanoUsd: 20n, spentNanoUsd: 9n },
    ]);
  });
});

describe('a lease', () => {
  it('gives back what a gateway that died has reserved, and its log still counts when it comes', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n });
    const lost = request({ leaseMs: 1000 });
    await letIn([lost], new Date(NOON));
    expect(await budgets.releaseExpired(new Date(NOON + 999))).toBe(0);
    expect(await letIn([request()], new Date(NOON + 999))).toEqual([false]);
    expect(await budgets.releaseExpired(new Date(NOON + 1000))).toBe(1);
    expect(await periods()).toMatchObject([{ spent: 0, reserved: 0 }]);
    await append({ id: lost.id, costNanoUsd: 8n });
    expect(await periods()).toMatchObject([{ spent: 8, reserved: 0 }]);
  });
});

it('is spent for whoever is told of that, when what it was increased by is spent as well', async () => {
  const increase = (days: number) => {
    return { nanoUsd: 10n, audioMs: null, endsAt: new Date(Date.now() + days * 86_400_000) };
  };
  const costs = async (costNanoUsd: bigint) => (await append({ costNanoUsd })).passedBudgets;
  await give({ keyId: key }, { limitNanoUsd: 10n, increase: increase(1) });
  expect(await costs(15n)).toEqual([]);
  expect(await costs(5n)).toMatchObject([{ is_exhausted: true, is_soft: false }]);
  await bench.clear();
  key = await bench.newKey('another');
  await give({ keyId: key }, { limitNanoUsd: 10n, increase: increase(-1) });
  expect(await costs(15n)).toMatchObject([{ is_exhausted: true }]);
});

describe('an increase', () => {
  const end = new Date('2026-12-01T10:00:00Z');
  const before = new Date('2026-12-01T09:59:59.999Z');
  const increase = { nanoUsd: 10n, audioMs: 2000n, endsAt: end };

  it('lets more in until its very end, and then no more', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n, increase });
    expect(await letIn([request(), request(), request()], before)).toEqual([true, true, false]);
    expect(await letIn([request({ nanoUsd: 1n })], end)).toEqual([false]);
  });

  it.each([
    ['a team', { limitAudioMs: 1000n, increase }, [true, true, true, false]],
    ['a gateway', { limitAudioMs: 1000n, increase: { ...increase, audioMs: null } }, [true, false, false, false]],
  ])('is had by %s, too, and of audio', async (whose, fields, expected) => {
    const teamId = await newTeam(key);
    await give(whose === 'a team' ? { teamId } : 'gateway', fields);
    const asked = Array.from({ length: 4 }, () => request({ teamId }));
    expect(await letIn(asked, before)).toEqual(expected);
  });

  it('is told with the budget while it lasts, and takes nothing of what the soft limit says', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n, softLimitNanoUsd: 5n, increase });
    const asked = request();
    expect((await budgets.reserve([asked], before)).get(asked.id)).toMatchObject({ isRefused: false, increase });
    expect((await budgets.statesOf([key], before)).get(key)).toMatchObject([{ increase }]);
    expect((await budgets.statesOf([key], end)).get(key)).toMatchObject([{ increase: null, limitNanoUsd: 10n }]);
  });
});

describe('a budget that comes later', () => {
  const now = Date.now();
  const of = (ms: number, fields: Partial<LogEntry> = {}) => ({
    id: v7({ msecs: ms }),
    costNanoUsd: 10n,
    audioSeconds: 1,
    ...fields,
  });
  const spent = async (owner: string) =>
    ((await budgets.statesOf([owner])).get(owner) ?? []).map((it) => [it.spentNanoUsd, it.spentAudioMs]);

  it('begins with what was spent in its period, for its model', async () => {
    await append(
      of(now, { model: 'gpt4o' }),
      of(now, { cache: 'hit', costNanoUsd: null }),
      of(now, { status: 'failure', costNanoUsd: null }),
      of(now, { status: 'failure', costNanoUsd: 5n }),
      of(Date.UTC(2026, 0, 1)),
      of(now, { keyId: await newKey('another key') }),
    );
    await give(
      { keyId: key },
      { limitNanoUsd: 100n, period: 'day' },
      { limitNanoUsd: 100n },
      { limitNanoUsd: 100n, model: 'gpt4o' },
    );
    expect(await spent(key)).toEqual([
      [15n, 2000n],
      [25n, 3000n],
      [10n, 1000n],
    ]);
    await append(of(now));
    expect((await spent(key))[0]).toEqual([25n, 3000n]);
  });

  it('begins with what a team, or all, have spent', async () => {
    const team = await newTeam(key);
    await append(of(now, { teamId: team }), of(now), of(now, { keyId: null }));
    await give({ teamId: team }, { limitNanoUsd: 100n, period: 'week' });
    await give('gateway', { limitNanoUsd: 100n, period: 'month' });
    expect(await spent(team)).toEqual([[10n, 1000n]]);
    expect(await budgets.statesOfGateway()).toMatchObject([
      { spentNanoUsd: 30n, spentAudioMs: 3000n, isOfFile: false },
    ]);
  });

  it.each(['UTC', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'America/St_Johns'])(
    'counts from the first millisecond of its period on, by the clocks of %s',
    async (timeZone) => {
      const { rows } = await client.query<{ start: Date }>(`SELECT budget_period_start('day', $1, now()) AS start`, [
        timeZone,
      ]);
      const startMs = rows[0]?.start.getTime() ?? 0;
      await append(of(startMs - 1), of(startMs), of(startMs + 3_599_999), of(startMs + 40_000_000));
      await give({ keyId: key }, { limitNanoUsd: 100n, period: 'day', timeZone });
      expect(await spent(key)).toEqual([[30n, 3000n]]);
    },
  );

  it('counts what was under way, whether or not it had reserved something elsewhere', async () => {
    await give('gateway', { limitNanoUsd: 100n });
    const asked = request();
    await letIn([asked]);
    await give({ keyId: key }, { limitNanoUsd: 100n });
    await append({ id: asked.id, costNanoUsd: 7n, audioSeconds: 1 });
    expect(await spent(key)).toEqual([[7n, 1000n]]);
    expect(await budgets.statesOfGateway()).toMatchObject([{ spentNanoUsd: 7n, reservedNanoUsd: 0n }]);
  });

  it('counts a log once that is written at the same moment', async () => {
    await append(of(now));
    let appended: Promise<unknown> | undefined;
    await prisma.$transaction(async (transaction) => {
      await holdLedger(transaction);
      appended = append(of(now));
      await until(async () => {
        const { rows } = await client.query(
          `SELECT FROM pg_locks WHERE relation = 'usage_rollup'::regclass AND NOT granted`,
        );
        return rows.length > 0;
      });
      await replaceBudgets(transaction, { keyId: key }, [wholeBudget({ limitNanoUsd: 100n })]);
      expect(await transaction.budgetPeriod.findMany()).toMatchObject([{ spentNanoUsd: 10n }]);
    });
    await appended;
    expect(await spent(key)).toEqual([[20n, 2000n]]);
  });
});

it('is not changed while the ledger is repaired, which is a conflict and no outage', async () => {
  await client.query('BEGIN');
  await client.query('LOCK TABLE usage_rollup IN SHARE ROW EXCLUSIVE MODE');
  const replace = () => byTest(() => budgets.replaceGateway('gateway', []));
  await expect(replace()).rejects.toMatchObject({ status: 409 });
  await client.query('ROLLBACK');
  await replace();
});

describe('what is reserved in a budget that has gone', () => {
  it('keeps nothing from being given back, whatever of it is settled before', async () => {
    await give({ keyId: key }, { limitNanoUsd: 100n });
    await give('gateway', { limitNanoUsd: 100n });
    const [settled, lost] = [request(), request()];
    await letIn([settled, lost]);
    await give({ keyId: key });
    await budgets.releaseExpired();
    await append({ id: settled.id, costNanoUsd: 7n });
    expect(await budgets.releaseExpired(new Date(Date.now() + 3_600_000))).toBe(1);
    expect(await periods()).toMatchObject([{ spent: 7, reserved: 0 }]);
  });
});

describe('a period', () => {
  it('rolls over on time, also when nobody was there', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n, period: 'week', timeZone: 'UTC' });
    expect(await letIn([request(), request()], new Date('2026-11-22T23:59:59.999Z'))).toEqual([true, false]);
    expect(await letIn([request(), request()], new Date('2026-11-23T00:00:00Z'))).toEqual([true, false]);
    expect(await letIn([request()], new Date('2027-03-01T00:00:00Z'))).toEqual([true]);
  });
});
