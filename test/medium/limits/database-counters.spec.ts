import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { DatabaseCounters } from '../../../src/limits/database-counters.js';
import type { GivenBack, LimitLine, Places, Taking } from '../../../src/limits/limit-counters.js';
import { windows } from '../../../src/limits/limit-window.js';
import { LimitsRepository } from '../../../src/limits/limits.repository.js';
import { MemoryCounters } from '../../../src/limits/memory-counters.js';
import { SharedCounters } from '../../../src/limits/shared-counters.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { describeCountersContract, line } from './counters-contract.js';

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

describeCountersContract('in the database', async (time, gateways) => {
  await client.query('TRUNCATE limit_counter, limit_place');
  // The lease goes by this time as well.
  await client.query('UPDATE gateway_instance SET expires_at = $1', [new Date(time.nowMs + windows.day)]);
  return [repository, new LimitsRepository(other)].slice(0, gateways).map((it) => {
    const atThatTime = {
      take: (id: string, asked: readonly Taking[], ended: readonly string[]) =>
        it.take(id, asked, ended, new Date(time.nowMs)),
      giveBack: (given: readonly GivenBack[]) => it.giveBack(given),
      setPlaces: (id: string, places: readonly Places[]) => it.setPlaces(id, places),
    };
    return new DatabaseCounters(atThatTime, instance);
  });
});

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

it('tells when it was counted', async () => {
  const [answer] = await repository.take(instance, [{ id: v7(), lines: [line('day', 2)] }], [], new Date(MIDNIGHT - 1));
  expect(answer).toEqual({ isRefused: false, used: [1], atMs: MIDNIGHT - 1 });
});

describe('places', () => {
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
  await take(now - 3 * windows.hour, [line('minute', 1, 1, 'over')]);
  await take(now, [line('minute', 1, 1, 'over'), line('day', 1, 1, 'lasts'), line('place', 1)]);
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
