import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { DatabaseCounters } from '../../../src/limits/database-counters.js';
import type { LimitLine } from '../../../src/limits/limit-counters.js';
import { windows, windowStartMs, type LimitWindow } from '../../../src/limits/limit-window.js';
import { LimitsRepository } from '../../../src/limits/limits.repository.js';
import { MemoryCounters } from '../../../src/limits/memory-counters.js';
import { SharedCounters } from '../../../src/limits/shared-counters.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const MIDNIGHT = Date.UTC(2026, 10, 28);

let database: TestDatabase;
let client: Client;
let prisma: PrismaService;
let other: PrismaService;
let repository: LimitsRepository;
let instance: string;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  prisma = new PrismaService(database.url, 60_000);
  other = new PrismaService(database.url, 60_000);
  repository = new LimitsRepository(prisma);
});
afterAll(async () => {
  await prisma.onApplicationShutdown();
  await other.onApplicationShutdown();
  await client.end();
  await database.drop();
});
beforeEach(async () => {
  await client.query('TRUNCATE limit_counter, limit_place, gateway_instance');
  instance = randomUUID();
  await repository.renew(instance, 60_000);
});

function line(window: LimitWindow | 'place', most: number, amount = 1, counter: string = window): LimitLine {
  return { counter, window, most, amount };
}

/** What was said to each of these, in one statement. */
async function take(moment: number | undefined, ...asked: readonly (readonly LimitLine[])[]) {
  const takings = asked.map((lines) => ({ id: v7(), lines }));
  const answers = await repository.take(instance, takings, [], moment === undefined ? undefined : new Date(moment));
  return answers.map((it) => it && [it.isRefused, ...it.used]);
}

async function used(counter: string): Promise<number> {
  const { rows } = await client.query('SELECT sum(used)::int AS used FROM limit_counter WHERE counter = $1', [counter]);
  return rows[0].used;
}

describe.each([
  ['minute', MIDNIGHT + windows.minute],
  ['hour', MIDNIGHT + windows.hour],
  ['day', MIDNIGHT],
] as const)('a limit in a %s', (window, endMs) => {
  it('is full until its last millisecond, and empty with the next window', async () => {
    const lines = [line(window, 2)];
    expect(await take(endMs - 30_000, lines, lines, lines)).toEqual([
      [false, 1],
      [false, 2],
      [true, 2],
    ]);
    expect(await take(endMs - 1, lines)).toEqual([[true, 2]]);
    expect(await take(endMs, lines)).toEqual([[false, 1]]);
  });
});

it('tells when it was counted', async () => {
  const [answer] = await repository.take(instance, [{ id: v7(), lines: [line('day', 2)] }], [], new Date(MIDNIGHT - 1));
  expect(answer).toEqual({ isRefused: false, used: [1], atMs: MIDNIGHT - 1 });
});

it('counts nowhere where one of the lines has no room, and passes over lines that only ask', async () => {
  const both = [line('minute', 5), line('day', 1), line('hour', 1, 0)];
  expect(await take(MIDNIGHT, both, both)).toEqual([
    [false, 1, 1, 0],
    [true, 1, 1, 0],
  ]);
  expect([await used('minute'), await used('day'), await used('hour')]).toEqual([1, 1, 0]);
});

it('counts what many connections ask at once exactly, with counters named in any order', async () => {
  const lines = [line('minute', 1000, 1, 'key minute'), line('day', 60, 1, 'team day'), line('place', 500, 1, 'place')];
  const gateways = [repository, new LimitsRepository(other)].map((it) => new DatabaseCounters(it, instance));
  const answers = await Promise.all(
    Array.from({ length: 400 }, (_, index) => {
      const order = index % 3 === 0 ? lines.toReversed() : lines;
      return gateways[index % 2]?.take({ id: v7(), lines: order });
    }),
  );
  expect(answers.filter((it) => it && !it.isRefused)).toHaveLength(60);
  expect([await used('key minute'), await used('team day')]).toEqual([60, 60]);
});

it('gives back, and never below nothing', async () => {
  await take(MIDNIGHT, [line('minute', 10, 8)]);
  await repository.giveBack([{ counter: 'minute', startsMs: MIDNIGHT, amount: 5 }]);
  expect(await used('minute')).toBe(3);
  await repository.giveBack([
    { counter: 'minute', startsMs: MIDNIGHT, amount: 5 },
    { counter: 'gone', startsMs: MIDNIGHT, amount: 5 },
  ]);
  expect(await used('minute')).toBe(0);
});

describe('places', () => {
  it('are free when their request has ended', async () => {
    const counters = new DatabaseCounters(repository, instance);
    const enter = async (id: string) => (await counters.take({ id, lines: [line('place', 2)] })).isRefused;
    const [a, b, c, d] = [v7(), v7(), v7(), v7()] as const;
    expect([await enter(a), await enter(b), await enter(c)]).toEqual([false, false, true]);
    counters.leave(c);
    expect(await enter(d)).toBe(true);
    counters.leave(a);
    expect(await enter(d)).toBe(false);
  });

  it('are free when the lease of their gateway has ended, and cleared away then', async () => {
    const killed = randomUUID();
    await repository.renew(killed, 60_000);
    await repository.take(killed, [{ id: v7(), lines: [line('place', 1)] }], []);
    expect(await take(undefined, [line('place', 1)])).toEqual([[true, 1]]);
    await client.query(`UPDATE gateway_instance SET expires_at = now() - interval '1 second' WHERE id = $1`, [killed]);
    expect(await take(undefined, [line('place', 1)])).toEqual([[false, 1]]);
    expect(await repository.renew(instance, 60_000)).toEqual({ others: 0, isNew: false });
    const { rows } = await client.query('SELECT instance_id FROM limit_place');
    expect(rows).toEqual([{ instance_id: instance }]);
  });

  it('are mended: what was lost is there again, and what was left over is gone', async () => {
    const counters = new DatabaseCounters(repository, instance);
    const running = v7();
    await counters.take({ id: running, lines: [line('place', 9)] });
    await client.query('DELETE FROM limit_place');
    await client.query(`INSERT INTO limit_place (request_id, counter, instance_id) VALUES ($1, 'place', $2)`, [
      v7(),
      instance,
    ]);
    await counters.mend();
    const { rows } = await client.query('SELECT request_id FROM limit_place');
    expect(rows).toEqual([{ request_id: running }]);
  });
});

it('clears windows away that are over, and keeps the others', async () => {
  const now = Date.now();
  await take(now - 3 * windows.hour, [line('minute', 1, 1, 'over'), line('day', 1, 1, 'lasts')]);
  await take(now, [line('minute', 1, 1, 'over'), line('place', 1)]);
  await repository.renew(instance, 60_000);
  const { rows } = await client.query(`SELECT count(*)::int AS count FROM limit_counter WHERE counter = 'over'`);
  expect(rows).toEqual([{ count: 1 }]);
  expect(await used('lasts')).toBe(1);
});

describe('a gateway that counts where it has to', () => {
  function gateway(prismaOfIt = prisma) {
    const id = randomUUID();
    const ofIt = new LimitsRepository(prismaOfIt);
    const memory = new MemoryCounters(() => Date.now());
    const inDatabase = new DatabaseCounters(ofIt, id);
    return { id, ofIt, shared: new SharedCounters(memory, inDatabase, ofIt, id) };
  }

  it('forgets nothing and doubles nothing when another comes and goes', async () => {
    const first = gateway();
    const second = gateway(other);
    const lines = [line('day', 100), line('place', 100)];
    const enter = async ({ shared }: typeof first, id = v7()) => (await shared.take({ id, lines })).used;
    await first.ofIt.renew(first.id, 60_000);
    await first.shared.move(false);
    const running = v7();
    expect([await enter(first, running), await enter(first)]).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await second.ofIt.renew(second.id, 60_000);
    expect(await enter(second)).toEqual([1, 1]);
    await first.shared.move(true);
    expect([await enter(second), await enter(first)]).toEqual([
      [4, 4],
      [5, 5],
    ]);
    first.shared.leave(running);
    expect(await enter(first)).toEqual([6, 5]);
    await second.ofIt.sayGoodbye(second.id);
    await first.shared.move(false);
    // The requests of the second have ended with it.
    expect(await enter(first)).toEqual([7, 4]);
    await first.shared.save();
    await first.shared.save();
    await second.ofIt.renew(second.id, 60_000);
    await first.shared.move(true);
    expect(await enter(second)).toEqual([8, 5]);
  });

  it('asks the same again where it has not heard the answer', async () => {
    const id = randomUUID();
    let deaf = true;
    const deafRepository = {
      takeOver: (...told: Parameters<LimitsRepository['takeOver']>) => repository.takeOver(...told),
      merge: async (...told: Parameters<LimitsRepository['merge']>) => {
        const isDone = await repository.merge(...told);
        if (deaf) throw new Error('the connection broke');
        return isDone;
      },
    };
    const inDatabase = new DatabaseCounters(repository, id);
    const shared = new SharedCounters(new MemoryCounters(() => Date.now()), inDatabase, deafRepository, id);
    await repository.renew(id, 60_000);
    await shared.move(false);
    const count = async () => (await shared.take({ id: v7(), lines: [line('day', 100)] })).used;
    await count();
    await expect(shared.move(true)).rejects.toThrow('broke');
    expect([shared.place, await count()]).toEqual(['memory', [2]]);
    await expect(shared.save()).rejects.toThrow('broke');
    deaf = false;
    await shared.move(true);
    expect([shared.place, await count(), await used('day')]).toEqual(['database', [3], 3]);
  });

  it('lets requests wait while it changes its place', async () => {
    const { id, ofIt, shared } = gateway();
    await ofIt.renew(id, 60_000);
    const lines = [line('day', 1000)];
    const answers: number[] = [];
    const ask = async () => void answers.push((await shared.take({ id: v7(), lines })).used[0] ?? 0);
    const asked: Promise<void>[] = [];
    for (const others of [false, true, false, true, false]) {
      const moved = shared.move(others);
      asked.push(...Array.from({ length: 20 }, ask));
      await moved;
      asked.push(...Array.from({ length: 20 }, ask));
    }
    await Promise.all(asked);
    expect(answers.toSorted((one, next) => one - next)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });
});

it('never lets in more than a limit in any window, whatever comes in which order', async () => {
  const limit = fc.integer({ min: 1, max: 6 });
  const asking = fc.record({
    amount: fc.integer({ min: 1, max: 3 }),
    gateway: fc.nat(1),
    afterMs: fc.nat(70_000),
    leaves: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.record({ minute: limit, day: limit, place: limit }), fc.array(asking), async (most, asked) => {
      await client.query('TRUNCATE limit_counter, limit_place');
      const gateways = [repository, new LimitsRepository(other)];
      let nowMs = Date.now();
      const sums = new Map<string, number>();
      const running: string[] = [];
      for (const { amount, gateway, afterMs, leaves } of asked) {
        nowMs += afterMs;
        // The lease is renewed in real time.
        await client.query(`UPDATE gateway_instance SET expires_at = $1`, [new Date(nowMs + 60_000)]);
        const moment = new Date(nowMs);
        const released = leaves ? running.splice(0, 1) : [];
        const [id, rival] = [v7(), v7()];
        const lines = [line('minute', most.minute, amount), line('day', most.day, amount), line('place', most.place)];
        const answers = await Promise.all([
          gateways[gateway]?.take(instance, [{ id, lines }], released, moment),
          gateways[1 - gateway]?.take(instance, [{ id: rival, lines }], [], moment),
        ]);
        for (const [index, answer] of answers.entries()) {
          if (answer?.[0]?.isRefused !== false) continue;
          running.push(index === 0 ? id : rival);
          for (const window of ['minute', 'day'] as const) {
            const key = `${window} ${windowStartMs(window, nowMs)}`;
            sums.set(key, (sums.get(key) ?? 0) + amount);
          }
        }
        for (const [key, sum] of sums) expect(sum).toBeLessThanOrEqual(key.startsWith('day') ? most.day : most.minute);
        expect(running.length).toBeLessThanOrEqual(most.place);
      }
    }),
    { numRuns: 25 },
  );
});
