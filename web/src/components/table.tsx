import type { ReactNode, Ref } from 'react';
import { classNames } from './class-names';

/** What a table has in a column. */
export interface Column<Row> {
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, with their digits below each other. */
  readonly isNumber?: boolean;
  /** Left out where there is little room. */
  readonly isMinor?: boolean;
}

/** A list of a hundred rows or so. What is longer is a `VirtualTable`. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  isStale,
  empty,
}: {
  /** What is listed, for listeners. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** While newer rows are on their way: the old ones stay, dimmed. */
  isStale?: boolean;
  /** What is shown in place of no rows. */
  empty?: ReactNode;
}) {
  if (rows.length === 0 && empty) return empty;
  return (
    <section className="relative overflow-x-auto" tabIndex={0} aria-label={label}>
      <table className={classNames('w-full border-collapse text-sm', isStale && 'opacity-60')} aria-busy={isStale}>
        <TableHead columns={columns} />
        <tbody>
          {rows.map((row) => (
            <TableRow key={rowKey(row)} columns={columns} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The titles of a table's columns. */
export function TableHead<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <thead>
      <tr className="border-b border-line text-left text-muted">
        {columns.map(({ key, title, isNumber, isMinor }) => (
          <th
            key={key}
            scope="col"
            className={classNames(
              'h-8 px-3 font-medium whitespace-nowrap',
              isNumber && 'text-right',
              isMinor && 'max-md:hidden',
            )}
          >
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** A row of a table. */
export function TableRow<Row>({
  columns,
  row,
  index,
  ref,
}: {
  columns: readonly Column<Row>[];
  row: Row;
  /** Its place in a list of which not all is drawn. */
  index?: number;
  ref?: Ref<HTMLTableRowElement>;
}) {
  const place = index === undefined ? {} : { 'data-index': index, 'aria-rowindex': index + 2 };
  return (
    <tr ref={ref} {...place} className="border-b border-line last:border-0 hover:bg-sunken/60">
      {columns.map(({ key, cell, isNumber, isMinor }) => (
        <td
          key={key}
          className={classNames('h-9 px-3', isNumber && 'text-right whitespace-nowrap', isMinor && 'max-md:hidden')}
        >
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}
