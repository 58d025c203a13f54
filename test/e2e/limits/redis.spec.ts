import { readySchema } from '../../../src/health/health.schema.js';
import { CountersKeeper } from '../../../src/limits/counters-keeper.js';
import { makeWav } from '../../support/audio.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { readPrometheusText, valueOf } from '../../support/prometheus-text.js';
import { hasRedis, RedisServer } from '../../support/redis-server.js';
import { until } from '../../support/upload-server.js';
import { audioFile, form } from '../bad-input/bench.js';

const PASSWORD = 'hunter2-of-redis';
const AUDIO = makeWav({ durationSeconds: 1, toneHz: 440 });
const ROOM = 20;

(hasRedis ? describe : describe.skip)('two gateways with one Redis', () => {
  let redis: RedisServer;
  let simulator: OpenAiSimulator;
  let first: TestGateway;
  let second: TestGateway;
  beforeAll(async () => {
    redis = await RedisServer.start(['--requirepass', PASSWORD]);
    simulator = await OpenAiSimulator.start();
    const environment = {
      SANDBOX: 'false',
      ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
      REDIS_URL: redis.url.replace('//', `//:${PASSWORD}@`),
    };
    first = await startTestGateway(environment);
    await first.createModel('whisper', simulator.url, { api_key: SIMULATOR_KEY });
    second = await startTestGateway({ ...environment, DATABASE_URL: first.databaseUrl });
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await simulator.close();
    await redis.close();
  });

  async function send({ url }: TestGateway, key: string): Promise<number> {
    const answer = await fetch(`${url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form({ model: 'whisper', file: audioFile(AUDIO) }),
    });
    await answer.text();
    return answer.status;
  }

  const both = () => [first, second];
  const countIn = (place: string) => until(() => both().every(({ app }) => app.get(CountersKeeper).place === place));
  const sendMany = async (key: string) =>
    (await Promise.all(Array.from({ length: ROOM }, () => both().map((gateway) => send(gateway, key))).flat())).filter(
      (status) => status === 200,
    ).length;

  async function standing({ url }: TestGateway) {
    const ready = await fetch(`${url}/health/ready`);
    const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
    const { status, checks } = readySchema.parse(await ready.json());
    const isUp = valueOf(readPrometheusText(await metrics.text()), 'auricle_redis_up');
    return [ready.status, status, checks.redis, isUp];
  }

  // What is counted is counted by the day, of which at least a minute is left then.
  const DAY_MS = 86_400_000;
  beforeAll(() => until(() => DAY_MS - (Date.now() % DAY_MS) > 60_000));

  it('let in together as many as the limit says, and go on with half of it each while Redis is away', async () => {
    await countIn('redis');
    expect(await standing(first)).toEqual([200, 'ok', 'ok', 1]);
    const limits = { requests_per_day: ROOM };
    const { key } = await first.createKey({ limits });
    expect(await sendMany(key)).toBe(ROOM);
    await redis.kill();
    await countIn('memory');
    for (const gateway of both()) expect(await standing(gateway)).toEqual([200, 'degraded', 'unreachable', 0]);
    const { key: fresh } = await first.createKey({ limits });
    expect(await sendMany(fresh)).toBe(ROOM);
    const { key: bridged } = await first.createKey({ limits });
    expect([await send(first, bridged), await send(second, bridged)]).toEqual([200, 200]);
    await redis.start();
    await countIn('redis');
    expect(await standing(second)).toEqual([200, 'ok', 'ok', 1]);
    // Redis has come back empty, and knows it all.
    expect(await sendMany(bridged)).toBe(ROOM - 2);
    expect(await sendMany(key)).toBe(0);
    expect(await sendMany(fresh)).toBe(0);
  });

  describe('of deployments', () => {
    interface Health {
      readonly model: string;
      readonly id: string;
      readonly circuit: string;
      readonly reason: string | null;
      readonly latency_ms_per_audio_second: number | null;
    }
    async function healthOf({ admin }: TestGateway, model: string): Promise<Health | undefined> {
      const { body } = await admin('GET', 'deployments/health');
      return body.data.find((health: Health) => health.model === model);
    }
    async function ask({ url }: TestGateway, model: string): Promise<number> {
      const answer = await fetch(`${url}/v1/audio/transcriptions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MASTER_KEY}` },
        body: form({ model, file: audioFile(AUDIO) }),
      });
      await answer.text();
      return answer.status;
    }

    it('know of each other when one is to be left alone, and when not any more', async () => {
      await first.createModel('strict', simulator.url, { api_key: SIMULATOR_KEY, routing: { cooldown_seconds: 60 } });
      await second.heard();
      simulator.respondWith(errorAnswer(401, { message: 'no such key' }));
      expect(await ask(first, 'strict')).toBe(502);
      await until(async () => (await healthOf(second, 'strict'))?.circuit === 'open');
      const open = await healthOf(second, 'strict');
      expect(open?.reason).toBe('credential_rejected');
      await second.admin('POST', `deployments/${open?.id}/reset`);
      await until(async () => (await healthOf(first, 'strict'))?.circuit === 'closed');
    });

    it('know of each other how long they take, and keep to its limits together', async () => {
      await first.createModel('limited', simulator.url, {
        api_key: SIMULATOR_KEY,
        routing: { max_requests_per_minute: 3 },
      });
      await second.heard();
      expect([await ask(first, 'limited'), await ask(first, 'limited'), await ask(first, 'limited')]).toEqual([
        200, 200, 200,
      ]);
      await until(async () => (await ask(second, 'limited')) === 429);
      await until(async () => typeof (await healthOf(second, 'limited'))?.latency_ms_per_audio_second === 'number');
    });
  });

  it('never tell its password', async () => {
    const { body } = await first.admin('GET', 'settings');
    expect(JSON.stringify(body)).not.toContain(PASSWORD);
    const redisUrl = body.sections
      .flatMap(({ settings }: { settings: { name: string }[] }) => settings)
      .find(({ name }: { name: string }) => name === 'redis_url');
    expect(redisUrl).toMatchObject({ is_secret: true, is_set: true, value: null });
  });
});
