import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../../../src/redis/redis-connection.js';
import { RedisAwayError } from '../../../src/redis/redis.js';
import { DeploymentHealth } from '../../../src/routing/deployment-health.js';
import { DeploymentLoad } from '../../../src/routing/deployment-load.js';
import { SharedCircuits } from '../../../src/routing/shared/shared-circuits.js';
import { SharedLatencies } from '../../../src/routing/shared/shared-latencies.js';
import { SharedUse } from '../../../src/routing/shared/shared-use.js';
import { testRedis } from '../../support/redis-connection.js';
import { hasRedis, RedisServer } from '../../support/redis-server.js';
import { until } from '../../support/upload-server.js';

const COOLDOWN_MS = 30_000;
const limits = { allowed_failures: 3, cooldown_seconds: COOLDOWN_MS / 1000 };
const rate = { max_requests_per_minute: 10, max_audio_seconds_per_minute: 600, max_concurrent_requests: 4 };

(hasRedis ? describe : describe.skip)('gateways with one Redis', () => {
  let server: RedisServer;
  let namespace: string;
  let opened: RedisConnection[];
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(() => {
    namespace = randomUUID();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((redis) => redis.stop()));
  });
  afterAll(() => server.close());

  /** A gateway that exchanges when it is told to. */
  async function gateway() {
    const redis = testRedis({ url: server.url, namespace });
    opened.push(redis);
    await redis.start();
    const time = { nowMs: Date.now() };
    const health = new DeploymentHealth(() => time.nowMs);
    const load = new DeploymentLoad(() => time.nowMs);
    let news = 0;
    const circuits = new SharedCircuits(
      redis,
      health,
      () => (news += 1),
      () => time.nowMs,
    );
    health.listener = circuits;
    const latencies = new SharedLatencies(redis, load);
    load.onLatency = (id, latencyMs) => latencies.seen(id, latencyMs);
    const use = new SharedUse(redis, load, randomUUID());
    load.usedByOthers = (id, own) => use.ofOthers(id, own);
    return {
      redis,
      health,
      load,
      circuits,
      latencies,
      use,
      news: () => news,
      later: (ms: number) => (time.nowMs += ms),
      fail: (epoch = health.epoch('d'), retryAfterMs?: number) =>
        health.failed('d', epoch, { reason: retryAfterMs ? 'rate_limited' : 'unavailable', retryAfterMs }, limits),
      state: () => health.state('d'),
      answer: (audioSeconds: number, ms: number) => {
        const end = load.start('d', rate, audioSeconds);
        time.nowMs += ms;
        end(true);
      },
    };
  }
  type Gateway = Awaited<ReturnType<typeof gateway>>;
  const exchange = async (...gateways: Gateway[]) => {
    for (const { circuits } of gateways) await circuits.exchange();
  };

  describe('share circuits:', () => {
    it('what one opens is open in all, for as long, and closed in all when a probe of one succeeds', async () => {
      const [first, second] = [await gateway(), await gateway()];
      for (let n = 0; n < 3; n += 1) first.fail();
      expect(first.news()).toBeGreaterThan(0);
      await exchange(first, second);
      const { circuit, reason, coolingForMs } = second.state();
      expect([circuit, reason]).toEqual(['open', 'unavailable']);
      expect(coolingForMs).toBeGreaterThan(0);
      expect(coolingForMs).toBeLessThanOrEqual(COOLDOWN_MS);
      for (const one of [first, second]) one.later(COOLDOWN_MS);
      expect([first.state().circuit, second.state().circuit]).toEqual(['half_open', 'half_open']);
      expect(second.health.tryProbe('d')).toBe(true);
      second.health.succeeded('d', second.health.epoch('d'));
      await exchange(second, first);
      expect([first.state().circuit, second.state().circuit]).toEqual(['closed', 'closed']);
      // As if it had never failed.
      first.fail();
      expect(first.state().circuit).toBe('closed');
    });

    it('one that starts knows what is open', async () => {
      const first = await gateway();
      first.fail(undefined, 60_000);
      await exchange(first);
      const second = await gateway();
      await exchange(second);
      expect(second.state()).toMatchObject({ circuit: 'open', reason: 'rate_limited' });
    });

    it('failures in a row count in all together, and a success in any of them ends the row', async () => {
      const [first, second] = [await gateway(), await gateway()];
      first.fail();
      second.fail();
      await exchange(first, second, first);
      expect([first.state().consecutiveFailures, second.state().consecutiveFailures]).toEqual([2, 2]);
      second.health.succeeded('d', second.health.epoch('d'));
      await exchange(second, first);
      first.fail();
      await exchange(first, second);
      expect(second.state()).toMatchObject({ circuit: 'closed', consecutiveFailures: 1 });
      first.fail();
      await exchange(first, second);
      second.fail();
      expect(second.state().circuit).toBe('open');
    });

    it('several that open it at once open it once, until the latest of their moments', async () => {
      const [first, second, third] = [await gateway(), await gateway(), await gateway()];
      first.fail(undefined, 50_000);
      second.fail(undefined, 90_000);
      third.fail(undefined, 20_000);
      await exchange(first, second, third, first, second);
      for (const one of [first, second, third]) expect(one.state().coolingForMs).toBeGreaterThan(80_000);
      const openings = [first, second, third].map(({ health }) => health.openings().get('d'));
      expect(openings.map((opening) => opening?.openings)).toEqual([1, 1, 1]);
      expect(new Set(openings.map((opening) => opening?.id)).size).toBe(1);
    });

    it('a probe that began before it opened again says nothing', async () => {
      const [first, second] = [await gateway(), await gateway()];
      for (let n = 0; n < 3; n += 1) first.fail();
      await exchange(first, second);
      for (const one of [first, second]) {
        one.later(COOLDOWN_MS);
        expect(one.health.tryProbe('d')).toBe(true);
      }
      const epoch = second.health.epoch('d');
      first.fail();
      await exchange(first, second);
      second.health.succeeded('d', epoch);
      await exchange(second, first);
      for (const one of [first, second]) {
        expect(one.state().circuit).toBe('open');
        expect(one.health.openings().get('d')?.openings).toBe(2);
        // The next probe is not the one that is under way.
        one.later(2 * COOLDOWN_MS);
        expect(one.health.tryProbe('d')).toBe(true);
      }
    });

    it('two whose probes fail open it once more, and not twice', async () => {
      const [first, second] = [await gateway(), await gateway()];
      for (let n = 0; n < 3; n += 1) first.fail();
      await exchange(first, second);
      for (const one of [first, second]) {
        one.later(COOLDOWN_MS);
        one.health.tryProbe('d');
        one.fail();
      }
      await exchange(first, second, first);
      for (const one of [first, second]) expect(one.health.openings().get('d')?.openings).toBe(2);
    });

    it('what an administrator resets is reset in all', async () => {
      const [first, second] = [await gateway(), await gateway()];
      first.fail(undefined, 60_000);
      await exchange(first, second);
      second.health.reset('d');
      await exchange(second, first);
      expect([first.state().circuit, second.state().circuit]).toEqual(['closed', 'closed']);
    });

    it('what happens while it is asked is told afterwards, and not forgotten', async () => {
      const [first, second] = [await gateway(), await gateway()];
      for (let n = 0; n < 3; n += 1) first.fail();
      await exchange(first, second);
      const asked = second.circuits.exchange();
      second.health.reset('d');
      await asked;
      expect(second.state().circuit).toBe('closed');
      await exchange(second, first);
      expect(first.state().circuit).toBe('closed');
    });

    it('what is open stays open when Redis has lost everything', async () => {
      const [first, second] = [await gateway(), await gateway()];
      for (let n = 0; n < 3; n += 1) first.fail();
      await exchange(first, second);
      await server.ask('FLUSHALL');
      await exchange(second, first);
      for (const one of [first, second]) expect(one.state().circuit).toBe('open');
      await exchange(second, first);
      const third = await gateway();
      await exchange(third);
      expect(third.state().circuit).toBe('open');
    });

    it('each goes on by itself while Redis is away, and tells what has happened when it is back', async () => {
      const [first, second] = [await gateway(), await gateway()];
      await exchange(first, second);
      await server.kill();
      await until(() => first.redis.isAway && second.redis.isAway);
      first.fail(undefined, 60_000);
      await expect(first.circuits.exchange()).rejects.toThrow(RedisAwayError);
      expect(first.state().circuit).toBe('open');
      await server.start();
      await until(() => !first.redis.isAway && !second.redis.isAway);
      await exchange(first, second);
      expect(second.state().circuit).toBe('open');
    });

    it('what nobody has told anything of for an hour after its time is forgotten', async () => {
      const one = await gateway();
      const past = Date.now() - 3_700_000;
      const record = (until: object) => JSON.stringify(JSON.stringify({ failures: 3, told_ms: past, ...until }));
      const opening = { opening: 'x', reason: 'unavailable', openings: 1 };
      await server.ask(`HSET {${namespace}}:circuits old ${record({ ...opening, until_ms: past })}`);
      await server.ask(`HSET {${namespace}}:circuits new ${record({ ...opening, until_ms: past + 200_000 })}`);
      await exchange(one);
      expect([...one.health.openings().keys()]).toEqual(['new']);
      expect(await server.ask(`HEXISTS {${namespace}}:circuits old`)).toBe(':0');
    });

    it('takes more than one script is given', async () => {
      const [first, second] = [await gateway(), await gateway()];
      const ids = Array.from({ length: 1100 }, () => randomUUID());
      for (const id of ids) first.health.failed(id, first.health.epoch(id), { reason: 'rate_limited' }, limits);
      await exchange(first, second);
      expect(second.health.openings().size).toBe(ids.length);
    });
  });

  describe('what they cannot read in Redis, by another version or by hand, is as if it were not there:', () => {
    const seconds = (ahead: number) => Date.now() + 1000 * ahead;
    const record = {
      failures: 0,
      told_ms: Date.now(),
      opening: 'x',
      until_ms: seconds(60),
      reason: 'timeout',
      openings: 1,
    };
    const unreadable: readonly string[] = [
      '',
      'nonsense',
      '{',
      '[]',
      '7',
      'null',
      '"text"',
      '['.repeat(2000),
      '\u00ff\u0000',
      ...['failures', 'told_ms', 'until_ms'].flatMap((name) =>
        ['null', '"1"', '{}', '-1', '1e400', 'nan', '1e17'].map((value) =>
          JSON.stringify({ ...record, [name]: 'HERE' }).replace('"HERE"', value),
        ),
      ),
      ...[{ openings: 'many' }, { openings: -1 }, { opening: 7 }, { opening: null }].map((wrong) =>
        JSON.stringify({ ...record, ...wrong }),
      ),
    ];
    const keep = async (name: string, records: readonly string[]) => {
      const id = (index: number) => (index === 0 ? 'd' : `odd-${index}`);
      for (const [index, text] of records.entries()) {
        await server.ask(`HSET {${namespace}}:${name} ${id(index)} ${JSON.stringify(text)}`);
      }
    };

    it('circuits', async () => {
      await keep('circuits', unreadable);
      const [first, second] = [await gateway(), await gateway()];
      await exchange(first, second);
      expect([...second.health.openings().keys()]).toEqual([]);
      first.fail(undefined, 60_000);
      await exchange(first, second);
      expect([...second.health.openings().keys()]).toEqual(['d']);
      expect(first.redis.isAway).toBe(false);
    });

    it.each(unreadable)('a circuit of which there is news: %.40s', async (text) => {
      await keep('circuits', [text]);
      const [first, second] = [await gateway(), await gateway()];
      first.fail(undefined, 60_000);
      await exchange(first, second);
      expect(second.state()).toMatchObject({ circuit: 'open', reason: 'rate_limited' });
    });

    it('a reason that this version does not know is none, and the circuit is open all the same', async () => {
      await keep('circuits', [JSON.stringify({ ...record, reason: 'moon_phase', phase: 'full' })]);
      const one = await gateway();
      await exchange(one);
      expect(one.state()).toMatchObject({ circuit: 'open', reason: 'unknown' });
    });

    it('nothing is open for longer than a day', async () => {
      await keep('circuits', [JSON.stringify({ ...record, until_ms: seconds(30 * 86_400) })]);
      const one = await gateway();
      await exchange(one);
      expect(one.state().coolingForMs).toBeLessThanOrEqual(86_400_000);
      expect(one.state().coolingForMs).toBeGreaterThan(86_000_000);
    });

    it('latencies', async () => {
      const at = (ms: string) => `{"at": ${Date.now()}, "ms": ${ms}}`;
      const wrong = ['{}', '{"a": 1}', '[]', '7', '["1"]', '[null]', '[-1]', '[1e400]', '[nan]', '[[1]]'].map(at);
      await keep('latencies', [...unreadable, ...wrong, '{"at": "now", "ms": [1]}', '{"at": 1e400, "ms": [1]}']);
      const [first, second] = [await gateway(), await gateway()];
      for (const one of [first, second]) await one.latencies.exchange();
      for (let n = 1; n <= 30; n += 1) first.answer(10, 1000);
      for (const one of [first, second]) await one.latencies.exchange();
      expect(second.load.p95Ms('d', 10)).toBe(1000);
      expect(first.redis.isAway).toBe(false);
    });

    it('use', async () => {
      const now = Date.now();
      const wrong = [
        '{"d": 7}',
        '{"d": []}',
        '{"d": ["1", 1, 1]}',
        '{"d": [-1, 1, 1]}',
        '{"d": [1e400, 1, 1]}',
        '[]',
        '{',
      ];
      const told = wrong.map((use) => `${now} ${use}`);
      await keep('use', [...unreadable, ...told, '99999999999999999999 {"d": [9, 9, 9]}']);
      const [first, second] = [await gateway(), await gateway()];
      first.load.start('d', rate, 1);
      for (const one of [first, second]) await one.use.exchange();
      expect(second.load.read('d', rate, 1).inFlight).toBe(1);
      expect(first.redis.isAway).toBe(false);
    });
  });

  describe('share latencies:', () => {
    it('one that starts knows how long deployments take', async () => {
      const [first, second] = [await gateway(), await gateway()];
      for (let n = 1; n <= 15; n += 1) first.answer(10, 1000 + n);
      for (let n = 1; n <= 15; n += 1) second.answer(10, 3000 + n);
      await first.latencies.exchange();
      await second.latencies.exchange();
      await first.latencies.exchange();
      const third = await gateway();
      await third.latencies.exchange();
      const p95 = [first, second, third].map(({ load }) => load.p95Ms('d', 10));
      expect(p95).toEqual([3014, 3014, 3014]);
      const averages = [first, second, third].map(({ load }) => load.read('d', {}, 10).latencyMsPerAudioSecond);
      expect(averages[1]).toBeGreaterThan(290);
      expect(new Set(averages).size).toBe(1);
    });

    it('keeps the newest hundred, and what was seen while Redis was away', async () => {
      const one = await gateway();
      for (let n = 1; n <= 150; n += 1) one.answer(1, n);
      await one.latencies.exchange();
      await server.kill();
      await until(() => one.redis.isAway);
      one.answer(1, 9000);
      await expect(one.latencies.exchange()).rejects.toThrow(RedisAwayError);
      await server.start();
      await until(() => !one.redis.isAway);
      one.answer(1, 9000);
      await one.latencies.exchange();
      const other = await gateway();
      await other.latencies.exchange();
      // Redis had lost what was told before.
      expect(other.load.p95Ms('d', 1)).toBeUndefined();
      expect(other.load.read('d', {}, 1).latencyMsPerAudioSecond).toBe(9000);
    });
  });

  describe('share what deployments are given:', () => {
    it('the limits of a deployment are those of all together', async () => {
      const [first, second] = [await gateway(), await gateway()];
      for (let n = 0; n < 3; n += 1) first.load.start('d', rate, 100);
      await first.use.exchange();
      await second.use.exchange();
      expect(second.load.read('d', rate, 100)).toMatchObject({ inFlight: 3, headroom: 0.25 });
      expect(second.load.read('d', rate, 400)).toHaveProperty('fullForMs');
      second.load.start('d', rate, 1);
      expect(second.load.read('d', rate, 1)).toHaveProperty('fullForMs');
      // Its own is not counted twice.
      await second.use.exchange();
      expect(second.load.read('d', rate, 1).inFlight).toBe(4);
      expect(second.load.inFlight('d')).toBe(1);
    });

    it('audio of unknown length is unknown to all', async () => {
      const [first, second] = [await gateway(), await gateway()];
      first.load.start('d', rate, undefined);
      await first.use.exchange();
      await second.use.exchange();
      expect(second.load.read('d', rate, 1)).toHaveProperty('fullForMs');
      expect(second.load.read('d', { max_requests_per_minute: 2 }, 1)).not.toHaveProperty('fullForMs');
    });

    it('one that is gone has nothing under way, and what it began counts for a minute', async () => {
      const one = await gateway();
      const tell = async (name: string, agoMs: number) =>
        await server.ask(`HSET {${namespace}}:use ${name} "${Date.now() - agoMs} {\\"d\\":[2,3,60]}"`);
      await tell('alive', 0);
      await tell('gone', 10_000);
      await tell('long-gone', 61_000);
      await one.use.exchange();
      expect(one.load.read('d', rate, 1).inFlight).toBe(2);
      expect(one.load.isFull({ id: 'd', routing: { max_requests_per_minute: 6 } }, 1)).toBe(true);
      expect(one.load.isFull({ id: 'd', routing: { max_requests_per_minute: 7 } }, 1)).toBe(false);
      expect(await server.ask(`HEXISTS {${namespace}}:use long-gone`)).toBe(':0');
    });

    it('each takes its share while Redis is away', async () => {
      const [first, second] = [await gateway(), await gateway()];
      await first.use.exchange();
      await second.use.exchange();
      await first.use.exchange();
      await server.kill();
      try {
        await until(() => first.redis.isAway);
        for (let n = 0; n < 2; n += 1) first.load.start('d', rate, 1);
        expect(first.load.read('d', rate, 1)).toHaveProperty('fullForMs');
        // Nobody is told to do anything of what nobody does.
        expect(first.load.read('other', rate, 1)).toMatchObject({ inFlight: 0, headroom: 1 });
      } finally {
        await server.start();
      }
    });
  });
});
