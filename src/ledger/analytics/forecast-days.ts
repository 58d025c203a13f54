import { bucketAfter, bucketBefore, bucketStart } from './buckets.js';
import { WEEKS, type Day } from './forecast.js';
import { TimeZone } from '../../domain/time-zone.js';

/** The days that a forecast is about; times in milliseconds. */
export interface ForecastDays {
  /** The first and, exclusively, the last moment of the period. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When the day begins in which the forecast is made. */
  readonly todayMs: number;
  /** When the complete days begin that are looked back at, oldest first. */
  readonly history: readonly number[];
  /** When the days of the period begin that are still to come. */
  readonly coming: readonly number[];
}

/** What a forecast reaches to the end of: the periods of budgets that end. */
export const forecastPeriods = ['day', 'week', 'month'] as const;
export type ForecastPeriod = (typeof forecastPeriods)[number];

/** The current period of a kind, or a month such as `2026-11`. */
export type ForecastAbout = { readonly period: ForecastPeriod } | { readonly month: string };

/** The days of a period and before it, as the calendar of the zone has them; weeks begin on Monday. */
export function forecastDays(about: ForecastAbout, zone: TimeZone, now: Date): ForecastDays {
  const nowMs = now.getTime();
  const todayMs = bucketStart('day', zone, nowMs);
  const period = 'period' in about ? about.period : 'month';
  const fromMs = 'period' in about ? bucketStart(period, zone, nowMs) : firstOfMonth(about.month, zone);
  const toMs = bucketAfter(period, zone, fromMs);
  const history = daysBetween(bucketBefore('day', zone, todayMs, 7 * WEEKS), todayMs, zone);
  const coming = daysBetween(Math.max(bucketAfter('day', zone, todayMs), fromMs), toMs, zone);
  return { fromMs, toMs, todayMs, history, coming };
}

/** The calendar day that begins at a moment. */
export function dayAt(startMs: number, zone: TimeZone): Day {
  const local = new Date(zone.localMs(startMs));
  return { date: local.toISOString().slice(0, 10), weekday: local.getUTCDay() };
}

function firstOfMonth(month: string, zone: TimeZone): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return zone.momentOf(Date.UTC(year, number - 1));
}

function daysBetween(fromMs: number, toMs: number, zone: TimeZone): number[] {
  const days: number[] = [];
  for (let day = fromMs; day < toMs; day = bucketAfter('day', zone, day)) days.push(day);
  return days;
}
