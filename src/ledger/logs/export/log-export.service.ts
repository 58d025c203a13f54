import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { CLOCK, type Clock } from '../../../http/clock.js';
import { PacedAnswer } from '../../../http/paced-answer.js';
import { watchAdmission } from '../../../http/watch-admission.js';
import { heavyOf } from '../log-fields.js';
import { LogsService } from '../logs.service.js';
import type { LogExportQuery } from './log-export.schema.js';
import { logLines } from './log-lines.js';

/** Header: of a search without `from`, the time from which on was searched. */
export const SEARCHED_FROM = 'x-auricle-searched-from';

/** What one statement reads at first, and at most: rows with transcripts of hours are read in fewer at once. */
const FIRST_ROWS = 100;
const MAX_ROWS = 1000;
/** About so much is in memory at once, in characters. */
const PART_CHARACTERS = 2_000_000;

/** Writes any number of logs to a client, from the newest to the oldest, a part at a time. */
@Injectable()
export class LogExportService {
  private readonly logger = new Logger(LogExportService.name);

  constructor(
    private readonly logs: LogsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Answers with all logs that pass the filter. No transaction is open meanwhile; logs that are written after their place has
   * passed are not in it. An error after the first part cuts the connection, and so does that the key opens them no longer.
   * @param isStillAdmitted asked before every further part, and every second
   * @throws GatewayError before anything is sent
   */
  async write(
    { format, fields, cursor, ...sent }: LogExportQuery,
    isStillAdmitted: () => Promise<boolean>,
    response: Response,
  ): Promise<void> {
    const filter = await this.logs.searchedFilter(sent);
    const { contentType, header, lines } = logLines[format];
    const heavy = heavyOf(fields);
    const withFeedback = fields.includes('feedback');
    const answer = new PacedAnswer(response);
    const refuse = (): void => {
      if (answer.signal.aborted) return;
      this.logger.warn('an export was cut: its admin key may not read it any longer');
      answer.cut();
    };
    let unwatch: () => void = () => undefined;
    let limit = FIRST_ROWS;
    let last = cursor;
    let isOpen = false;
    try {
      while (!answer.signal.aborted) {
        const logs = await this.logs.part(filter, { limit, cursor: last, heavy }, { withFeedback });
        if (!isOpen) {
          answer.open({
            'content-type': contentType,
            'content-disposition': `attachment; filename="logs.${format}"`,
            ...(filter.from && filter.from !== sent.from && { [SEARCHED_FROM]: filter.from.toISOString() }),
          });
          isOpen = true;
          unwatch = watchAdmission(isStillAdmitted, this.clock, refuse);
          if (cursor === undefined) await answer.send(header(fields));
        }
        const text = lines(logs, fields);
        await answer.send(text);
        last = logs.at(-1)?.view.id;
        if (logs.length < limit) break;
        limit = nextLimit(limit, text.length);
        if (!(await isStillAdmitted())) refuse();
      }
      answer.end();
    } catch (error) {
      if (!isOpen) throw error;
      this.logger.error({ err: error, last_id: last }, 'an export has broken off');
      answer.cut();
    } finally {
      unwatch();
    }
  }
}

/** How many rows fill a part, as far as the rows before it tell. */
function nextLimit(rows: number, characters: number): number {
  const fitting = Math.floor((PART_CHARACTERS * rows) / Math.max(characters, 1));
  return Math.max(Math.min(fitting, 2 * rows, MAX_ROWS), 1);
}
