import { bucketAfter, bucketBefore, bucketStart } from './buckets.js';
import { WEEKS, type Day } from './forecast.js';
import { TimeZone } from '../../domain/time-zone.js';

/** The days that a forecast is about; times in milliseconds. */
export interface ForecastDays {
  /** The first and, exclusively, the last moment of the month. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When the day begins in which the forecast is made. */
  readonly todayMs: number;
  /** When the complete days begin that are looked back at, oldest first. */
  readonly history: readonly number[];
  /** When the days of the month begin that are still to come. */
  readonly coming: readonly number[];
}

/**
 * The days of a month and before it, as the calendar of the zone has them.
 * @param month `2026-11`; undefined = the current one
 */
export function forecastDays(month: string | undefined, zone: TimeZone, now: Date): ForecastDays {
  const nowMs = now.getTime();
  const todayMs = bucketStart('day', zone, nowMs);
  const [year = 0, number = 1] = (month ?? '').split('-').map(Number);
  const fromMs = month === undefined ? bucketStart('month', zone, nowMs) : zone.momentOf(Date.UTC(year, number - 1));
  const toMs = bucketAfter('month', zone, fromMs);
  const history = daysBetween(bucketBefore('day', zone, todayMs, 7 * WEEKS), todayMs, zone);
  const coming = daysBetween(Math.max(bucketAfter('day', zone, todayMs), fromMs), toMs, zone);
  return { fromMs, toMs, todayMs, history, coming };
}

/** The calendar day that begins at a moment. */
export function dayAt(startMs: number, zone: TimeZone): Day {
  const local = new Date(zone.localMs(startMs));
  return { date: local.toISOString().slice(0, 10), weekday: local.getUTCDay() };
}

function daysBetween(fromMs: number, toMs: number, zone: TimeZone): number[] {
  const days: number[] = [];
  for (let day = fromMs; day < toMs; day = bucketAfter('day', zone, day)) days.push(day);
  return days;
}
