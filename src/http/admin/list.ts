import { z } from 'zod';

/** Query parameters of every admin list that has pages. Ids are time-ordered, so the last id seen is the cursor. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'How many to return', example: 20 }),
  cursor: z
    .uuid('must be the next_cursor of an earlier page')
    .optional()
    .meta({ description: 'The `next_cursor` of the page before' }),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** The schema of every admin list of `item`s: one page of it, or all of it. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean().meta({ description: 'Whether further items follow', example: false }),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Pass it as `cursor` for the next page; null = there is none', example: null }),
  });
}

/** An admin list on the wire. */
export interface Page<Item> extends z.infer<ReturnType<typeof pageSchema>> {
  data: Item[];
}

/** Builds a page from up to `limit + 1` rows: the one too many only tells that there is more. */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const nextCursor = rows.length > limit ? (shown.at(-1)?.id ?? null) : null;
  return { object: 'list', data: shown.map(present), has_more: nextCursor !== null, next_cursor: nextCursor };
}

/** The list that has no pages, because it is all there is. */
export function wholeList<Item>(data: Item[]): Page<Item> {
  return { object: 'list', data, has_more: false, next_cursor: null };
}
