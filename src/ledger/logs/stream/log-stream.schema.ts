import type { z } from 'zod';
import { fieldsSchema } from '../log-fields.js';
import { logFilterSchema } from '../log-filter.js';

/** Query parameters of `GET /admin/v1/logs/stream`. */
export const logStreamQuerySchema = logFilterSchema.extend({ fields: fieldsSchema });
export type LogStreamQuery = z.output<typeof logStreamQuerySchema>;
