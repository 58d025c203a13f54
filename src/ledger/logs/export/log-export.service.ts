import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { writeExport } from '../../../http/admin/export.js';
import { CLOCK, type Clock } from '../../../http/clock.js';
import { heavyOf } from '../log-fields.js';
import { LogsService } from '../logs.service.js';
import type { LogExportQuery } from './log-export.schema.js';
import { logLines } from './log-lines.js';

/** Header: of a search without `from`, the time from which on was searched. */
export const SEARCHED_FROM = 'x-auricle-searched-from';

/** Writes any number of logs to a client, from the newest to the oldest, a part at a time. */
@Injectable()
export class LogExportService {
  private readonly logger = new Logger(LogExportService.name);

  constructor(
    private readonly logs: LogsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Answers with all logs that pass the filter. Logs that are written after their place has passed are not in it.
   * @param isStillAdmitted as of {@link writeExport}
   * @throws GatewayError before anything is sent
   */
  async write(
    { format, fields, cursor: start, ...sent }: LogExportQuery,
    isStillAdmitted: () => Promise<boolean>,
    response: Response,
  ): Promise<void> {
    const filter = await this.logs.searchedFilter(sent);
    const { header, lines } = logLines[format];
    const heavy = heavyOf(fields);
    const withFeedback = fields.includes('feedback');
    const headers = { ...(filter.from && filter.from !== sent.from && { [SEARCHED_FROM]: filter.from.toISOString() }) };
    const { clock, logger } = this;
    const facts = {
      format,
      name: 'logs',
      headers,
      head: header(fields),
      cursor: start,
      isStillAdmitted,
      clock,
      logger,
    };
    await writeExport(response, facts, async (place) => {
      const logs = await this.logs.part(filter, { ...place, heavy }, { withFeedback });
      return { text: lines(logs, fields), rows: logs.length, lastId: logs.at(-1)?.view.id };
    });
  }
}
