import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import type { LedgerScope } from '../../domain/administrator.js';
import { badRequest, notFound } from '../../domain/errors.js';
import { toPage } from '../../http/admin/list.js';
import { LogFeedbackReader } from '../feedback/log-feedback.js';
import { heavyOf, onlyFields } from './log-fields.js';
import type { LogFilter } from './log-filter.js';
import type { LogPage, LogQuery } from './log-list.schema.js';
import type { LogRow } from './log-row.js';
import { type LogDetail, presentLog, presentLogDetail, type LogView } from './log.schema.js';
import {
  LogsRepository,
  type PageRequest,
  type SpendFilter,
  type SpendParts,
  type SpendGroup,
} from './logs.repository.js';
import { LedgerWriter } from '../writer/ledger.writer.js';

/** What is searched where it is not said from when on. */
const SEARCHED_DAYS = 30;
const DAY_MS = 86_400_000;

/** More would make an answer of many megabytes. */
const MAX_SPEND_GROUPS = 100_000;

/** Reads the ledger. What this process has answered is included: waiting rows are written first, unless that takes long. */
@Injectable()
export class LogsService {
  constructor(
    private readonly repository: LogsRepository,
    private readonly writer: LedgerWriter,
    private readonly feedback: LogFeedbackReader,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'database_timeout_seconds'>,
  ) {}

  async list({ limit, cursor, fields, ...sent }: LogQuery): Promise<LogPage> {
    const filter = await this.searchedFilter(sent);
    const request = { limit: limit + 1, cursor, heavy: heavyOf(fields) };
    const logs = await this.part(filter, request, { withFeedback: fields.includes('feedback') });
    const page = toPage(
      logs.map(({ view }) => view),
      limit,
      (log) => onlyFields(log, fields),
    );
    return {
      ...page,
      ...(await this.totalOf(filter, cursor, page.has_more ? undefined : page.data.length)),
      searched_from: filter.from && filter.from !== sent.from ? filter.from.toISOString() : null,
    };
  }

  /** The filter with what it leaves to us, for {@link part}; what has been answered by now will be found. */
  async searchedFilter(sent: LogFilter): Promise<LogFilter> {
    await this.catchUp();
    return withSearchedRange(sent, new Date());
  }

  /** Logs as they are stored and as they are shown, newest first. */
  async part(
    filter: LogFilter,
    request: PageRequest,
    { withFeedback }: { readonly withFeedback: boolean },
  ): Promise<{ readonly row: LogRow; readonly view: LogView }[]> {
    const rows = await this.repository.list(filter, request);
    const feedback = withFeedback ? await this.feedback.of(rows) : undefined;
    return rows.map((row) => ({ row, view: presentLog(row, feedback?.get(row.id)) }));
  }

  /** The newest logs, without what may be long. */
  async newest(filter: LogFilter, limit: number): Promise<LogView[]> {
    await this.catchUp();
    return await this.present(await this.repository.list(filter, { limit, heavy: [] }));
  }

  /** @throws GatewayError 404 */
  async get(id: string, scope: LedgerScope): Promise<LogDetail> {
    await this.catchUp();
    const found = await this.repository.find(id, scope);
    if (!found) throw notFound(`There is no request with the id '${id}' in the ledger`, 'id');
    return presentLogDetail(found, (await this.feedback.of([found])).get(found.id));
  }

  /**
   * What was spent, by key and model, and on which day where that is asked.
   * @throws GatewayError 400 when that are too many groups for one answer
   */
  async spend(filter: SpendFilter, parts: SpendParts): Promise<readonly SpendGroup[]> {
    await this.catchUp();
    const groups = await this.repository.spend(filter, parts, MAX_SPEND_GROUPS);
    if (groups.length <= MAX_SPEND_GROUPS) return groups;
    throw badRequest('There is too much in this range for one answer: ask for a shorter one', 'end_date');
  }

  private async present(rows: readonly LogRow[]): Promise<LogView[]> {
    const feedback = await this.feedback.of(rows);
    return rows.map((row) => presentLog(row, feedback.get(row.id)));
  }

  /** @param all how many there are, where the first page has all of them */
  private async totalOf(filter: LogFilter, cursor: string | undefined, all: number | undefined) {
    if (cursor !== undefined) return { total_estimate: null, total_is_exact: false };
    if (all !== undefined) return { total_estimate: all, total_is_exact: true };
    const { count, isExact } = await this.repository.total(filter);
    return { total_estimate: count, total_is_exact: isExact };
  }

  private catchUp(): Promise<void> {
    return this.writer.catchUp(1000 * this.settings.database_timeout_seconds);
  }
}

/** A search has a beginning, so that not the whole ledger is searched for a word that nobody has said. */
export function withSearchedRange(filter: LogFilter, now: Date): LogFilter {
  if (filter.search === undefined || filter.from) return filter;
  const end = Math.min(now.getTime(), filter.to?.getTime() ?? Infinity);
  return { ...filter, from: new Date(Math.max(end - SEARCHED_DAYS * DAY_MS, 0)) };
}
