// What limits cost a request: npm run bench:limits -- [--seconds 5].
// On an embedded PostgreSQL of its own and a Redis of its own, where there is a redis-server (REDIS_SERVER): a request without limits, one
// whose limits are counted in memory, one that is counted in the database or in Redis alone, and many at the same time. Its key, team and the gateway have a limit of requests and one of audio each, the key one of
// requests at the same time as well.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { v7 } from 'uuid';
import '../test/support/typescript-hooks.mjs';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
const { migrate } = await import('../src/database/migrator.ts');
const { PrismaService } = await import('../src/database/prisma.service.ts');
const { CountersKeeper } = await import('../src/limits/counters-keeper.ts');
const { Limits } = await import('../src/limits/limits.service.ts');
const { LimitsRepository } = await import('../src/limits/limits.repository.ts');
const { limitsSchema } = await import('../src/domain/limits.ts');
const { actAs } = await import('../src/acting/acting.ts');
const { RedisConnection } = await import('../src/redis/redis-connection.ts');
const { redisClient, describeRedisFailure } = await import('../src/redis/redis-client.ts');
const { redisUrlSchema } = await import('../src/config/redis-url.schema.ts');
const { hasRedis, RedisServer } = await import('../test/support/redis-server.ts');
const { systemClock } = await import('../src/http/clock.ts');

const dataDir = await mkdtemp(join(tmpdir(), 'auricle-bench-'));
// PostgreSQL runs as another user when this is run by root.
await chmod(dataDir, 0o755);
const log = { info: () => undefined, warn: console.warn };
const server = await startEmbeddedPostgres({ dataDir, log });
const manyLimits = limitsSchema.parse({ requests_per_minute: 1e9, audio_seconds_per_day: 1e9 });
let prisma;
try {
  await migrate({ url: server.url, log });
  prisma = new PrismaService(server.url, 60_000);
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString()}`,
  );
  const inMemory = await limitsWith('memory');
  await alone('without limits', inMemory, callerWith(null), 200_000);
  await actAs({ actor: { kind: 'job', name: 'bench' } }, () => inMemory.ofGateway.replace(manyLimits));
  await alone('in memory', inMemory, callerWith(manyLimits), 100_000);
  const inDatabase = await limitsWith('database');
  for (const atOnce of [1, 32, 200]) await together('in the database', inDatabase, callerWith(manyLimits), atOnce);
  if (hasRedis) await measureRedis();
  else console.log('there is no redis-server here');
} finally {
  await prisma?.onApplicationShutdown();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measureRedis() {
  const redisServer = await RedisServer.start();
  const redis = new RedisConnection({
    open: (onBroken) =>
      redisClient({
        address: redisUrlSchema.parse(redisServer.url),
        connectMs: 5000,
        onBroken,
        sentinelPassword: undefined,
      }),
    describe: describeRedisFailure,
    prefix: '{bench}',
    times: { patienceMs: 5000, connectMs: 5000, pingMs: 1000, retryMs: 250, maxRetryMs: 5000 },
    logger: { log: console.log, warn: console.warn },
  });
  await redis.start();
  try {
    const inRedis = await limitsWith('redis', redis);
    for (const atOnce of [1, 32, 200]) await together('in Redis', inRedis, callerWith(manyLimits), atOnce);
  } finally {
    await redis.stop();
    await redisServer.close();
  }
}

async function limitsWith(limit_counters, redis) {
  const repository = new LimitsRepository(prisma);
  const changes = { on: () => undefined };
  const settings = { limit_counters, auth_grace_seconds: 600, budget_unknown_cost: 'refuse' };
  const keeper = new CountersKeeper(
    repository,
    changes,
    { ...systemClock, startTimer: () => () => undefined },
    settings,
    redis,
  );
  await keeper.onModuleInit();
  const limits = new Limits(keeper, prisma, changes, systemClock, settings);
  await limits.onModuleInit();
  return limits;
}

function callerWith(limits) {
  return {
    kind: 'virtual_key',
    keyId: v7(),
    name: 'bench',
    team: { id: v7(), name: 'bench' },
    limits: { key: limits && { ...limits, concurrent_requests: 100_000 }, team: limits },
  };
}

/** All that one request asks of limits: it is let in, its audio is counted, and it ends. */
async function request(limits, caller, id) {
  const limited = await limits.enter(caller, { id, response: { setHeader: () => undefined }, hearsAudio: true });
  await limited.takeAudio({ audioSeconds: 6, field: 'file' }, () => true);
  await limited[Symbol.asyncDispose]();
}

async function alone(name, limits, caller, count) {
  const id = v7();
  for (let index = 0; index < 10_000; index += 1) await request(limits, caller, id);
  const waited = [];
  const startedMs = performance.now();
  for (let index = 0; index < count; index += 1) {
    const beganMs = performance.now();
    await request(limits, caller, id);
    waited.push(performance.now() - beganMs);
  }
  waited.sort((one, other) => one - other);
  const us = (ms) => (1000 * ms).toFixed(2);
  console.log(
    `${name}: ${us((performance.now() - startedMs) / count)} us each, p50 ${us(waited[count >> 1])}, p99 ${us(waited[Math.floor(0.99 * count)])}`,
  );
}

async function together(name, limits, caller, atOnce) {
  const waited = [];
  const endsAtMs = performance.now() + 1000 * Number(options.seconds);
  const cpu = process.cpuUsage();
  const ask = async () => {
    while (performance.now() < endsAtMs) {
      const startedMs = performance.now();
      await request(limits, caller, v7());
      waited.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  const { user, system } = process.cpuUsage(cpu);
  waited.sort((one, other) => one - other);
  const at = (part) => waited[Math.min(Math.floor(part * waited.length), waited.length - 1)].toFixed(2);
  console.log(
    `${name}, ${atOnce} at once: ${Math.round(waited.length / Number(options.seconds))}/s, p50 ${at(0.5)} ms, ` +
      `p99 ${at(0.99)} ms, ${Math.round((user + system) / waited.length)} us of CPU each`,
  );
}
