import { Link } from '@tanstack/react-router';
import { Table, type Column } from '../../components/table';
import { formatCount } from '../../format/amounts';
import type { Zone } from '../../format/time';
import { whenOf, type Bar } from './histogram-data';

/** The histogram in figures; every time leads to its requests. */
export function HistogramTable({ bars, zone }: { bars: readonly Bar[]; zone: Zone }) {
  return (
    <div className="max-h-56 overflow-y-auto">
      <Table label="Requests by time" rows={bars} rowKey={({ from }) => from} columns={columnsIn(zone)} />
    </div>
  );
}

function columnsIn(zone: Zone): readonly Column<Bar>[] {
  return [
    {
      key: 'from',
      title: 'From',
      cell: (bar) => (
        <Link
          from="/logs"
          to="/logs"
          search={(search) => ({ ...search, period: undefined, from: bar.from, to: bar.to })}
          className="text-accent hover:underline"
        >
          {whenOf(bar, zone)}
        </Link>
      ),
    },
    { key: 'requests', title: 'Requests', isNumber: true, cell: ({ requests }) => formatCount(requests) },
    { key: 'failures', title: 'Failed', isNumber: true, cell: ({ failures }) => formatCount(failures) },
  ];
}
