import { analyticsQuery } from '../../api/analytics';
import { fineBucketFor } from '../../frame/bucket-for';
import type { Period } from '../../frame/period';
import type { Zone } from '../../format/time';

/** What the figures of the page's head are made of. */
export const FIGURE_METRICS =
  'requests,errors,error_rate,audio_seconds,cost_usd,unpriced_requests,latency_ms_p50,latency_ms_p95,real_time_factor_p50';

/** The figures of a period, and how they came about over time. */
export function trafficQuestion(period: Period, zone: Zone) {
  return analyticsQuery(period, zone, { metrics: FIGURE_METRICS, bucket: fineBucketFor(period) });
}
