import type { Logger } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';
import type { Clock } from '../clock.js';
import { isClientGone } from '../deadline.js';
import { PacedAnswer } from '../paced-answer.js';
import { watchAdmission } from '../watch-admission.js';

/** What an export can be written as. */
export const exportFormats = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Content types of exports. */
export const exportTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
};

/** What one statement reads at first, and at most: rows that are long are read in fewer at once. */
const FIRST_ROWS = 100;
const MAX_ROWS = 1000;
/** About so much is in memory at once, in characters. */
const PART_CHARACTERS = 2_000_000;

/** Rows of a table in the form of CSV. */
export function toCsv(records: unknown[][]): string {
  // Text that begins like a formula gets an apostrophe: https://owasp.org/www-community/attacks/CSV_Injection
  return stringify(records, { record_delimiter: '\r\n', escape_formulas: true, cast: { boolean: String } });
}

/** What is exported. */
export interface ExportFacts {
  readonly format: ExportFormat;
  /** Of the file, without its ending. */
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What stands before the first row; where the export goes on after a cursor it is left out. */
  readonly head: string;
  /** The id after which it goes on. */
  readonly cursor: string | undefined;
  /** Whether whoever asked for it would still be let in: asked before every further part, and every second. */
  readonly isStillAdmitted: () => Promise<boolean>;
  readonly clock: Pick<Clock, 'startTimer'>;
  /** Told when it breaks off. */
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/** Some rows, as they are sent. */
export interface ExportPart {
  readonly text: string;
  readonly rows: number;
  /** The id of the last of them. */
  readonly lastId: string | undefined;
}

/**
 * Answers with any number of rows, a part at a time. No transaction is open meanwhile. An error after the first part cuts the
 * connection, so that an answer that is not complete never ends properly, and so does that the key opens it no longer.
 * @param read up to `limit` rows after the one with the id `cursor`
 * @throws what `read` throws before anything is sent
 */
export async function writeExport(
  response: Response,
  { format, name, headers, head, cursor, isStillAdmitted, clock, logger }: ExportFacts,
  read: (place: { readonly limit: number; readonly cursor: string | undefined }) => Promise<ExportPart>,
): Promise<void> {
  const answer = new PacedAnswer(response);
  const refuse = (): void => {
    if (answer.signal.aborted) return;
    logger.warn('an export was cut: its admin key may not read it any longer');
    answer.cut();
  };
  let unwatch: () => void = () => undefined;
  let limit = FIRST_ROWS;
  let last = cursor;
  let isOpen = false;
  try {
    while (!answer.signal.aborted) {
      const { text, rows, lastId } = await read({ limit, cursor: last });
      if (!isOpen) {
        answer.open({
          'content-type': exportTypes[format],
          'content-disposition': `attachment; filename="${name}.${format}"`,
          ...headers,
        });
        isOpen = true;
        unwatch = watchAdmission(isStillAdmitted, clock, refuse);
        if (cursor === undefined) await answer.send(head);
      }
      await answer.send(text);
      last = lastId;
      if (rows < limit) break;
      limit = nextLimit(limit, text.length);
      if (!(await isStillAdmitted())) refuse();
    }
    answer.end();
  } catch (error) {
    if (!isOpen) throw error;
    if (!isClientGone(error)) logger.error({ err: error, last_id: last }, 'an export has broken off');
    answer.cut();
  } finally {
    unwatch();
  }
}

/** How many rows fill a part, as far as the rows before it tell. */
function nextLimit(rows: number, characters: number): number {
  const fitting = Math.floor((PART_CHARACTERS * rows) / Math.max(characters, 1));
  return Math.max(Math.min(fitting, 2 * rows, MAX_ROWS), 1);
}
