import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useEffectEvent, useMemo, type RefObject } from 'react';
import { classNames } from '../../components/class-names';
import { useIsNarrow } from '../../components/use-narrow';
import { columnChoice, columnsOf } from './columns';
import type { LogRow } from './log-row';
import { LogCard, LogLine } from './log-line';

const ROW_PX = 32;
const CARD_PX = 60;
/** The next part is read when so many rows before the end are drawn. */
const AHEAD_ROWS = 40;

/** The list of logs: only the rows in view are drawn, however many there are. */
export function LogList({
  rows,
  total,
  isStale,
  isLoadingMore,
  openId,
  box,
  chosenId,
  onChoose,
  onNearEnd,
  onHold,
}: {
  rows: readonly LogRow[];
  /** How many there are, for listeners; null = unknown. */
  total: number | null;
  /** While others are on their way. */
  isStale: boolean;
  isLoadingMore: boolean;
  /** The log that the drawer shows. */
  openId: string | undefined;
  /** Where the rows scroll. */
  box: RefObject<HTMLDivElement | null>;
  /** The log whose row the keyboard is on: it stays that when new ones come. */
  chosenId: string | undefined;
  onChoose: (id: string) => void;
  onNearEnd: () => void;
  /** Somebody points at rows, has the keyboard on one, or has scrolled away from the newest. */
  onHold: (why: 'pointer' | 'scroll' | 'focus', isHeld: boolean) => void;
}) {
  const navigate = useNavigate();
  const isNarrow = useIsNarrow();
  const choice = columnChoice.use();
  const columns = useMemo(() => columnsOf(choice), [choice]);
  // With another function the places of all rows are worked out anew.
  const getItemKey = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  // The compiler leaves this component as it is: the virtualizer changes without telling.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (isNarrow ? CARD_PX : ROW_PX),
    getItemKey,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const chosen = chosenId === undefined ? -1 : rows.findIndex(({ id }) => id === chosenId);
  const lastDrawn = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (lastDrawn >= rows.length - AHEAD_ROWS) onNearEnd();
  }, [lastDrawn, rows.length, onNearEnd]);
  useEffect(() => virtual.measure(), [isNarrow, virtual]);
  // The keyboard's row is drawn before it can have the focus.
  const showChosen = useEffectEvent(() => chosen >= 0 && virtual.scrollToIndex(chosen));
  useEffect(() => void showChosen(), [chosenId]);
  // What goes while it has the focus never says that it has lost it.
  const letGo = useEffectEvent(() => onHold('focus', false));
  useEffect(() => () => letGo(), []);

  const template = columns.map(({ width }) => width).join(' ');
  const minWidth = columns.reduce((sum, { least }) => sum + least, 0) + 12 * (columns.length - 1) + 24;
  const open = useCallback(
    (id: string) => {
      onChoose(id);
      void navigate({ to: '/logs/$id', params: { id }, search: true });
    },
    [navigate, onChoose],
  );
  const Line = isNarrow ? LogCard : LogLine;

  return (
    <div
      ref={box}
      role="grid"
      aria-label="Requests"
      aria-rowcount={total ?? -1}
      aria-busy={isStale || isLoadingMore}
      className="min-h-0 flex-1 overflow-auto overscroll-contain"
      onScroll={(event) => onHold('scroll', event.currentTarget.scrollTop > ROW_PX)}
      onPointerEnter={(event) => event.pointerType === 'mouse' && onHold('pointer', true)}
      onPointerLeave={() => onHold('pointer', false)}
      onFocus={() => onHold('focus', true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) onHold('focus', false);
      }}
    >
      <div style={isNarrow ? undefined : { minWidth }}>
        <div role="rowgroup" className="sticky top-0 z-10 bg-surface max-sm:sr-only">
          <div
            role="row"
            aria-rowindex={1}
            className="grid h-[32px] items-center gap-3 border-b border-line px-3 text-sm font-medium text-muted"
            style={{ gridTemplateColumns: template }}
          >
            {columns.map(({ key, title, isNumber }) => (
              <span key={key} role="columnheader" className={classNames('truncate', isNumber && 'text-right')}>
                {title}
              </span>
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          className={classNames('relative', isStale && 'opacity-60')}
          style={{ height: virtual.getTotalSize() }}
        >
          {items.map(({ index, start, key }) => {
            const row = rows[index];
            return (
              row && (
                <Line
                  key={key}
                  row={row}
                  index={index}
                  columns={columns}
                  template={template}
                  topPx={start}
                  isChosen={index === Math.max(chosen, 0)}
                  hasFocus={index === chosen}
                  isOpen={row.id === openId}
                  onOpen={open}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
