import { analyticsQuery } from '../../api/analytics';
import { bucketFor } from '../../frame/bucket-for';
import type { Period } from '../../frame/period';
import type { Zone } from '../../format/time';
import { dimensionsOf, filtersOf, type AnalyticsSearch } from './analytics-search';
import { metricOf } from './metrics';

/** What the table tells beside the metric that was chosen. */
const ALWAYS = ['requests', 'errors', 'audio_seconds', 'cost_usd', 'unpriced_requests'];

/** What an address asks, but for how it is divided over time. */
export function askedBy(search: AnalyticsSearch) {
  const dimensions = dimensionsOf(search.group_by);
  return {
    ...filtersOf(search),
    metrics: [...new Set([metricOf(search.metric).name, ...ALWAYS])].join(','),
    ...(dimensions.length > 0 ? { group_by: dimensions.join(',') } : {}),
  };
}

/** What is drawn and listed. */
export function analyticsQuestion(search: AnalyticsSearch, period: Period, zone: Zone) {
  const bucket = search.bucket ?? bucketFor(period);
  return analyticsQuery(period, zone, { ...askedBy(search), bucket, top: Number(search.top ?? 10) });
}
