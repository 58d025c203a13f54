import type { Zone } from '../../format/time';
import { LogsLink } from '../logs-link';
import { Table, type Column } from '../table';
import { bucketLabel, bucketTime, type ChartData, type ChartSeries } from './chart-data';

/** More rows would make the page slow; the file has all of them. */
const MOST_ROWS = 400;

interface TableProps {
  title: string;
  data: ChartData;
  format: (value: number | null) => string;
  zone: Zone;
  /** Of what is no figure of single buckets. */
  isRowless: boolean;
}

/** The same as the chart, in digits: one row for each bucket, each figure with a way to its rows. */
export function ChartTable(props: TableProps) {
  const { title, data } = props;
  const { starts } = data;
  const shown = starts.slice(-MOST_ROWS).map((_, place, all) => starts.length - all.length + place);
  return (
    <div className="max-h-80 overflow-y-auto">
      <Table
        label={`${title}, as a table`}
        columns={columnsOf(props)}
        rows={shown}
        rowKey={(index) => starts[index] ?? ''}
      />
      {shown.length < starts.length && (
        <p className="px-3 py-2 text-sm text-muted">
          The last {MOST_ROWS} of {starts.length}. The CSV has all of them.
        </p>
      )}
    </div>
  );
}

function columnsOf({ data, format, zone, isRowless }: TableProps): readonly Column<number>[] {
  const start: Column<number> = {
    key: 'starts_at',
    title: `${data.bucket} from`,
    cell: (index) => (
      <span className="whitespace-nowrap">{bucketLabel(data.starts[index] ?? '', data.bucket, zone)}</span>
    ),
  };
  const figures = data.series.map((series, position): Column<number> => ({
    key: `${position}`,
    title: (
      <span dir="auto" title={series.name} className="inline-block max-w-40 truncate align-middle">
        {series.name}
      </span>
    ),
    isNumber: true,
    cell: (index) => <Figure {...{ series, data, index, format }} isPlain={isRowless} />,
  }));
  return [start, ...figures];
}

function Figure({
  series,
  data,
  index,
  format,
  isPlain,
}: {
  series: ChartSeries;
  data: ChartData;
  index: number;
  format: (value: number | null) => string;
  isPlain: boolean;
}) {
  const value = series.values[index] ?? null;
  const told = value === null ? <span className="text-faint">–</span> : format(value);
  if (isPlain || !series.rows || value === null || value === 0) return told;
  return (
    <LogsLink filter={series.rows} time={bucketTime(data, index)}>
      {told}
    </LogsLink>
  );
}
