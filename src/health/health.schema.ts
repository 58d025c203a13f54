import { z } from 'zod';

/** What `/health/live` answers. */
export const liveSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Live' });
export type Live = z.infer<typeof liveSchema>;

/** What `/health/startup` answers. */
export const startedSchema = z
  .object({ status: z.enum(['ok', 'starting']).meta({ description: '`ok` for good, once it has been reached' }) })
  .meta({ id: 'Started' });
export type Started = z.infer<typeof startedSchema>;

/** What `/health/ready` answers. */
export const readySchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'unavailable']).meta({
      description:
        '`degraded`: requests are served, but the database is away, so that only keys that are known may call, or logs wait for it longer than they should, or Redis is away, or a worker is down',
    }),
    checks: z.object({
      database: z.enum(['ok', 'unreachable']),
      migrations: z.enum(['ok', 'pending', 'unknown']),
      ledger: z.enum(['ok', 'behind', 'full']).meta({
        description: '`behind`: a log has waited for the database for half a minute; `full`: no more can be kept',
      }),
      redis: z.enum(['ok', 'unreachable']).optional().meta({
        description:
          'Absent without `REDIS_URL`. `unreachable`: each gateway counts its share of every limit in memory meanwhile',
      }),
      accepting_requests: z.boolean().meta({ description: 'false while the gateway is shutting down', example: true }),
    }),
    workers: z
      .object({
        worker: z
          .int()
          .meta({ description: 'Which of them has answered, from 1 on: the checks are its own', example: 1 }),
        up: z.int().meta({ description: 'How many serve', example: 2 }),
        of: z.int().meta({ description: 'How many there are to be', example: 2 }),
      })
      .optional()
      .meta({ description: 'Where `WORKERS` is more than 1' }),
  })
  .meta({ id: 'Ready' });
export type Ready = z.infer<typeof readySchema>;
