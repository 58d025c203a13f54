import { z } from 'zod';

/** Body of `POST /admin/v1/logs/erase`. */
export const eraseLogsSchema = z
  .strictObject({
    user: z.string().trim().min(1).max(256).meta({
      description: 'Whose data: the end user of requests, and the `user` of keys',
      example: 'alice@example.org',
    }),
  })
  .meta({ id: 'EraseLogs' });
export type EraseLogs = z.infer<typeof eraseLogsSchema>;

/** Answer of `POST /admin/v1/logs/erase`. */
export const erasureSchema = z
  .object({
    object: z.literal('erasure'),
    user: z.string().meta({ example: 'alice@example.org' }),
    key_ids: z
      .array(z.string())
      .meta({ description: 'Keys of the user, all of whose requests are meant', example: [] }),
    requests: z.int().meta({ description: 'Logs that were changed by this call', example: 0 }),
    is_complete: z
      .boolean()
      .meta({ description: '`false`: there was no time for all; the same call goes on with the rest', example: true }),
  })
  .meta({ id: 'Erasure' });
export type ErasureView = z.infer<typeof erasureSchema>;
