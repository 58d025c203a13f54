import { useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useSession } from '../../api/session';
import { useZone } from '../../frame/zone';
import { rowsOf } from './log-row';
import { filtersOf } from './log-search';
import { logsRoute } from './logs.route';
import { useLiveTail } from './use-live-tail';
import { useLogs, type LogsQuestion } from './use-logs';

/** The list that an address means: its rows, what reads on, and the new ones that come in on top. */
export function useList(openId: string | undefined) {
  const search = useSearch({ from: logsRoute.id });
  const zone = useZone();
  const box = useRef<HTMLDivElement>(null);
  const [turn, setTurn] = useState(0);
  const [held, setHeld] = useState({ pointer: false, scroll: false, focus: false });
  const { period, from, to, live } = search;
  const goesOn = to === undefined && period !== 'last_month';
  // The stream of logs and their export are for administrators.
  const isOfAll = useSession().role !== null;
  const isLive = live === 'true' && goesOn && isOfAll;
  const question: LogsQuestion = { filters: filtersOf(search), period: { period, from, to }, zone, turn };
  const logs = useLogs(question);
  const { data, hasNextPage, isFetchingNextPage, isPlaceholderData, isFetchNextPageError, fetchNextPage } = logs;
  const rows = useMemo(() => rowsOf(data?.pages ?? []), [data]);
  const refresh = () => {
    box.current?.scrollTo({ top: 0 });
    setTurn(turn + 1);
  };
  const tail = useLiveTail(question, {
    isOn: isLive && logs.isSuccess && !isPlaceholderData,
    isHeld: rows.length > 0 && (held.pointer || held.scroll || held.focus || openId !== undefined),
    onTooMany: refresh,
  });
  return {
    question,
    logs,
    rows,
    tail,
    isLive,
    /** Whether who is signed in may follow and export the logs: with an API key they are only read. */
    isOfAll,
    /** Whether the period has no end, so that new requests are in it. */
    goesOn,
    box,
    refresh,
    /** Reads the next part of the list, unless it is on its way. */
    readOn: () => {
      if (hasNextPage && !isFetchingNextPage && !isPlaceholderData && !isFetchNextPageError) void fetchNextPage();
    },
    hold: (why: 'pointer' | 'scroll' | 'focus', isHeld: boolean) =>
      setHeld((before) => (before[why] === isHeld ? before : { ...before, [why]: isHeld })),
    showWaiting: () => {
      box.current?.scrollTo({ top: 0 });
      tail.show();
    },
  };
}
