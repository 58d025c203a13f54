import { formatUsd } from '../../../domain/money.js';
import { toCsv, type ExportFormat } from '../../../http/admin/export.js';
import { onlyFields, type LogField } from '../log-fields.js';
import type { LogRow } from '../log-row.js';
import type { LogView } from '../log.schema.js';

/** A log, as it is stored and as it is shown. */
export interface ExportedLog {
  readonly row: LogRow;
  readonly view: LogView;
}

/** How logs are written in a format. */
export interface LogLines {
  /** What stands before the first log. */
  header(fields: readonly LogField[]): string;
  lines(logs: readonly ExportedLog[], fields: readonly LogField[]): string;
}

/** Formats of the export, by name. */
export const logLines: Readonly<Record<ExportFormat, LogLines>> = {
  csv: {
    header: (fields) => toCsv([[...fields]]),
    lines: (logs, fields) => toCsv(logs.map((log) => fields.map((field) => cellOf(log, field)))),
  },
  ndjson: {
    header: () => '',
    lines: (logs, fields) =>
      logs
        .map(({ view }) => {
          const { object: _, ...told } = onlyFields(view, fields);
          return `${JSON.stringify(told)}\n`;
        })
        .join(''),
  },
};

/** JSON numbers may have an exponent, which a spreadsheet rounds: amounts are plain decimals. */
function cellOf({ row, view }: ExportedLog, field: LogField): unknown {
  if (field === 'cost_usd') return row.cost_nano_usd === null ? null : formatUsd(row.cost_nano_usd);
  if (field === 'measured_cost_usd') {
    return row.measured_cost_nano_usd === null ? null : formatUsd(row.measured_cost_nano_usd);
  }
  const value = view[field];
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
