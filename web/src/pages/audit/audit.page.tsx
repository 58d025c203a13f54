import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { answered } from '../../api/analytics';
import { api } from '../../api/client';
import { againOf, LONG_LIST, readOn } from '../../api/long-list';
import { Button } from '../../components/button';
import { Empty } from '../../components/empty';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { usePeriod } from '../../frame/period';
import { AuditFilters } from './audit-filters';
import { AuditTable } from './audit-table';
import type { AuditSearch } from './audit.route';

const route = getRouteApi('/audit');
/** As many as the API gives at once. */
const PART = 100;

/** Who has changed what, when and from where. */
export function AuditPage() {
  const search = route.useSearch();
  const { from, to, name } = usePeriod();
  const filters = filtersOf(search);
  const list = useInfiniteQuery({
    ...LONG_LIST,
    queryKey: ['audit', filters, name ?? [from, to]],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { ...filters, from, to, limit: PART, cursor };
      return answered((await api.GET('/admin/v1/audit', { params: { query }, signal })).data);
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const { data, error, isPlaceholderData, hasNextPage } = list;
  const events = useMemo(() => data?.pages.flatMap((part) => part.data), [data]);
  return (
    <Page title="Audit" actions={<ExportLink query={{ ...filters, from, to }} />}>
      <AuditFilters search={search} />
      {error && <ErrorNotice error={error} onRetry={() => againOf(list)} />}
      {events && (
        <Panel isFlush>
          {events.length === 0 ? (
            <Empty title="Nothing was changed">Choose a longer period, or other filters.</Empty>
          ) : (
            <AuditTable
              events={events}
              total={hasNextPage ? null : events.length}
              isStale={isPlaceholderData}
              onNearEnd={() => readOn(list)}
            />
          )}
        </Panel>
      )}
    </Page>
  );
}

/** Each filter of the API takes several values: an address has them with commas between. */
function filtersOf({ actor, kind, action, subject, request_id }: AuditSearch) {
  const list = (text: string | undefined) => (text ? text.split(',') : undefined);
  return {
    actor: list(actor),
    kind: list(kind),
    action: list(action),
    subject: list(subject),
    request_id: list(request_id),
  };
}

function ExportLink({ query }: { query: Record<string, string | readonly string[] | undefined> }) {
  const params = new URLSearchParams({ format: 'csv' });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, String(value));
  return (
    <Button asChild>
      <a href={`/admin/v1/audit/export?${params}`} download="audit.csv">
        CSV
      </a>
    </Button>
  );
}
