import type { Bucket } from '../../api/analytics';
import { formatDay, formatInstant, formatTimeOfDay, type Zone } from '../../format/time';

/** A stretch of time with its requests. */
export interface Bar {
  /** ISO 8601. The first may begin before the range. */
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly failures: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a stretch of time is divided by: the shortest of which there are 250 bars at most, which is hours for a week. */
export function barUnitFor({ from, to }: { readonly from: string; readonly to: string }): Bucket {
  const lengthMs = Date.parse(to) - Date.parse(from);
  if (lengthMs <= 4 * HOUR_MS) return 'minute';
  if (lengthMs <= 10 * DAY_MS) return 'hour';
  if (lengthMs <= 245 * DAY_MS) return 'day';
  return lengthMs <= 1700 * DAY_MS ? 'week' : 'month';
}

interface Series {
  readonly to: string;
  readonly series: readonly { readonly starts_at: string; readonly values: Readonly<Record<string, number | null>> }[];
}

/** The bars that the analytics of `requests` and `errors` make. */
export function barsOf({ series, to }: Series): Bar[] {
  return series.map(({ starts_at, values }, index) => ({
    from: starts_at,
    to: series[index + 1]?.starts_at ?? to,
    requests: values.requests ?? 0,
    failures: values.errors ?? 0,
  }));
}

/** The stretch from one bar to another, whichever is the earlier. */
export function stretchOf(bars: readonly Bar[], one: number, other: number): { from: string; to: string } | undefined {
  const first = bars[Math.min(one, other)];
  const last = bars[Math.max(one, other)];
  return first && last && { from: first.from, to: last.to };
}

/** When a bar is, as short as its length allows. */
export function whenOf({ from, to }: Bar, zone: Zone): string {
  const lengthMs = Date.parse(to) - Date.parse(from);
  if (lengthMs > 20 * 3_600_000) return formatDay(from, zone);
  if (lengthMs > 90_000) return formatInstant(from, zone).slice(0, 16);
  return formatTimeOfDay(from, zone).slice(0, 8);
}

/** Which of so many bars of one width is at a place, for a pointer that may have left the chart. */
export function barAt(x: number, width: number, bars: number): number {
  return Math.max(0, Math.min(bars - 1, Math.floor((x / width) * bars)));
}
