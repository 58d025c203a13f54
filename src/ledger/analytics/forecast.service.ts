import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { ReadOnlyPool, type Ask } from '../../database/read-only-pool.js';
import { toUsd } from '../../domain/money.js';
import { CURRENT_DATE, type CurrentDate } from '../../pricing/current-date.js';
import type { LogFilter } from '../logs/log-filter.js';
import { LedgerWriter } from '../writer/ledger.writer.js';
import { AnalyticsRepository } from './analytics.repository.js';
import { forecastSpend, type Forecast, type ForecastMethod, type SpentDay } from './forecast.js';
import { dayAt, forecastDays } from './forecast-days.js';
import type { ForecastQuery, ForecastView } from './forecast.schema.js';
import { areInRollups } from './source-parts.js';
import { Tallies } from './tallies.js';
import type { Tally } from './tally.js';
import { TimeZone } from '../../domain/time-zone.js';

const COLUMNS = { sums: ['cost_nano_usd', 'requests', 'unpriced'], histograms: [], timesOfAll: true } as const;

const BAND =
  'Low and high are 1.2816 standard deviations of the basis from its means, times the root of the number of days, to each side: four of five outcomes lie between them if days differ independently.';
const explanations: Readonly<Record<ForecastMethod, string>> = {
  complete: 'The month is over: it is what was spent.',
  weekday_mean: `What has been spent, and for each day to come the mean of the same weekday in the basis, which is the last 28 complete days from the first with a request; of today, what has been spent already is taken off. ${BAND}`,
  daily_mean: `What has been spent, and for each day to come the mean of the basis, which has less than 14 complete days, too few to tell weekdays apart; of today, what has been spent already is taken off. ${BAND}`,
  none: 'In the 28 days before today there was no request to go by.',
};

/** What will have been spent at the end of a period. */
@Injectable()
export class ForecastService {
  constructor(
    private readonly repository: AnalyticsRepository,
    private readonly writer: LedgerWriter,
    private readonly pool: ReadOnlyPool,
    @Inject(CURRENT_DATE) private readonly now: CurrentDate,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'database_timeout_seconds'>,
  ) {}

  /** @throws GatewayError 503 */
  async forecast({ period, month, time_zone, ...filter }: ForecastQuery): Promise<ForecastView> {
    await this.writer.catchUp(1000 * this.settings.database_timeout_seconds);
    const zone = new TimeZone(time_zone);
    const now = this.now();
    // What began in this very millisecond has been spent.
    const untilMs = now.getTime() + 1;
    const { fromMs, toMs, todayMs, history, coming } = forecastDays(
      month === undefined ? { period } : { month },
      zone,
      now,
    );

    const { daysRead, periodRead } = await this.pool.read(async (ask) => ({
      daysRead: await this.spentFrom(ask, filter, [...history, todayMs, untilMs]),
      periodRead: fromMs < untilMs ? await this.spentFrom(ask, filter, [fromMs, Math.min(toMs, untilMs)]) : [],
    }));
    const days = daysRead.map((tally, index): SpentDay => ({
      ...dayAt(history[index] ?? todayMs, zone),
      spentNanoUsd: tally.sum('cost_nano_usd'),
      requests: Number(tally.sum('requests')),
    }));
    const today = todayMs >= fromMs && todayMs < toMs ? days.at(-1) : undefined;
    const spentNanoUsd = periodRead[0]?.sum('cost_nano_usd') ?? 0n;
    const comingDays = coming.map((day) => dayAt(day, zone));
    const forecast = forecastSpend({ history: days.slice(0, -1), spentNanoUsd, today, comingDays });
    return {
      object: 'spend_forecast',
      period,
      month: period === 'month' ? dayAt(fromMs, zone).date.slice(0, 7) : null,
      time_zone,
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      as_of: now.toISOString(),
      spent_usd: toUsd(spentNanoUsd),
      unpriced_requests: Number(periodRead[0]?.sum('unpriced') ?? 0n),
      ...present(forecast),
    };
  }

  /** The sums between each of these moments and the next. */
  private async spentFrom(ask: Ask, filter: LogFilter, edges: number[]): Promise<Tally[]> {
    const fromRollups = areInRollups(filter, []);
    const closedDays = fromRollups ? await this.repository.closedDays(ask, edges) : undefined;
    const asked = { edges, filter, groupBy: [], closedDays };
    const cells = await this.repository.cells(ask, asked, fromRollups, [], COLUMNS);
    const tallies = new Tallies(true);
    tallies.take(cells, { isGrouped: false, isInSeveral: false });
    return edges.slice(1).map((_, bucket) => tallies.at({ bucket }));
  }
}

function present({ method, basis, days, forecastNanoUsd, lowNanoUsd, highNanoUsd }: Forecast) {
  const usd = (amount: bigint | null) => (amount === null ? null : toUsd(amount));
  return {
    forecast_usd: usd(forecastNanoUsd),
    low_usd: usd(lowNanoUsd),
    high_usd: usd(highNanoUsd),
    method,
    explanation: explanations[method],
    basis: basis.map(({ date, spentNanoUsd }) => ({ date, spent_usd: toUsd(spentNanoUsd) })),
    days: days.map(({ date, expectedNanoUsd }) => ({ date, expected_usd: toUsd(expectedNanoUsd) })),
  };
}
