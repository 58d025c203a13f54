import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../src/http/clock.js';
import { InsuredCounters } from '../../../src/limits/insured-counters.js';
import type { RedisConnection } from '../../../src/redis/redis-connection.js';
import { testRedis } from '../../support/redis-connection.js';

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
  const { url, namespace, gateways = 1, patienceMs, epochMs, redisEpochMs, sentinelPassword } = options;
  const lines: string[] = [];
  const redis = testRedis({ url, namespace, patienceMs, sentinelPassword, lines });
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
