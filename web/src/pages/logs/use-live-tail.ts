import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { leaveIfSignedOut } from '../../api/queries';
import { followLogs } from './live-tail';
import { mergeRows, type LogRow } from './log-row';
import { logsKey, readLogs, type LogsData, type LogsQuestion } from './use-logs';

/** More rows that came in live are not kept in the list: what is older is read again when somebody scrolls there. */
const MOST_ROWS = 2_000;
/** More that wait are not kept: the list is read anew in their place. */
const MOST_WAITING = 1_000;

/** What the mark of the live list says. */
export interface LiveTail {
  readonly state: 'off' | 'connecting' | 'open' | 'broken' | 'ended';
  readonly error: unknown;
  /** How many have come while the list was held. */
  readonly waiting: number;
  /** Shows those that wait. */
  readonly show: () => void;
}

/**
 * Puts new logs on top of a list as they are written.
 * @param isOn whether it is asked for, and the list is there
 * @param isHeld whether somebody looks at rows that must not move
 * @param onTooMany more wait than are kept
 */
export function useLiveTail(
  question: LogsQuestion,
  { isOn, isHeld, onTooMany }: { isOn: boolean; isHeld: boolean; onTooMany: () => void },
): LiveTail {
  const queries = useQueryClient();
  const [heard, setHeard] = useState<{ key: string; state: 'open' | 'broken' | 'ended'; error?: unknown }>();
  const [waiting, setWaiting] = useState(0);
  const held = useRef<{ rows: LogRow[]; count: number }>({ rows: [], count: 0 });
  const frame = useRef(0);
  const key = JSON.stringify(logsKey(question));

  const show = () => {
    const { rows, count } = held.current;
    held.current = { rows: [], count: 0 };
    setWaiting(0);
    if (count > rows.length) onTooMany();
    else if (rows.length > 0) {
      queries.setQueryData<LogsData>(logsKey(question), (data) => data && withNewRows(data, rows));
    }
  };
  const flush = useEffectEvent(() => {
    frame.current = 0;
    if (isHeld) setWaiting(held.current.count);
    else show();
  });
  const take = useEffectEvent((row: LogRow, of: string) => {
    if (of !== key) return;
    const { rows, count } = held.current;
    if (rows.length < MOST_WAITING) rows.push(row);
    held.current = { rows, count: count + 1 };
    // A hundred that come at once are one change of what is drawn.
    if (frame.current === 0) frame.current = requestAnimationFrame(() => flush());
  });
  const listed = useEffectEvent(() => queries.getQueryData<LogsData>(logsKey(question))?.pages[0]?.rows ?? []);
  const filters = useEffectEvent(() => question.filters);
  const fillGap = useEffectEvent(async (of: string, signal: AbortSignal) => {
    const { rows } = await readLogs(question, null, signal);
    const known = new Set(listed().map(({ id }) => id));
    for (const row of rows) if (!known.has(row.id)) take(row, of);
  });

  useEffect(() => {
    if (!isOn) return;
    const stop = new AbortController();
    held.current = { rows: [], count: 0 };
    void followLogs(filters(), listed()[0]?.id, stop.signal, {
      onRow: (row) => take(row, key),
      onState: (state) => setHeard({ key, state }),
      onGap: () => fillGap(key, stop.signal),
      onEnd: (error) => {
        setHeard({ key, state: 'ended', error });
        leaveIfSignedOut(error);
      },
    });
    return () => {
      stop.abort();
      cancelAnimationFrame(frame.current);
      frame.current = 0;
      setWaiting(0);
    };
  }, [isOn, key]);

  useEffect(() => {
    if (!isHeld) flush();
  }, [isHeld]);

  const now = heard?.key === key ? heard : undefined;
  return { state: isOn ? (now?.state ?? 'connecting') : 'off', error: now?.error, waiting, show };
}

/** The list with new rows on top. Beyond {@link MOST_ROWS} the older ones go, and are read again after the last that stays. */
function withNewRows(data: LogsData, rows: readonly LogRow[]): LogsData {
  const [first, ...others] = data.pages;
  if (!first) return data;
  const merged = mergeRows(rows, first.rows);
  const total = first.total === null ? null : first.total + merged.length - first.rows.length;
  const last = merged[MOST_ROWS - 1];
  if (last && merged.length > MOST_ROWS) {
    const kept = { ...first, rows: merged.slice(0, MOST_ROWS), nextCursor: last.id, total };
    return { pages: [kept], pageParams: data.pageParams.slice(0, 1) };
  }
  return { ...data, pages: [{ ...first, rows: merged, total }, ...others] };
}
