import type { Period } from './period';

const DAY_MS = 86_400_000;

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
