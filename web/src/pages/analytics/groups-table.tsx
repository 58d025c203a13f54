import type { ReactNode } from 'react';
import type { Analytics, AnalyticsGroup, Dimension } from '../../api/analytics';
import { DIMENSIONS, filterOf, nameIn, nameOf } from '../../api/groups';
import { knownValue } from '../../api/known';
import { OF_ERRORS, type LogsFilter } from '../../api/logs-filter';
import { changeOf } from '../../components/change';
import { Cost } from '../../components/cost';
import { LogsLink } from '../../components/logs-link';
import { Table, type Column } from '../../components/table';
import { formatAudioSeconds, formatCount, formatShare } from '../../format/amounts';
import { totalBefore } from './before';
import type { Metric } from './metrics';

/** A group, or all of them together. */
interface Row extends Pick<AnalyticsGroup, 'group' | 'totals'> {
  readonly isAll: boolean;
}

interface TableProps {
  data: Analytics;
  before: Analytics | undefined;
  metric: Metric;
  filters: LogsFilter;
}

/** The groups with their totals, each figure with a way to its rows, and at last all together. */
export function GroupsTable({ isStale, ...props }: TableProps & { isStale: boolean }) {
  const { groups, totals } = props.data;
  return (
    <Table
      label="Totals"
      columns={columnsOf(props)}
      rows={[
        ...groups.map(({ group, totals }) => ({ group, totals, isAll: false })),
        { group: null, totals, isAll: true },
      ]}
      rowKey={({ group, isAll }) => (isAll ? 'all' : `group ${JSON.stringify(group)}`)}
      isStale={isStale}
    />
  );
}

function columnsOf({ data, before, metric, filters }: TableProps): readonly Column<Row>[] {
  const dimensions = data.group_by;
  const link: Linked = ({ group, isAll }, more, figure) => {
    const found = isAll ? {} : filterOf(group, dimensions);
    return found ? <LogsLink filter={{ ...filters, ...more, ...found }}>{figure}</LogsLink> : figure;
  };
  const total = data.totals[metric.name];
  const usual = [
    figureColumn('requests', 'requests', {}, formatCount, link),
    figureColumn('errors', 'errors', OF_ERRORS, formatCount, link),
    figureColumn('audio_seconds', 'audio', {}, formatAudioSeconds, link),
    costColumn(link),
  ];
  return [
    ...nameColumns(dimensions, link),
    metric.name === 'cost_usd'
      ? costColumn(link)
      : figureColumn(metric.name, metric.title.toLowerCase(), metric.rows, metric.format, link),
    ...(metric.isAmount && dimensions.length > 0 && total ? [shareColumn(metric, total)] : []),
    ...(before ? beforeColumns(before, metric) : []),
    ...usual.filter(({ key }) => key !== metric.name),
  ];
}

type Linked = (row: Row, more: LogsFilter, figure: ReactNode) => ReactNode;

function figureColumn(
  name: string,
  title: string,
  more: LogsFilter,
  format: (value: number | null) => string,
  link: Linked,
): Column<Row> {
  return {
    key: name,
    title,
    isNumber: true,
    cell: (row) => {
      const value = row.totals[name] ?? null;
      return value === null ? <span className="text-faint">–</span> : link(row, more, format(value));
    },
  };
}

function costColumn(link: Linked): Column<Row> {
  return {
    key: 'cost_usd',
    title: 'cost',
    isNumber: true,
    cell: (row) => {
      const { cost_usd, unpriced_requests, requests } = row.totals;
      const cost = <Cost usd={cost_usd} unpriced={unpriced_requests} of={requests} />;
      // What says that it is unknown is a button with the reason, which no link can hold.
      return unpriced_requests && unpriced_requests === requests ? cost : link(row, {}, cost);
    },
  };
}

function beforeColumns(before: Analytics, metric: Metric): readonly Column<Row>[] {
  const told = ({ group, isAll }: Row) => totalBefore(before, isAll ? 'all' : group, metric.name);
  const kind = metric.name === 'error_rate' ? 'share' : 'amount';
  return [
    {
      key: 'before',
      title: 'before',
      isNumber: true,
      cell: (row) => {
        const value = told(row);
        return value === null ? <span className="text-faint">–</span> : metric.format(value);
      },
    },
    {
      key: 'change',
      title: 'change',
      isNumber: true,
      cell: (row) =>
        changeOf(knownValue(row.totals, metric.name), told(row), kind).text ?? <span className="text-faint">–</span>,
    },
  ];
}

function nameColumns(dimensions: readonly Dimension[], link: Linked): readonly Column<Row>[] {
  if (dimensions.length === 0) return [{ key: 'all', title: '', cell: () => <b className="font-semibold">all</b> }];
  return dimensions.map((dimension, index) => ({
    key: `by ${dimension}`,
    title: DIMENSIONS[dimension],
    cell: (row) => {
      if (row.isAll) return index === 0 && <b className="font-semibold">all</b>;
      if (row.group === null) return index === 0 && <span className="text-muted">{nameOf(null, dimensions)}</span>;
      const name = nameIn(row.group, dimension);
      return link(
        row,
        {},
        <span dir="auto" title={name} className="line-clamp-1 text-left min-w-24 break-all">
          {name}
        </span>,
      );
    },
  }));
}

function shareColumn(metric: Metric, total: number): Column<Row> {
  return {
    key: 'share',
    title: 'share',
    isNumber: true,
    cell: ({ totals }) => {
      const value = knownValue(totals, metric.name);
      return value === null ? <span className="text-faint">–</span> : formatShare(value / total);
    },
  };
}
