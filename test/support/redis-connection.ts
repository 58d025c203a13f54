import { redisUrlSchema } from '../../src/config/redis-url.schema.js';
import { describeRedisFailure, redisClient } from '../../src/redis/redis-client.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';

/** What a test says of a connection. */
export interface TestRedisOptions {
  readonly url: string;
  readonly namespace: string;
  readonly patienceMs?: number;
  readonly sentinelPassword?: string;
  /** Where what it says goes. */
  readonly lines?: string[];
}

/** A gateway's connection to a Redis, which is not started yet and soon notices that Redis is away or back. */
export function testRedis({
  url,
  namespace,
  patienceMs = 400,
  sentinelPassword,
  lines = [],
}: TestRedisOptions): RedisConnection {
  const address = redisUrlSchema.parse(url);
  return new RedisConnection({
    open: (onBroken) => redisClient({ address, sentinelPassword, connectMs: 5000, onBroken }),
    describe: describeRedisFailure,
    prefix: `{${namespace}}`,
    times: { patienceMs, connectMs: 5000, pingMs: 50, retryMs: 20, maxRetryMs: 200 },
    logger: { log: (line) => lines.push(line), warn: (line) => lines.push(line) },
  });
}
