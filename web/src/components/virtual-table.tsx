import type { ReactNode } from 'react';
import { classNames } from './class-names';
import { useRowsInView } from './rows-in-view';
import { TableHead, TableRow, type Column } from './table';

/** What a list is that is read part by part. */
export interface LongList {
  /** How many there are, for listeners; null = there are more than were read. */
  readonly total: number | null;
  /** While newer rows are on their way: the old ones stay, dimmed. */
  readonly isStale: boolean;
  /** What is shown in place of no rows. */
  readonly empty: ReactNode;
  /** Reads on; does nothing where that is under way, or all was read. */
  readonly onNearEnd: () => void;
}

/** A table of any length, of which only the rows in view are drawn. It scrolls with the page, and reads on before its end. */
export function VirtualTable<Row extends { readonly id: string }>({
  label,
  columns,
  rows,
  rowPx,
  total,
  isStale,
  empty,
  onNearEnd,
}: {
  /** What is listed, for listeners. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** How high a row is as a rule. */
  rowPx: number;
} & LongList) {
  const { list, indexes, beforePx, afterPx, measure } = useRowsInView({ rows, rowPx, onNearEnd });
  if (rows.length === 0) return empty;
  return (
    <section className="relative overflow-x-auto" tabIndex={0} aria-label={label}>
      <table
        className={classNames('w-full border-collapse text-sm', isStale && 'opacity-60')}
        aria-busy={isStale}
        aria-rowcount={total === null ? -1 : total + 1}
      >
        <TableHead columns={columns} />
        <tbody ref={list}>
          <tr aria-hidden style={{ height: beforePx }} />
          {indexes.map((index) => {
            const row = rows[index];
            return (
              row !== undefined && <TableRow key={row.id} ref={measure} index={index} columns={columns} row={row} />
            );
          })}
          <tr aria-hidden style={{ height: afterPx }} />
        </tbody>
      </table>
    </section>
  );
}
