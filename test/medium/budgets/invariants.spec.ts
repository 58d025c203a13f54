import fc from 'fast-check';
import { v7 } from 'uuid';
import { BudgetBench } from './budget-bench.js';

const START = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;
const LEASE_MS = 60_000;
const GATEWAY_LIMIT = 150;

let bench: BudgetBench;
beforeAll(async () => {
  bench = await BudgetBench.start();
});
afterAll(() => bench.close());

const amount = fc.integer({ min: 0, max: 40 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('reserve' as const),
      amounts: fc.array(amount, { minLength: 1, maxLength: 5 }),
    }),
  },
  // It may cost more than was thought.
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('settle' as const),
      which: fc.nat(),
      cost: fc.integer({ min: 0, max: 50 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('fail' as const), which: fc.nat() }) },
  // Its log never comes.
  { weight: 1, arbitrary: fc.record({ does: fc.constant('crash' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('release' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reset' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('budget' as const),
      // 0 = it goes.
      limit: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 120 })),
      increase: fc.option(fc.integer({ min: 1, max: 60 })),
    }),
  },
);

/** What is reserved, as far as reservations tell, and what is spent, as far as the ledger does, beside what budgets say. */
const SUMS = `
  SELECT p.starts_at AS start, b.key_id IS NULL AS "isGateway",
    p.spent_nano_usd::int AS spent, p.reserved_nano_usd::int AS reserved, p.spent_audio_ms::int AS audio, p.reserved_audio_ms::int AS held,
    (SELECT coalesce(sum(r.nano_usd), 0)::int FROM budget_reservation AS r CROSS JOIN LATERAL unnest(r.budget_ids, r.periods) AS u(id, starts_at)
      WHERE (u.id, u.starts_at) = (b.id, p.starts_at)) AS "reservedByRows",
    (SELECT coalesce(sum(r.audio_ms), 0)::int FROM budget_reservation AS r CROSS JOIN LATERAL unnest(r.budget_ids, r.periods) AS u(id, starts_at)
      WHERE (u.id, u.starts_at) = (b.id, p.starts_at)) AS "heldByRows",
    (SELECT coalesce(sum(l.cost_nano_usd), 0)::int FROM request_log AS l WHERE (b.key_id IS NULL OR l.key_id = b.key_id)
      AND (b.period = 'total' OR date_trunc('day', l.created_at, 'UTC') = p.starts_at)) AS "spentByRows",
    (SELECT coalesce(sum(1000 * l.audio_seconds) FILTER (WHERE l.cost_nano_usd > 0 OR l.status = 'success'), 0)::int FROM request_log AS l
      WHERE (b.key_id IS NULL OR l.key_id = b.key_id) AND (b.period = 'total' OR date_trunc('day', l.created_at, 'UTC') = p.starts_at)) AS "audioByRows"
  FROM budget_period AS p JOIN budget AS b ON b.id = p.budget_id`;

interface Sums extends Readonly<
  Record<
    'spent' | 'reserved' | 'audio' | 'held' | 'spentByRows' | 'reservedByRows' | 'audioByRows' | 'heldByRows',
    number
  >
> {
  readonly start: Date;
  readonly isGateway: boolean;
}

it('holds its invariants whatever comes between what', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 7 }), async (rounds) => {
      await bench.clear();
      const keyId = await bench.newKey('a key');
      let nowMs = START;
      // The periods of the key's budget that it has been there for all of, as far as the ledger goes.
      let countsSinceMs = START - DAY_MS;
      await bench.give({ keyId }, [{ limitNanoUsd: 100n, period: 'day' }], new Date(nowMs));
      await bench.give('gateway', [{ limitNanoUsd: BigInt(GATEWAY_LIMIT) }], new Date(nowMs));
      const open: {
        readonly id: string;
        readonly keyId: string | null;
        readonly amount: number;
        readonly endsMs: number;
      }[] = [];
      // By how much requests came to more than was reserved for them, or came after their lease.
      let excess = 0;
      let turn = 0;
      const take = (which: number) => open.splice(which % Math.max(open.length, 1), 1)[0];
      for (const round of rounds) {
        // What is in one round happens at once, by either gateway.
        await Promise.all(
          round.map(async (it) => {
            const gateway = (turn += 1) % 2 === 0 ? bench.one : bench.other;
            const at = nowMs;
            if (it.does === 'reserve') {
              const asked = it.amounts.map((nano, index) => ({
                id: v7({ msecs: at }),
                // The gateway's budget counts the master key as well.
                keyId: index % 3 === 2 ? null : keyId,
                teamId: null,
                model: 'whisper',
                nanoUsd: BigInt(nano),
                audioMs: 1000 * nano,
                leaseMs: LEASE_MS,
              }));
              const verdicts = await gateway.budgets.reserve(asked, new Date(at));
              for (const { id, nanoUsd, keyId: by } of asked) {
                if (verdicts.get(id)?.isRefused === true) continue;
                open.push({ id, keyId: by, amount: Number(nanoUsd), endsMs: at + LEASE_MS });
              }
            } else if (it.does === 'settle') {
              const settled = take(it.which);
              if (!settled) return;
              excess += at >= settled.endsMs ? it.cost : Math.max(it.cost - settled.amount, 0);
              await gateway.append({
                id: settled.id,
                keyId: settled.keyId,
                costNanoUsd: BigInt(it.cost),
                audioSeconds: it.cost,
              });
            } else if (it.does === 'fail') {
              const failed = take(it.which);
              if (failed)
                await gateway.append({ id: failed.id, keyId: failed.keyId, status: 'failure', audioSeconds: 3 });
            } else if (it.does === 'crash') {
              take(it.which);
            } else if (it.does === 'release') {
              await gateway.budgets.releaseExpired(new Date(at));
            } else if (it.does === 'reset') {
              nowMs += DAY_MS;
            } else {
              const increase =
                it.increase === null
                  ? null
                  : { nanoUsd: BigInt(it.increase), audioMs: null, endsAt: new Date(at + DAY_MS / 2) };
              if (it.limit === 0) countsSinceMs = nowMs;
              await bench.give(
                { keyId },
                it.limit === 0 ? [] : [{ limitNanoUsd: BigInt(it.limit), period: 'day', increase }],
                new Date(at),
              );
            }
          }),
        );
        const { rows } = await bench.client.query<Sums>(SUMS);
        for (const it of rows) {
          expect([it.reserved, it.held]).toEqual([it.reservedByRows, it.heldByRows]);
          expect(Math.min(it.spent, it.reserved, it.audio, it.held)).toBeGreaterThanOrEqual(0);
          if (!it.isGateway && it.start.getTime() + DAY_MS <= countsSinceMs) continue;
          expect([it.spent, it.audio]).toEqual([it.spentByRows, it.audioByRows]);
          if (it.isGateway) expect(it.spent + it.reserved).toBeLessThanOrEqual(GATEWAY_LIMIT + excess);
        }
      }
      // When all leases have ended nothing is reserved.
      await bench.one.budgets.releaseExpired(new Date(nowMs + LEASE_MS));
      const { rows } = await bench.client.query<Sums>(SUMS);
      expect(rows.filter(({ reserved, held }) => reserved !== 0 || held !== 0)).toEqual([]);
    }),
    { numRuns: 8 },
  );
});

it('never grants more than there is, whatever is added to it for a time', async () => {
  const change = fc.record({
    limit: fc.integer({ min: 0, max: 100 }),
    more: fc.integer({ min: 0, max: 50 }),
    hours: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(change, fc.array(amount, { minLength: 1, maxLength: 6 })), { minLength: 1, maxLength: 5 }),
      async (turns) => {
        await bench.clear();
        const keyId = await bench.newKey('a key');
        let used = 0;
        for (const [index, [{ limit, more, hours }, amounts]] of turns.entries()) {
          const at = START + index * (DAY_MS / 24);
          const increase = { nanoUsd: BigInt(more), audioMs: null, endsAt: new Date(START + hours * (DAY_MS / 24)) };
          await bench.give({ keyId }, [{ limitNanoUsd: BigInt(limit), increase }], new Date(at));
          const most = limit + (index < hours ? more : 0);
          const asked = amounts.map((nano) => ({
            id: v7(),
            keyId,
            teamId: null,
            model: 'm',
            nanoUsd: BigInt(nano),
            audioMs: 0,
            leaseMs: LEASE_MS,
          }));
          const verdicts = await bench.other.budgets.reserve(asked, new Date(at));
          for (const { id, nanoUsd } of asked) {
            const fits = used + Number(nanoUsd) <= most;
            expect(verdicts.get(id)?.isRefused === true).toBe(!fits);
            if (fits) used += Number(nanoUsd);
          }
        }
      },
    ),
    { numRuns: 8 },
  );
});
