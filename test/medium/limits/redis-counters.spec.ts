import { randomUUID } from 'node:crypto';
import { MemoryCounters } from '../../../src/limits/memory-counters.js';
import { RedisServer, hasRedis } from '../../support/redis-server.js';
import { until } from '../../support/upload-server.js';
import { describeCountersContract, line } from './counters-contract.js';
import { insuredGateway, type InsuredGateway } from './insured-gateway.js';

describeCountersContract('in memory', (time) => Promise.resolve([new MemoryCounters(() => time.nowMs)]));

(hasRedis ? describe : describe.skip)('with a Redis', () => {
  let server: RedisServer;
  let opened: InsuredGateway[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    await Promise.all(opened.map((gateway) => gateway.close()));
    opened = [];
  });
  afterAll(() => server.close());

  async function gateway(options: Partial<Parameters<typeof insuredGateway>[0]> = {}): Promise<InsuredGateway> {
    const one = await insuredGateway({ url: server.url, namespace: randomUUID(), ...options });
    opened.push(one);
    return one;
  }

  describeCountersContract('in Redis', async (time, gateways) => {
    const namespace = randomUUID();
    const all = Array.from({ length: gateways }, () => gateway({ namespace, redisEpochMs: () => time.nowMs }));
    return (await Promise.all(all)).map(({ counters }) => counters);
  });

  it('counts by the clock of Redis, whatever that of the gateway says', async () => {
    const { counters } = await gateway({ epochMs: () => 0 });
    const { atMs } = await counters.take({ id: randomUUID(), lines: [line('day', 1)] });
    expect(Math.abs(atMs - Date.now())).toBeLessThan(60_000);
  });

  it('frees the places of a gateway that is gone when their lease has ended', async () => {
    const namespace = randomUUID();
    let nowMs = Date.now();
    const [killed, other] = [
      await gateway({ namespace, redisEpochMs: () => nowMs }),
      await gateway({ namespace, redisEpochMs: () => nowMs }),
    ];
    const enter = async ({ counters }: InsuredGateway) =>
      (await counters.take({ id: randomUUID(), lines: [line('place', 1)] })).isRefused;
    expect([await enter(killed), await enter(other)]).toEqual([false, true]);
    nowMs += 19_000;
    expect(await enter(other)).toBe(true);
    nowMs += 2000;
    expect(await enter(other)).toBe(false);
  });

  it('renews the places of requests that run', async () => {
    const namespace = randomUUID();
    let nowMs = Date.now();
    const [first, other] = [
      await gateway({ namespace, redisEpochMs: () => nowMs }),
      await gateway({ namespace, redisEpochMs: () => nowMs }),
    ];
    const enter = async ({ counters }: InsuredGateway) =>
      (await counters.take({ id: randomUUID(), lines: [line('place', 1)] })).isRefused;
    expect(await enter(first)).toBe(false);
    nowMs += 19_000;
    await first.keep();
    nowMs += 19_000;
    expect(await enter(other)).toBe(true);
  });

  it('takes its scripts again when Redis has forgotten them', async () => {
    const { counters } = await gateway();
    const enter = async () => (await counters.take({ id: randomUUID(), lines: [line('day', 9)] })).used;
    expect(await enter()).toEqual([1]);
    await server.ask('SCRIPT FLUSH');
    expect(await enter()).toEqual([2]);
  });

  it('has it all again when Redis is emptied: every gateway brings its own part', async () => {
    const namespace = randomUUID();
    const [first, second] = [await gateway({ namespace }), await gateway({ namespace })];
    const lines = [line('day', 50), line('place', 50)];
    const enter = async ({ counters }: InsuredGateway) => (await counters.take({ id: randomUUID(), lines })).isRefused;
    const all = [];
    for (let index = 0; index < 40; index += 1) all.push(await enter(index % 2 ? first : second));
    await server.ask('FLUSHALL');
    expect([await enter(first), await enter(second)]).toEqual([false, false]);
    const asked = lines.map((it) => ({ ...it, amount: 0 }));
    await until(async () => (await second.counters.take({ id: randomUUID(), lines: asked })).used.join() === '42,42');
    const rest = await Promise.all(Array.from({ length: 30 }, (_, index) => enter(index % 2 ? first : second)));
    expect(rest.filter((isRefused) => !isRefused)).toHaveLength(8);
    expect(first.lines.concat(second.lines)).toEqual([]);
  });

  describe('that goes away and comes back', () => {
    let own: RedisServer;
    beforeEach(async () => {
      own = await RedisServer.start();
    });
    afterEach(() => own.close());

    it.each([
      ['is killed', () => own.kill(), () => own.start()],
      ['is stopped in the midst', async () => own.pause(), async () => own.resume()],
      [
        'does not let itself be written',
        () => own.ask('CONFIG SET min-replicas-to-write 3'),
        () => own.ask('CONFIG SET min-replicas-to-write 0'),
      ],
    ])('goes on with a share of each limit while Redis %s, and adds what was counted', async (_, go, comeBack) => {
      const all = [
        await gateway({ url: own.url, namespace: 'n', gateways: 2 }),
        await gateway({ url: own.url, namespace: 'n', gateways: 2 }),
      ];
      const lines = [line('day', 40), line('place', 1000)];
      const enter = async ({ counters }: InsuredGateway) =>
        (await counters.take({ id: randomUUID(), lines })).isRefused;
      const admitted = (answers: readonly boolean[]) => answers.filter((isRefused) => !isRefused).length;
      const many = async (count: number) =>
        await Promise.all(all.flatMap((one) => Array.from({ length: count }, () => enter(one))));
      expect(admitted(await many(8))).toBe(16);
      await go();
      // Twelve of its twenty are left to each; what Redis was asked in vain may have been counted there.
      const answers = [...(await many(10)), ...(await many(10))];
      expect(admitted(answers)).toBe(24);
      expect(all.map(({ counters, redis }) => [counters.place, redis.isAway])).toEqual([
        ['memory', true],
        ['memory', true],
      ]);
      // Nobody waits any more: the answer is there before anything else can happen.
      for (const { counters } of all) expect(counters.take({ id: randomUUID(), lines })).not.toBeInstanceOf(Promise);
      await comeBack();
      await until(() => all.every(({ counters }) => counters.place === 'redis'));
      for (const { counters } of all) {
        const { used } = await counters.take({ id: randomUUID(), lines: [line('day', 1000, 0)] });
        expect(used[0]).toBeGreaterThanOrEqual(40);
      }
      expect(admitted(await many(3))).toBe(0);
      for (const one of all) {
        expect(one.lines).toEqual([
          expect.stringContaining('Redis is away, and the gateway goes on without it'),
          expect.stringMatching(/Redis is back after \d+ s/),
        ]);
      }
    });
  });
});
