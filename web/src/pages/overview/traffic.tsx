import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Analytics } from '../../api/analytics';
import { knownValue } from '../../api/known';
import { OF_ERRORS } from '../../api/logs-filter';
import { Chart } from '../../components/chart/chart';
import type { ChartData, ChartSeries } from '../../components/chart/chart-data';
import { ErrorNotice } from '../../components/notice';
import { formatCount, formatMs } from '../../format/amounts';
import { formatUsd } from '../../format/money';
import { usePeriod } from '../../frame/period';
import { useZone } from '../../frame/zone';
import { Figures } from './figures';
import { chartsQuestion, figuresBeforeQuestion, figuresQuestion } from './traffic-questions';

/** The figures of the period, and how they came about over time. */
export function Traffic() {
  const period = usePeriod();
  const zone = useZone();
  const figures = useQuery(figuresQuestion(period, zone));
  const before = useQuery(figuresBeforeQuestion(period, zone));
  const drawn = useQuery(chartsQuestion(period, zone));
  const charts = useMemo(() => chartsOf(drawn.data), [drawn.data]);
  const failed = [figures, drawn].find(({ error, data }) => error && !data);
  if (failed) {
    const retry = () => void Promise.all([figures.refetch(), drawn.refetch()]);
    return <ErrorNotice error={failed.error} onRetry={retry} />;
  }
  const isStale = drawn.isPlaceholderData;
  return (
    <>
      <Figures
        totals={figures.data?.totals}
        before={before.data?.totals}
        isStale={figures.isPlaceholderData || before.isPlaceholderData}
      />
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
