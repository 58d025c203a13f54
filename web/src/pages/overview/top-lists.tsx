import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { analyticsQuery, type AnalyticsGroup, type Dimension } from '../../api/analytics';
import { filterOf, nameIn } from '../../api/groups';
import { OF_ERRORS, type LogsFilter } from '../../api/logs-filter';
import { Cost } from '../../components/cost';
import { LogsLink } from '../../components/logs-link';
import { ErrorNotice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { Table, type Column } from '../../components/table';
import { formatCount } from '../../format/amounts';
import { usePeriod } from '../../frame/period';
import { useZone } from '../../frame/zone';

const MOST = 5;

/** What costs most, by each of what people ask after. */
export function TopLists({ isOfOneKey }: { isOfOneKey: boolean }) {
  return (
    <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
      <TopList dimension="model" />
      <TopList dimension="provider" />
      {!isOfOneKey && <TopList dimension="key" />}
      {!isOfOneKey && <TopList dimension="team" />}
    </div>
  );
}

function TopList({ dimension }: { dimension: Dimension }) {
  const period = usePeriod();
  const zone = useZone();
  const { data, error, isPlaceholderData, refetch } = useQuery(
    analyticsQuery(period, zone, {
      metrics: 'cost_usd,unpriced_requests,requests,errors',
      group_by: dimension,
      top: MOST,
    }),
  );
  const title = `By ${dimension}`;
  return (
    <Panel
      title={
        <Link
          to="/analytics"
          search={({ period, from, to }) => ({ period, from, to, metric: 'cost_usd', group_by: dimension })}
          className="inline-flex items-center gap-1 underline-offset-2 hover:underline"
        >
          {title}
          <ChevronRight size={14} aria-hidden className="text-faint" />
        </Link>
      }
      isFlush
    >
      {error && !data ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <div className={data ? '' : 'min-h-55'}>
          {data && (
            <Table
              label={title}
              columns={columnsOf(dimension)}
              rows={data.groups}
              rowKey={({ group }) => (group === null ? 'others' : `group ${group[dimension] ?? ''}`)}
              isStale={isPlaceholderData}
              empty={<p className="px-4 py-8 text-center text-muted">No requests in this period.</p>}
            />
          )}
        </div>
      )}
    </Panel>
  );
}

function columnsOf(dimension: Dimension): readonly Column<AnalyticsGroup>[] {
  const rows = ({ group }: AnalyticsGroup) => filterOf(group, [dimension]);
  return [
    {
      key: 'name',
      title: dimension,
      cell: (row) => (
        <Rows filter={rows(row)}>
          <span dir="auto" title={nameIn(row.group, dimension)} className="line-clamp-1 text-left min-w-24 break-all">
            {nameIn(row.group, dimension)}
          </span>
        </Rows>
      ),
    },
    {
      key: 'cost',
      title: 'cost',
      isNumber: true,
      cell: ({ totals }) => <Cost usd={totals.cost_usd} unpriced={totals.unpriced_requests} of={totals.requests} />,
    },
    {
      key: 'requests',
      title: 'requests',
      isNumber: true,
      cell: (row) => <Rows filter={rows(row)}>{formatCount(row.totals.requests)}</Rows>,
    },
    {
      key: 'errors',
      title: 'errors',
      isNumber: true,
      cell: (row) => {
        const filter = rows(row);
        if (!row.totals.errors) return <span className="text-faint">0</span>;
        return (
          <Rows filter={filter && { ...filter, ...OF_ERRORS }}>
            <span className="text-bad">{formatCount(row.totals.errors)}</span>
          </Rows>
        );
      },
    },
  ];
}

function Rows({ filter, children }: { filter: LogsFilter | undefined; children: React.ReactNode }) {
  return filter ? <LogsLink filter={filter}>{children}</LogsLink> : <span className="text-muted">{children}</span>;
}
