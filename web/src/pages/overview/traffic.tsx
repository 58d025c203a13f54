import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { analyticsQuery, type Analytics } from '../../api/analytics';
import { knownValue } from '../../api/known';
import { OF_ERRORS } from '../../api/logs-filter';
import { Chart } from '../../components/chart/chart';
import type { ChartData, ChartSeries } from '../../components/chart/chart-data';
import { ErrorNotice } from '../../components/notice';
import { formatCount, formatMs } from '../../format/amounts';
import { formatUsd } from '../../format/money';
import { periodBefore, usePeriod } from '../../frame/period';
import { useZone } from '../../frame/zone';
import { Figures } from './figures';
import { FIGURE_METRICS, trafficQuestion } from './traffic-question';

/** The figures of the period, and how they came about over time. */
export function Traffic() {
  const period = usePeriod();
  const zone = useZone();
  const now = useQuery(trafficQuestion(period, zone));
  const name = period.name && `before ${period.name}`;
  const before = useQuery(analyticsQuery({ ...periodBefore(period), name }, zone, { metrics: FIGURE_METRICS }));
  const { data, error, isPlaceholderData: isStale } = now;
  const charts = useMemo(() => chartsOf(data), [data]);
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void now.refetch()} />;
  return (
    <>
      <Figures totals={data?.totals} before={before.data?.totals} isStale={isStale || before.isPlaceholderData} />
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-3">
        <Chart
          title="Requests"
          data={charts?.requests}
          format={formatCount}
          isWhole
          isStale={isStale}
          empty="No requests in this period."
        />
        <Chart title="Cost" data={charts?.cost} format={formatUsd} isStale={isStale} empty="No cost in this period." />
        <Chart
          title="Latency"
          data={charts?.latency}
          format={formatMs}
          isStale={isStale}
          empty="No answers in this period."
        />
      </div>
    </>
  );
}

function chartsOf(data: Analytics | undefined): Record<'requests' | 'cost' | 'latency', ChartData> | undefined {
  if (!data) return undefined;
  const { from, to, bucket, series } = data;
  const starts = series.map(({ starts_at }) => starts_at);
  const values = (metric: string) => series.map(({ values }) => knownValue(values, metric));
  const chart = (...lines: ChartSeries[]): ChartData => ({ starts, from, to, bucket: bucket ?? 'day', series: lines });
  return {
    requests: chart(
      { name: 'requests', colour: 1, look: 'bars', values: values('requests'), rows: {} },
      { name: 'of these errors', colour: 'bad', look: 'bars', values: values('errors'), rows: OF_ERRORS },
    ),
    cost: chart({ name: 'US dollars', colour: 2, look: 'bars', values: values('cost_usd'), rows: {} }),
    latency: chart(
      { name: 'p50', colour: 3, look: 'line', values: values('latency_ms_p50'), rows: { status: ['success'] } },
      { name: 'p95', colour: 4, look: 'line', values: values('latency_ms_p95'), rows: { status: ['success'] } },
    ),
  };
}
