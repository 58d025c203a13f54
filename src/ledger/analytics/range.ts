import { bucketBefore, bucketStarts, type BucketUnit } from './buckets.js';
import { badRequest } from '../../domain/errors.js';
import { TimeZone } from '../../domain/time-zone.js';

/** So many buckets are a day of minutes, two months of hours, or five years of days. */
export const MAX_BUCKETS = 2000;
const DAY_MS = 86_400_000;
/** Ten years, with their leap days. */
const MAX_RANGE_MS = 3653 * DAY_MS;

/** How many buckets are told where nobody says from when. */
const DEFAULT_BUCKETS: Readonly<Record<BucketUnit, number>> = { minute: 60, hour: 48, day: 30, week: 13, month: 12 };
const DEFAULT_UNIT = 'day';

/** A range of time and its buckets, in milliseconds. */
export interface Range {
  /** Ascending: where the range begins, where buckets begin within it, where it ends. */
  readonly edges: readonly number[];
  /** When each bucket begins; the first may be before the range. Empty without buckets. */
  readonly starts: readonly number[];
}

/** As it is asked for. */
export interface AskedRange {
  readonly from?: Date;
  readonly to?: Date;
  readonly bucket?: BucketUnit;
  /** See `isTimeZone`. */
  readonly time_zone: string;
}

/**
 * The range that is meant, with its buckets. By default it ends now, and begins so that there are 60 minutes, 48 hours, 30 days,
 * 13 weeks or 12 months, of which the last is the one under way; without buckets, 30 days.
 * @throws GatewayError 400
 */
export function rangeOf({ from, to, bucket, time_zone }: AskedRange, now: Date): Range {
  const zone = new TimeZone(time_zone);
  // What begins in this very millisecond is in it.
  const toMs = to?.getTime() ?? now.getTime() + 1;
  const unit = bucket ?? DEFAULT_UNIT;
  const fromMs = from?.getTime() ?? Math.max(bucketBefore(unit, zone, toMs - 1, DEFAULT_BUCKETS[unit] - 1), 0);
  if (fromMs >= toMs) {
    throw to === undefined
      ? badRequest(`Invalid 'from': must be in the past where there is no 'to'`, 'from', 'invalid_value')
      : badRequest(`Invalid 'to': must be after 'from'`, 'to', 'invalid_value');
  }
  if (toMs - fromMs > MAX_RANGE_MS) {
    throw badRequest(`Invalid 'from': the range may be no longer than ten years`, 'from', 'invalid_value');
  }
  if (bucket === undefined) return { edges: [fromMs, toMs], starts: [] };
  const starts = bucketStarts(bucket, zone, { fromMs, toMs }, MAX_BUCKETS + 1);
  if (starts.length > MAX_BUCKETS) {
    throw badRequest(
      `Invalid 'bucket': the range has more than ${MAX_BUCKETS} buckets of a ${bucket}; ask for longer ones, or for a shorter range`,
      'bucket',
      'invalid_value',
    );
  }
  return { edges: [fromMs, ...starts.slice(1), toMs], starts };
}
