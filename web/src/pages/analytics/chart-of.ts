import type { Analytics, Dimension } from '../../api/analytics';
import { filterOf, nameOf } from '../../api/groups';
import { knownValue } from '../../api/known';
import type { LogsFilter } from '../../api/logs-filter';
import { runningSum, type ChartColour, type ChartData, type ChartSeries } from '../../components/chart/chart-data';
import type { Metric } from './metrics';

const COLOURS: readonly ChartColour[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** So many groups can be told apart. */
export const DRAWN = COLOURS.length;

/** What was asked for, as a chart. */
export function chartOf({
  data,
  before,
  metric,
  dimensions,
  isCumulative,
  filters,
}: {
  data: Analytics;
  /** The period before, which is drawn beside a single line. */
  before: Analytics | undefined;
  metric: Metric;
  dimensions: readonly Dimension[];
  isCumulative: boolean;
  filters: LogsFilter;
}): ChartData {
  const { from, to, bucket, series, groups } = data;
  const starts = series.map(({ starts_at }) => starts_at);
  const valuesOf = (told: Analytics['series']) => {
    const values = told.map(({ values }) => knownValue(values, metric.name));
    return isCumulative ? runningSum(values) : values;
  };
  const rows = { ...filters, ...metric.rows };
  const chart = { starts, from, to, bucket: bucket ?? 'day' } as const;
  if (dimensions.length === 0) {
    const look = metric.isAmount && !isCumulative ? 'bars' : 'line';
    const single: ChartSeries = { name: metric.title, colour: 1, look, values: valuesOf(series), rows };
    return { ...chart, series: before ? [single, lineBefore(valuesOf(before.series), starts.length)] : [single] };
  }
  const named = groups.slice(0, DRAWN).map(({ group, series }, index): ChartSeries => {
    const found = filterOf(group, dimensions);
    return {
      name: nameOf(group, dimensions),
      colour: group === null ? 'rest' : (COLOURS[index] ?? 'rest'),
      look: 'line',
      values: valuesOf(series),
      rows: found && { ...rows, ...found },
    };
  });
  return { ...chart, series: named };
}

/** Bucket by bucket; a period before may have one more, or one less. */
function lineBefore(values: readonly (number | null)[], length: number): ChartSeries {
  return {
    name: 'period before',
    colour: 'rest',
    look: 'line',
    isDashed: true,
    values: Array.from({ length }, (_, index) => values[index] ?? null),
  };
}
