import { z } from 'zod';
import { exportFormats } from '../../../http/admin/export.js';
import { pageQuerySchema } from '../../../http/admin/list.js';
import { fieldsSchema } from '../log-fields.js';
import { logFilterSchema } from '../log-filter.js';

/** Query parameters of `GET /admin/v1/logs/export`. */
export const logExportQuerySchema = logFilterSchema.extend({
  format: z.enum(exportFormats).default('ndjson').meta({
    description:
      'CSV (RFC 4180, UTF-8) with a header line, or one JSON object a line. Times are in UTC, amounts in US dollars to the nano-dollar. In CSV, lists and objects are JSON, and text that a spreadsheet would take for a formula begins with an apostrophe',
    example: 'csv',
  }),
  fields: fieldsSchema,
  cursor: pageQuerySchema.shape.cursor.meta({
    description:
      'Goes on after this log: the id of the last whole line that has come. CSV then has no header line, so that both parts can be joined',
  }),
});
export type LogExportQuery = z.output<typeof logExportQuerySchema>;
