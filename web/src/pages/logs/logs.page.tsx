import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { Empty } from '../../components/empty';
import { Button } from '../../components/button';
import { ErrorNotice, Notice } from '../../components/notice';
import { Page } from '../../components/page';
import { useShortcuts } from '../../components/use-shortcuts';
import { formatInstant } from '../../format/time';
import { useChoosePeriod, type PeriodSearch } from '../../frame/period';
import { FilterBar } from './filter-bar';
import { Histogram } from './histogram';
import { ListActions } from './list-actions';
import { ListFoot } from './list-foot';
import { LogList } from './log-list';
import { NO_FILTERS, type LogSearch } from './log-search';
import { nameOfRows } from './names';
import { useExport } from './use-export';
import { useHistogram } from './use-histogram';
import { useList } from './use-list';

/** Every request, newest first, by any filter, with new ones on top as they come. */
export function LogsPage() {
  const { id: openId } = useParams({ strict: false });
  const navigate = useNavigate();
  const choosePeriod = useChoosePeriod();
  const searchBox = useRef<HTMLInputElement>(null);
  const periodsBefore = useRef<PeriodSearch[]>([]);
  const [chosenId, setChosenId] = useState<string>();
  const list = useList(openId);
  const { question, rows, logs, tail, isLive } = list;
  const histogram = useHistogram(question, isLive);
  const saving = useExport(question);
  const change = (wish: Partial<LogSearch>) =>
    void navigate({ to: '.', search: (search) => ({ ...search, ...wish }), replace: 'live' in wish });
  const zoom = (stretch: PeriodSearch) => {
    periodsBefore.current.push(question.period);
    choosePeriod({ period: undefined, ...stretch });
  };
  const move = (by: number) => {
    const here = rows.findIndex(({ id }) => id === (openId ?? chosenId));
    const next = Math.max(0, Math.min(rows.length - 1, here + by));
    const row = rows[next];
    if (!row) return;
    setChosenId(row.id);
    if (openId !== undefined && row.id !== openId) {
      void navigate({ to: '/logs/$id', params: { id: row.id }, search: true, replace: true });
    }
  };
  const fromTheTop = (show: () => void) => {
    setChosenId(undefined);
    show();
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    Home: () => move(-Infinity),
    End: () => move(Infinity),
    '/': () => searchBox.current?.focus(),
    '.': () => list.goesOn && list.isOfAll && change({ live: isLive ? undefined : 'true' }),
  });
  const isEmpty = logs.isSuccess && !logs.isPlaceholderData && rows.length === 0;
  const isFiltered = Object.keys(question.filters).length > 0;

  return (
    <Page
      title="Logs"
      isFilling
      actions={
        <ListActions
          {...{ tail, isLive, saving }}
          isOfAll={list.isOfAll}
          mayFollow={list.goesOn}
          onLive={(wish) => change({ live: wish ? 'true' : undefined })}
          onRefresh={() => fromTheTop(list.refresh)}
        />
      }
    >
      <div className="-mt-2 flex flex-col gap-2">
        <FilterBar {...{ question, searchBox }} onChange={change} nameOf={nameOfRows(rows)} />
        {saving.error && <ErrorNotice error={saving.error} />}
        {isLive && tail.state === 'ended' && <ErrorNotice error={tail.error} />}
        {logs.data?.pages[0]?.searchedFrom && (
          <Notice tone="info">
            Transcripts since {formatInstant(logs.data.pages[0].searchedFrom, question.zone)} were searched.
          </Notice>
        )}
      </div>
      <section
        aria-label="Requests"
        className="-mt-2 flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface"
      >
        {histogram.data && !(isEmpty && question.period.from === undefined) && (
          <Histogram
            // What is pointed at is a place among these bars.
            key={histogram.data.bars.length}
            bars={histogram.data.bars}
            zone={question.zone}
            isStale={histogram.isPlaceholderData}
            onZoom={zoom}
            onBack={() => choosePeriod(periodsBefore.current.pop() ?? {})}
          />
        )}
        {histogram.error && (
          <div className="p-2">
            <ErrorNotice error={histogram.error} onRetry={() => void histogram.refetch()} />
          </div>
        )}
        {logs.error && (
          <div className="p-2">
            <ErrorNotice
              error={logs.error}
              onRetry={() => void (logs.isFetchNextPageError ? logs.fetchNextPage() : logs.refetch())}
            />
          </div>
        )}
        {isEmpty ? (
          <div className="flex min-h-0 flex-1 flex-col justify-center">
            <Empty
              title={isFiltered ? 'No request is like that' : 'No requests in this period'}
              actions={isFiltered && <Button onClick={() => change(NO_FILTERS)}>Clear the filters</Button>}
            >
              {isFiltered
                ? 'Remove a filter, or choose a longer period.'
                : 'Choose a longer period, or send a request: it is here as soon as it has been answered.'}
            </Empty>
          </div>
        ) : (
          <LogList
            // Another list begins at its top.
            key={JSON.stringify([question.filters, question.period])}
            {...{ rows, openId, chosenId }}
            total={logs.data?.pages[0]?.isTotalExact ? logs.data.pages[0].total : null}
            isStale={logs.isPlaceholderData}
            isLoadingMore={logs.isFetchingNextPage}
            box={list.box}
            onChoose={setChosenId}
            onNearEnd={list.readOn}
            onHold={list.hold}
          />
        )}
        <ListFoot
          logs={logs}
          rows={rows.length}
          tail={tail}
          isLive={isLive}
          onShow={() => fromTheTop(list.showWaiting)}
        />
      </section>
      <Outlet />
    </Page>
  );
}
