import fc from 'fast-check';
import { Client } from 'pg';
import { v7 } from 'uuid';
import type { BudgetFields, BudgetOwner, ReservationRequest } from '../../../src/budgets/budget.js';
import { BudgetsRepository, replaceBudgets } from '../../../src/budgets/budgets.repository.js';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { logEntry } from '../../support/log-entries.js';

const NOON = Date.UTC(2026, 10, 20, 12);

let database: TestDatabase;
let client: Client;
let prisma: PrismaService;
let budgets: BudgetsRepository;
let connection: SqlConnection;
let ledger: LedgerRepository;
let key: string;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  prisma = new PrismaService(database.url, 60_000);
  budgets = new BudgetsRepository(prisma);
  connection = new SqlConnection(database.url, { connectMs: 10_000, statementMs: 60_000 });
  ledger = new LedgerRepository(connection);
});
afterAll(async () => {
  connection.close();
  await prisma.onApplicationShutdown();
  await client.end();
  await database.drop();
});
beforeEach(async () => {
  await client.query('TRUNCATE virtual_key, team, budget, budget_period, budget_reservation, request_log CASCADE');
  key = await newKey('a key');
});

async function newKey(name: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO virtual_key (id, name, hash, preview) VALUES (gen_random_uuid(), $1, $1, 'p') RETURNING id`,
    [name],
  );
  return rows[0]?.id ?? '';
}

async function newTeam(...keys: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO team (id, name) VALUES (gen_random_uuid(), gen_random_uuid()::text) RETURNING id`,
  );
  const id = rows[0]?.id ?? '';
  await client.query('UPDATE virtual_key SET team_id = $1 WHERE id = ANY($2)', [id, keys]);
  return id;
}

async function give(owner: BudgetOwner, ...list: readonly Partial<BudgetFields>[]): Promise<void> {
  const whole = list.map((it) => ({
    period: 'total' as const,
    timeZone: 'UTC',
    model: null,
    limitNanoUsd: null,
    softLimitNanoUsd: null,
    limitAudioMs: null,
    ...it,
  }));
  await prisma.$transaction((transaction) => replaceBudgets(transaction, owner, whole));
}

function request(fields: Partial<ReservationRequest> = {}): ReservationRequest {
  return { id: v7(), keyId: key, model: 'whisper', nanoUsd: 10n, audioMs: 1000, leaseMs: 60_000, ...fields };
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

async function append(...entries: readonly Partial<LogEntry>[]): Promise<void> {
  await ledger.append(entries.map((it) => encodeLog(logEntry({ keyId: key, model: 'whisper', ...it }))));
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
    const mine = request();
    expect(
      await letIn([mine, request(), request({ keyId: second }), request({ keyId: second }), request({ keyId: other })]),
    ).toEqual([true, false, true, false, true]);
    const verdict = (await budgets.reserve([request({ keyId: second })])).values().next().value;
    expect(verdict).toMatchObject({ owner: 'team' });
    await append(
      { id: mine.id, costNanoUsd: 4n, audioSeconds: 1 },
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
      { period: 'day', spentNanoUsd: 0n },
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

describe('a period', () => {
  it.each([
    ['day', 'UTC', '2026-11-20T12:00:00Z', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
    // Clocks go forward on 29 March 2026 and back on 25 October.
    ['day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    // Midnight does not exist in Santiago on 6 September 2026, and Beirut’s clocks leap at midnight, too.
    ['day', 'America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06T04:00:00Z', '2026-09-07T03:00:00Z'],
    ['day', 'Asia/Kolkata', '2026-11-20T18:30:00Z', '2026-11-20T18:30:00Z', '2026-11-21T18:30:00Z'],
    ['day', 'Pacific/Kiritimati', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-21T10:00:00Z'],
    // 20 November 2026 is a Friday.
    ['week', 'UTC', '2026-11-20T12:00:00Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['week', 'America/New_York', '2026-11-16T04:59:59Z', '2026-11-09T05:00:00Z', '2026-11-16T05:00:00Z'],
    ['month', 'UTC', '2028-02-29T23:59:59Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['month', 'Australia/Sydney', '2026-12-31T13:00:00Z', '2026-12-31T13:00:00Z', '2027-01-31T13:00:00Z'],
    ['month', 'Europe/Berlin', '2026-10-31T22:59:59Z', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
    ['day', 'Mars/Olympus', '2026-11-20T12:00:00Z', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
  ])('of a %s in %s at %s lasts from %s to %s', async (period, zone, moment, start, end) => {
    const { rows } = await client.query<{ start: Date; end: Date }>(
      `SELECT s AS start, budget_period_end($1, $2, s) AS end FROM budget_period_start($1, $2, $3) AS s`,
      [period, zone, moment],
    );
    expect([rows[0]?.start, rows[0]?.end]).toEqual([new Date(start), new Date(end)]);
  });

  it('rolls over on time, also when nobody was there', async () => {
    await give({ keyId: key }, { limitNanoUsd: 10n, period: 'week', timeZone: 'UTC' });
    expect(await letIn([request(), request()], new Date('2026-11-22T23:59:59.999Z'))).toEqual([true, false]);
    expect(await letIn([request(), request()], new Date('2026-11-23T00:00:00Z'))).toEqual([true, false]);
    expect(await letIn([request()], new Date('2027-03-01T00:00:00Z'))).toEqual([true]);
  });
});

it('holds its invariants whatever comes between what', async () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('reserve' as const),
        amounts: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('settle' as const),
        which: fc.nat(),
        cost: fc.integer({ min: 0, max: 40 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('expire' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant('limit' as const), limit: fc.integer({ min: 0, max: 120 }) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), async (rounds) => {
      await client.query('TRUNCATE virtual_key, team, budget, budget_period, budget_reservation, request_log CASCADE');
      key = await newKey('a key');
      await give({ keyId: key }, { limitNanoUsd: 100n });
      await give('gateway', { limitNanoUsd: 150n });
      const open: { id: string; amount: number }[] = [];
      let costs = 0;
      for (const round of rounds) {
        // What is in one round happens at once.
        await Promise.all(
          round.map(async (it) => {
            if (it.does === 'reserve') {
              const asked = it.amounts.map((amount) => request({ nanoUsd: BigInt(amount) }));
              const granted = await letIn(asked);
              asked.forEach(({ id, nanoUsd = 0n }, index) => {
                if (granted[index]) open.push({ id, amount: Number(nanoUsd) });
              });
            } else if (it.does === 'settle') {
              const [settled] = open.splice(it.which % Math.max(open.length, 1), 1);
              if (!settled) return;
              const cost = Math.min(it.cost, settled.amount);
              costs += cost;
              await append({ id: settled.id, costNanoUsd: BigInt(cost), audioSeconds: 0 });
            } else if (it.does === 'expire') {
              await budgets.releaseExpired(new Date(0));
            } else {
              await give({ keyId: key }, { limitNanoUsd: BigInt(it.limit) });
            }
          }),
        );
        const held = open.reduce((sum, { amount }) => sum + amount, 0);
        for (const { spent, reserved } of await periods()) {
          expect([spent, reserved]).toEqual([costs, held]);
          expect(spent + reserved).toBeLessThanOrEqual(150);
        }
      }
    }),
    { numRuns: 25 },
  );
});
