import type { NanoUsd } from '../../domain/money.js';

/** How many days are looked back at, at most: so many complete weeks. */
export const WEEKS = 4;
/** Fewer complete days than these tell nothing of weekdays. */
const WEEKDAY_DAYS = 14;
/** How many standard deviations to each side hold four of five outcomes of a normal distribution. */
const EIGHTY_PERCENT = 1.2816;

/** How the days to come are estimated. */
export const forecastMethods = ['complete', 'weekday_mean', 'daily_mean', 'none'] as const;
export type ForecastMethod = (typeof forecastMethods)[number];

/** A calendar day in the zone of the forecast. */
export interface Day {
  /** `2026-11-26`. */
  readonly date: string;
  /** 0 = Sunday. */
  readonly weekday: number;
}

/** A day with what was spent on it. */
export interface SpentDay extends Day {
  readonly spentNanoUsd: NanoUsd;
  /** How many requests there were. */
  readonly requests: number;
}

/** What is known when a forecast is made. */
export interface Known {
  /** The complete days before today, oldest first: those of the last {@link WEEKS} weeks. */
  readonly history: readonly SpentDay[];
  /** What has been spent from the beginning of the period until now. */
  readonly spentNanoUsd: NanoUsd;
  /** Today with what was spent until now; undefined where the period is over, or has not begun. */
  readonly today?: SpentDay;
  /** The days of the period after today. */
  readonly comingDays: readonly Day[];
}

/** What is expected of a day that is not over. */
export interface ExpectedDay extends Day {
  /** What is still to be spent on it. */
  readonly expectedNanoUsd: NanoUsd;
}

/** A forecast of what is spent until the end of a period. */
export interface Forecast {
  readonly method: ForecastMethod;
  /** The days that the estimate is made of. */
  readonly basis: readonly SpentDay[];
  readonly days: readonly ExpectedDay[];
  /** null = nothing is known that could be carried on. */
  readonly forecastNanoUsd: NanoUsd | null;
  readonly lowNanoUsd: NanoUsd | null;
  readonly highNanoUsd: NanoUsd | null;
}

/**
 * What has been spent, and for each day to come the mean of what was spent on the same weekday of the last four weeks; with less
 * than two weeks of complete days, the mean of those there are; with none, nothing. Days before the first request in these four
 * weeks are not counted. Of today what has been spent already is taken off.
 *
 * Low and high hold four of five outcomes if days differ from their mean independently: the standard deviation of the counted
 * days from their means, times 1.2816 and the root of the number of days to come, to each side, and never below what has been
 * spent.
 */
export function forecastSpend({ history, spentNanoUsd, today, comingDays }: Known): Forecast {
  const days: readonly Day[] = [...(today ? [today] : []), ...comingDays];
  if (days.length === 0) {
    const total = { forecastNanoUsd: spentNanoUsd, lowNanoUsd: spentNanoUsd, highNanoUsd: spentNanoUsd };
    return { method: 'complete', basis: [], days: [], ...total };
  }
  const first = history.findIndex(({ requests }) => requests > 0);
  const basis = first === -1 ? [] : history.slice(first);
  if (basis.length === 0) {
    return { method: 'none', basis, days: [], forecastNanoUsd: null, lowNanoUsd: null, highNanoUsd: null };
  }
  const method = basis.length >= WEEKDAY_DAYS ? 'weekday_mean' : 'daily_mean';
  const meanOf = (day: Day) =>
    mean(basis.filter(({ weekday }) => method === 'daily_mean' || weekday === day.weekday).map(spentOn));
  const expected = days.map((day) => {
    const left = meanOf(day) - (day === today ? spentOn(today) : 0);
    return { date: day.date, weekday: day.weekday, expectedNanoUsd: BigInt(Math.round(Math.max(left, 0))) };
  });
  const forecast = expected.reduce((total, { expectedNanoUsd }) => total + expectedNanoUsd, spentNanoUsd);
  const deviation = Math.sqrt(mean(basis.map((day) => (spentOn(day) - meanOf(day)) ** 2)));
  const spread = BigInt(Math.round(EIGHTY_PERCENT * deviation * Math.sqrt(days.length)));
  const low = forecast - spread;
  return {
    method,
    basis,
    days: expected,
    forecastNanoUsd: forecast,
    lowNanoUsd: low > spentNanoUsd ? low : spentNanoUsd,
    highNanoUsd: forecast + spread,
  };
}

/** A day's spend in a form to reckon with: an estimate needs no more digits. */
function spentOn({ spentNanoUsd }: SpentDay): number {
  return Number(spentNanoUsd);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
