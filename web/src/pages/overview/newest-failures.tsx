import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered } from '../../api/analytics';
import { api, type Schemas } from '../../api/client';
import { Badge } from '../../components/badge';
import { Instant } from '../../components/instant';
import { LogsLink } from '../../components/logs-link';
import { ErrorNotice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { Table, type Column } from '../../components/table';
import { usePeriod } from '../../frame/period';

type Log = Schemas['LogListItem'];

const LOG_PATH: string = '/logs/$id';
const FIELDS = 'id,created_at,model,provider,http_status,error_code,error_message,key_name';

const COLUMNS: readonly Column<Log>[] = [
  { key: 'time', title: 'time', cell: ({ created_at }) => <Instant at={created_at} /> },
  {
    key: 'error',
    title: 'error',
    cell: ({ id, error_code, http_status }) => (
      <Link
        to={LOG_PATH}
        params={{ id }}
        search={({ period, from, to }) => ({ period, from, to })}
        className="underline-offset-2 hover:underline"
      >
        <Badge tone="bad">
          {http_status ?? 'cut'} {error_code ?? 'unknown'}
        </Badge>
      </Link>
    ),
  },
  {
    key: 'model',
    title: 'model',
    cell: ({ model, provider }) => (
      <span className="line-clamp-1 text-left min-w-24 break-all" title={`${model ?? ''} ${provider ?? ''}`}>
        {model ?? '–'} {provider && <span className="text-muted">→ {provider}</span>}
      </span>
    ),
  },
  {
    key: 'key',
    title: 'key',
    isMinor: true,
    cell: ({ key_name }) => (
      <span className="line-clamp-1 text-left min-w-20 break-all" dir="auto" title={key_name ?? ''}>
        {key_name}
      </span>
    ),
  },
  {
    key: 'message',
    title: 'said',
    isMinor: true,
    cell: ({ error_message }) => (
      <span className="line-clamp-1 text-left min-w-32 break-all text-muted" dir="auto" title={error_message ?? ''}>
        {error_message}
      </span>
    ),
  },
];

/** The last requests of the period that failed. */
export function NewestFailures() {
  const { name, from, to } = usePeriod();
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: ['newest-failures', name ?? [from, to]],
    queryFn: async ({ signal }) => {
      const query = { from, to, status: ['failure' as const], limit: 5, fields: FIELDS };
      return answered((await api.GET('/admin/v1/logs', { params: { query }, signal })).data).data;
    },
    refetchInterval: name ? 30_000 : false,
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      title="Newest failures"
      isFlush
      actions={
        <span className="text-sm text-muted">
          <LogsLink filter={{ status: ['failure'] }}>All failures</LogsLink>
        </span>
      }
    >
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <Table
          label="Newest failures"
          columns={COLUMNS}
          rows={data}
          rowKey={({ id }) => id}
          isStale={isPlaceholderData}
          empty={<p className="px-4 py-8 text-center text-muted">No request has failed in this period.</p>}
        />
      )}
    </Panel>
  );
}
