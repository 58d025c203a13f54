import { memo, useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import { classNames } from '../../components/class-names';
import { formatMs } from '../../format/amounts';
import { Audio, Cost, Said, ServedBy, type LogColumn } from './columns';
import type { LogRow } from './log-row';
import { StatusMark } from './statuses';
import { TimeCell } from './time-cell';

interface LineProps {
  row: LogRow;
  index: number;
  columns: readonly LogColumn[];
  template: string;
  /** How far from the top it lies. */
  topPx: number;
  /** The one row that the Tab key leads to. */
  isChosen: boolean;
  /** The keyboard has gone there. */
  hasFocus: boolean;
  isOpen: boolean;
  onOpen: (id: string) => void;
}

/** What every row is, whatever it looks like. */
function useRow({ row: { id }, index, isChosen, hasFocus, isOpen, onOpen }: LineProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A drawer that is open keeps the focus.
    if (hasFocus && !document.querySelector('[role=dialog]')) ref.current?.focus({ preventScroll: true });
  }, [hasFocus]);
  return {
    ref,
    role: 'row',
    'aria-rowindex': index + 2,
    'aria-selected': isOpen,
    tabIndex: isChosen ? 0 : -1,
    onClick: (event: MouseEvent) => {
      // A link opens itself, also in another tab.
      if (!(event.target instanceof Element) || !event.target.closest('a')) onOpen(id);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') onOpen(id);
    },
  } as const;
}

const LINE =
  'absolute inset-x-0 top-0 cursor-pointer border-b border-line text-sm hover:bg-sunken/60 -outline-offset-2 aria-selected:bg-accent-wash';

/** A log as a row of a table. While the list scrolls, only rows that come into view are drawn. */
export const LogLine = memo(function LogLine(props: LineProps) {
  const { row, columns, template, topPx } = props;
  return (
    <div
      {...useRow(props)}
      className={classNames(LINE, 'grid h-[32px] items-center gap-3 px-3')}
      style={{ transform: `translateY(${topPx}px)`, gridTemplateColumns: template }}
    >
      {columns.map(({ key, isNumber, cell }) => (
        <div key={key} role="gridcell" className={classNames('min-w-0 truncate', isNumber && 'text-right')}>
          {cell(row)}
        </div>
      ))}
    </div>
  );
});

/** A log where there is little room: two lines. */
export const LogCard = memo(function LogCard(props: LineProps) {
  const { row, topPx } = props;
  return (
    <div
      {...useRow(props)}
      className={classNames(LINE, 'flex h-[60px] flex-col justify-center gap-0.5 px-3')}
      style={{ transform: `translateY(${topPx}px)` }}
    >
      <div role="gridcell" className="flex min-w-0 items-center gap-2">
        <StatusMark status={row.status} httpStatus={row.http_status} />
        <span className="min-w-0 flex-1 truncate">{row.model ?? <ServedBy row={row} />}</span>
        <span className="text-muted">
          <TimeCell id={row.id} at={row.created_at} />
        </span>
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-2">
        <span className="min-w-0 flex-1 truncate">
          <Said row={row} />
        </span>
        <span className="flex shrink-0 gap-2 text-muted">
          <Audio row={row} />
          <Cost row={row} />
          <span>{formatMs(row.latency_ms)}</span>
        </span>
      </div>
    </div>
  );
});
