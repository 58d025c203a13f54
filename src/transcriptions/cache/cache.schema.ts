import { z } from 'zod';

/** Query parameters of `DELETE /admin/v1/cache`. */
export const eraseCacheQuerySchema = z.strictObject({
  key_id: z.uuid('must be the id of a key').optional().meta({ description: 'Only answers to this key' }),
  model: z.string().min(1).max(200).optional().meta({ description: 'Only of this public model', example: 'whisper' }),
  request_id: z
    .uuid('must be a request id')
    .optional()
    .meta({ description: 'Only the answer of this request, whether it got it first or from the cache' }),
});
export type EraseCacheQuery = z.infer<typeof eraseCacheQuerySchema>;

/** Answer of `DELETE /admin/v1/cache`. */
export const erasedCacheSchema = z
  .object({
    object: z.literal('cache'),
    deleted: z.int().meta({ description: 'How many answers there were', example: 12 }),
  })
  .meta({ id: 'ErasedCache' });

/** Answer of `GET /admin/v1/cache`. */
export const cacheSchema = z
  .object({
    object: z.literal('cache'),
    answers: z
      .int()
      .meta({ description: 'How many are kept, also those that expire within the next minute', example: 12 }),
    bytes: z.int().meta({ example: 48_211 }),
    max_bytes: z.int().meta({ description: 'CACHE_MAX_MB', example: 268_435_456 }),
  })
  .meta({ id: 'Cache' });
