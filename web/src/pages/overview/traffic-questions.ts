import { analyticsQuery } from '../../api/analytics';
import { fineBucketFor } from '../../frame/bucket-for';
import { periodBefore, type Period } from '../../frame/period';
import type { Zone } from '../../format/time';

const FIGURES = {
  metrics:
    'requests,errors,error_rate,audio_seconds,cost_usd,unpriced_requests,latency_ms_p50,latency_ms_p95,real_time_factor_p50',
};

/** The figures of a period: sums of days, which are there long before what is drawn by the hour. */
export function figuresQuestion(period: Period, zone: Zone) {
  return analyticsQuery(period, zone, FIGURES);
}

/** Those of the period before it. */
export function figuresBeforeQuestion(period: Period, zone: Zone) {
  return analyticsQuery({ ...periodBefore(period), name: period.name && `before ${period.name}` }, zone, FIGURES);
}

/** How the period came about over time. */
export function chartsQuestion(period: Period, zone: Zone) {
  const metrics = 'requests,errors,cost_usd,latency_ms_p50,latency_ms_p95';
  return analyticsQuery(period, zone, { metrics, bucket: fineBucketFor(period) });
}
