import { Inject, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { RedisConnection } from './redis-connection.js';
import { REDIS } from './redis.js';

/** Nobody waits for a connection but a start, and that no longer than for an answer. */
const TIMES = { connectMs: 5000, pingMs: 1000, retryMs: 250, maxRetryMs: 5000 };

/** Redis, for modules that share something in it; its library is loaded only where there is a REDIS_URL. */
@Module({
  providers: [{ provide: REDIS, inject: [SETTINGS], useFactory: connectToRedis }],
  exports: [REDIS],
})
export class RedisModule implements OnModuleDestroy {
  constructor(@Inject(REDIS) private readonly redis: RedisConnection | undefined) {}

  async onModuleDestroy(): Promise<void> {
    await this.redis?.stop();
  }
}

type RedisSettings = Pick<
  Settings,
  'redis_url' | 'redis_sentinel_password' | 'redis_namespace' | 'redis_timeout_seconds'
>;

async function connectToRedis(settings: RedisSettings): Promise<RedisConnection | undefined> {
  const { redis_url: address, redis_sentinel_password: sentinelPassword } = settings;
  if (!address) return undefined;
  const [{ RedisConnection }, { redisClient, describeRedisFailure }] = await Promise.all([
    import('./redis-connection.js'),
    import('./redis-client.js'),
  ]);
  const connection = new RedisConnection({
    open: (onBroken) => redisClient({ address, sentinelPassword, connectMs: TIMES.connectMs, onBroken }),
    describe: describeRedisFailure,
    prefix: `{${settings.redis_namespace}}`,
    times: { ...TIMES, patienceMs: 1000 * settings.redis_timeout_seconds },
    logger: new Logger('Redis'),
  });
  await connection.start();
  return connection;
}
