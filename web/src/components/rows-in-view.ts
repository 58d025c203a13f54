import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useState } from 'react';

/** The next part is read when so many rows before the end are drawn. */
const AHEAD_ROWS = 40;
const OVERSCAN_ROWS = 12;

/**
 * Which rows of a list that scrolls with the page are drawn, and how much room those take that are not: however long the list is, there
 * are some tens of rows in the page.
 * @returns `list` is for the element that has the rows, `measure` for each row, which says its place by `data-index`
 */
export function useRowsInView({
  rows,
  rowPx,
  onNearEnd,
}: {
  readonly rows: readonly { readonly id: string }[];
  /** How high a row is as a rule. */
  readonly rowPx: number;
  /** Reads on; does nothing where that is under way, or all was read. */
  readonly onNearEnd: () => void;
}) {
  const [topPx, setTopPx] = useState(0);
  // What comes to stand above the list later is lower than the rows that are drawn beside those in view.
  const list = useCallback((element: Element | null) => {
    if (element) setTopPx(Math.round(element.getBoundingClientRect().top + window.scrollY));
  }, []);
  const count = rows.length;
  // With another function the places of all rows are worked out anew.
  const getItemKey = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  // The compiler leaves this hook as it is: the virtualizer changes without telling.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowPx,
    getItemKey,
    overscan: OVERSCAN_ROWS,
    scrollMargin: topPx,
  });
  useLayoutEffect(() => {
    // Moving the page to make up for a row that is higher than expected would break off the way to the top.
    virtual.shouldAdjustScrollPositionOnItemSizeChange = () => false;
  }, [virtual]);
  const drawn = virtual.getVirtualItems();
  const first = drawn[0];
  const last = drawn.at(-1);
  const lastDrawn = last?.index ?? 0;
  useEffect(() => {
    if (lastDrawn >= count - AHEAD_ROWS) onNearEnd();
  }, [lastDrawn, count, onNearEnd]);
  return {
    list,
    indexes: drawn.map(({ index }) => index),
    beforePx: first ? first.start - topPx : 0,
    afterPx: last ? virtual.getTotalSize() - (last.end - topPx) : 0,
    measure: virtual.measureElement,
  };
}
