import type { Period } from './period';

const DAY_MS = 86_400_000;
/** A week by the hour is 168 bars; some more days are as good. */
const MOST_DAYS_BY_HOUR = 8;

/** What a period is divided by where it is drawn, also a long one: hundreds of days are weeks, many years months. */
export function bucketFor({
  from,
  to,
  bucket,
}: Pick<Period, 'from' | 'to' | 'bucket'>): Period['bucket'] | 'week' | 'month' {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (days > 1500) return 'month';
  return days > 120 ? 'week' : bucket;
}

/** The same where nothing is told by groups: a week is drawn by its hours, so that one sees when on a day there is most. */
export function fineBucketFor(period: Pick<Period, 'from' | 'to' | 'bucket'>): ReturnType<typeof bucketFor> {
  const bucket = bucketFor(period);
  const days = (Date.parse(period.to) - Date.parse(period.from)) / DAY_MS;
  return bucket === 'day' && days <= MOST_DAYS_BY_HOUR ? 'hour' : bucket;
}
