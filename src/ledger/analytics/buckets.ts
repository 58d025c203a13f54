import type { TimeZone } from '../../domain/time-zone.js';

/** What a range of time can be divided by. Weeks begin on Mondays. */
export const bucketUnits = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type BucketUnit = (typeof bucketUnits)[number];

const DAY_MS = 86_400_000;

/** Those that clocks count; their length in milliseconds. */
const clockUnits: Readonly<Partial<Record<BucketUnit, number>>> = { minute: 60_000, hour: 3_600_000 };

/**
 * The beginnings of the buckets that a range meets, in milliseconds, ascending: the first may be before the range. A bucket
 * begins when clocks in the zone show a full minute or hour, or a day, a Monday or a month begins there; days of 23 or 25 hours
 * are one bucket all the same, and an hour that clocks show twice is two.
 * @param limit how many are wanted at most
 */
export function bucketStarts(
  unit: BucketUnit,
  zone: TimeZone,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  limit: number,
): number[] {
  const starts: number[] = [];
  for (let start = bucketStart(unit, zone, fromMs); start < toMs && starts.length < limit;) {
    starts.push(start);
    start = bucketAfter(unit, zone, start);
  }
  return starts;
}

/** When the bucket begins that a moment is in. */
export function bucketStart(unit: BucketUnit, zone: TimeZone, momentMs: number): number {
  const lengthMs = clockUnits[unit];
  if (lengthMs === undefined) return zone.momentOf(firstDay(unit, zone.localMs(momentMs)));
  let start = momentMs;
  // Where clocks have been moved by half an hour since the full hour, that is further away.
  for (let past = pastMs(zone, start, lengthMs); past > 0; past = pastMs(zone, start, lengthMs)) start -= past;
  return start;
}

/** When the bucket after this one begins. */
export function bucketAfter(unit: BucketUnit, zone: TimeZone, startMs: number): number {
  const lengthMs = clockUnits[unit];
  if (lengthMs === undefined) return calendarAfter(unit, zone, startMs);
  let next = startMs + lengthMs;
  for (let past = pastMs(zone, next, lengthMs); past > 0; past = pastMs(zone, next, lengthMs)) next += lengthMs - past;
  return next;
}

/** When the bucket begins that is so many before the one that a moment is in. */
export function bucketBefore(unit: BucketUnit, zone: TimeZone, momentMs: number, count: number): number {
  let start = bucketStart(unit, zone, momentMs);
  for (let step = 0; step < count; step += 1) start = bucketStart(unit, zone, start - 1);
  return start;
}

function pastMs(zone: TimeZone, momentMs: number, lengthMs: number): number {
  const localMs = zone.localMs(momentMs);
  return localMs - Math.floor(localMs / lengthMs) * lengthMs;
}

function calendarAfter(unit: BucketUnit, zone: TimeZone, startMs: number): number {
  let first = firstDay(unit, zone.localMs(startMs));
  let next: number;
  // A day that a zone has left out, to change the side of the date line, is no bucket.
  do {
    first = dayAfter(unit, first);
    next = zone.momentOf(first);
  } while (next <= startMs);
  return next;
}

/** The local midnight in which the bucket of a local time begins. */
function firstDay(unit: BucketUnit, localMs: number): number {
  const day = Math.floor(localMs / DAY_MS) * DAY_MS;
  const date = new Date(day);
  if (unit === 'week') return day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  return unit === 'month' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) : day;
}

function dayAfter(unit: BucketUnit, firstMs: number): number {
  const date = new Date(firstMs);
  if (unit === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  return firstMs + (unit === 'week' ? 7 : 1) * DAY_MS;
}
