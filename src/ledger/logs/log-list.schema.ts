import { z } from 'zod';
import { pageQuerySchema, pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';
import { logFilterSchema } from './log-filter.js';
import { fieldsSchema, someFieldsSchema } from './log-fields.js';

/** Query parameters of `GET /admin/v1/logs`. */
export const logQuerySchema = logFilterSchema.extend({ ...pageQuerySchema.shape, fields: fieldsSchema });
export type LogQuery = z.output<typeof logQuerySchema>;

/** Answer of `GET /admin/v1/logs`. */
export const logPageSchema = pageSchema(someFieldsSchema)
  .extend({
    total_estimate: z.int().nullable().meta({
      description: 'How many logs there are on all pages, about; null on pages after the first',
      example: 4_210_000,
    }),
    total_is_exact: z.boolean().meta({ description: 'Whether the total was counted, not estimated', example: false }),
    searched_from: timeSchema
      .nullable()
      .meta({ description: 'Of a search without `from`: the time from which on was searched', example: null }),
  })
  .meta({ id: 'LogPage' });
export type LogPage = z.output<typeof logPageSchema>;
