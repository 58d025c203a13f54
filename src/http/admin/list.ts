import { z } from 'zod';

/** Query parameters of every admin list. Newest first; ids are time-ordered, so the last id seen is the cursor. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'How many to return', example: 20 }),
  cursor: z
    .uuid('must be the next_cursor of an earlier page')
    .optional()
    .meta({ description: 'The `next_cursor` of the page before' }),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** One page of an admin list, on the wire. */
export interface Page<Item> {
  readonly object: 'list';
  readonly data: readonly Item[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** The schema of a page of `item`, for the OpenAPI document. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean().meta({ description: 'Whether older items follow', example: false }),
    next_cursor: z.string().nullable().meta({ description: 'Pass it as `cursor` for the next page', example: null }),
  });
}

/** Builds a page from up to `limit + 1` rows: the one too many only tells that there is more. */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  return {
    object: 'list',
    data: shown.map(present),
    has_more: hasMore,
    next_cursor: hasMore ? (shown.at(-1)?.id ?? null) : null,
  };
}
