import type { ReactNode } from 'react';
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

/** A list of a hundred rows or so. What is longer comes in pages, or is a virtual list. */
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
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-b border-line last:border-0 hover:bg-sunken/60">
              {columns.map(({ key, cell, isNumber, isMinor }) => (
                <td
                  key={key}
                  className={classNames(
                    'h-9 px-3',
                    isNumber && 'text-right whitespace-nowrap',
                    isMinor && 'max-md:hidden',
                  )}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
