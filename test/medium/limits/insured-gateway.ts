import { randomUUID } from 'node:crypto';
import { redisUrlSchema } from '../../../src/config/redis-url.schema.js';
import { systemClock } from '../../../src/http/clock.js';
import { InsuredCounters } from '../../../src/limits/insured-counters.js';
import { describeRedisFailure, redisClient } from '../../../src/redis/redis-client.js';
import { RedisConnection } from '../../../src/redis/redis-connection.js';

/** The counters of a gateway and its connection. */
export interface InsuredGateway {
  readonly counters: InsuredCounters;
  readonly redis: RedisConnection;
  /** What it has said of Redis. */
  readonly lines: string[];
  /** What its timer does every five seconds. */
  keep(): Promise<void>;
  close(): Promise<void>;
}

/** What a test says of one. */
export interface InsuredGatewayOptions {
  readonly url: string;
  readonly namespace: string;
  readonly gateways?: number;
  readonly patienceMs?: number;
  readonly epochMs?: () => number;
  readonly redisEpochMs?: () => number;
  readonly sentinelPassword?: string;
}

/** A gateway's counters in Redis, with its insurance. */
export async function insuredGateway(options: InsuredGatewayOptions): Promise<InsuredGateway> {
  const { url, namespace, gateways = 1, patienceMs = 400, epochMs, redisEpochMs, sentinelPassword } = options;
  const address = redisUrlSchema.parse(url);
  const lines: string[] = [];
  const redis = new RedisConnection({
    open: (onBroken) => redisClient({ address, sentinelPassword, connectMs: 5000, onBroken }),
    describe: describeRedisFailure,
    prefix: `{${namespace}}`,
    times: { patienceMs, connectMs: 5000, pingMs: 50, retryMs: 20, maxRetryMs: 200 },
    logger: { log: (line) => lines.push(line), warn: (line) => lines.push(line) },
  });
  const clock = { ...systemClock, ...(epochMs && { epochMs }), startTimer: () => () => undefined };
  const counters = new InsuredCounters({
    redis,
    instanceId: randomUUID(),
    clock,
    gateways: () => gateways,
    redisEpochMs,
  });
  await redis.start();
  await counters.start();
  return {
    counters,
    redis,
    lines,
    keep: () => counters.keep(),
    close: async () => {
      counters.stop();
      await redis.stop();
    },
  };
}
