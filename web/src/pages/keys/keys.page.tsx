import { useInfiniteQuery } from '@tanstack/react-query';
import { Outlet, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { againOf, readOn } from '../../api/long-list';
import { useMay } from '../../api/session';
import { Empty } from '../../components/empty';
import { ErrorNotice, Notice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { budgetUse } from '../../format/budgets';
import { KeyFilters } from './key-filters';
import { KeysTable } from './keys-table';
import { keysQuery } from './keys.queries';
import { MakeKey } from './make-key';

const BulkMenu = lazy(async () => ({ default: (await import('./bulk-menu')).BulkMenu }));

/** Who may use the gateway, and how much of their budgets is used. */
export function KeysPage() {
  const search = useSearch({ from: '/keys' });
  const mayWrite = useMay('keys.write');
  const list = useInfiniteQuery(keysQuery(search));
  const { data, error, isPending, isPlaceholderData, hasNextPage } = list;
  const keys = useMemo(() => data?.pages.flatMap((part) => part.data) ?? [], [data]);
  // What is changed together is chosen by these, and not by a part of a name.
  const isGroup = search.team !== undefined || search.user !== undefined || search.tag !== undefined;
  const isNarrowed = isGroup || search.name !== undefined;
  const ending = keys.filter(({ budgets }) => budgets.some((budget) => budgetUse(budget).state !== 'has_room')).length;
  return (
    <Page title="Keys" actions={mayWrite && <MakeKey />}>
      <div className="flex flex-wrap items-center gap-2">
        <KeyFilters search={search} />
        {mayWrite && isGroup && search.name === undefined && (
          <Suspense>
            <BulkMenu search={search} />
          </Suspense>
        )}
      </div>
      {error && <ErrorNotice error={error} onRetry={() => againOf(list)} />}
      {ending > 0 && (
        <Notice tone="warn">
          {ending === 1 ? '1 key shown here is' : `${ending} keys shown here are`} out of budget or near it.
        </Notice>
      )}
      {!isPending && !(error && !data) && (
        <Panel isFlush>
          <KeysTable
            keys={keys}
            isStale={isPlaceholderData}
            total={hasNextPage ? null : keys.length}
            onNearEnd={() => readOn(list)}
            empty={
              <Empty title={isNarrowed ? 'No key is like that' : 'There are no keys yet'}>
                {isNarrowed
                  ? 'Team, owner and tag have to be written as they are; of a name a part is enough.'
                  : 'An application has a key of its own, so that its requests, its spend and its limits can be told apart. Give one a name above.'}
              </Empty>
            }
          />
        </Panel>
      )}
      <Outlet />
    </Page>
  );
}
