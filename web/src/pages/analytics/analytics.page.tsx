import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { analyticsQuery } from '../../api/analytics';
import { DIMENSIONS } from '../../api/groups';
import { Chart } from '../../components/chart/chart';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { bucketFor } from '../../frame/bucket-for';
import { periodBefore, usePeriod } from '../../frame/period';
import { useZone } from '../../frame/zone';
import { dimensionsOf, filtersOf } from './analytics-search';
import { chartOf, DRAWN } from './chart-of';
import { Controls } from './controls';
import { FilterChips } from './filter-chips';
import { GroupsCsv } from './groups-csv';
import { GroupsTable } from './groups-table';
import { metricOf } from './metrics';

/** What the table tells beside the metric that was chosen. */
const ALWAYS = ['requests', 'errors', 'audio_seconds', 'cost_usd', 'unpriced_requests'];

/** One metric of the ledger, by time and by up to two groups. All of what is chosen is in the address. */
export function AnalyticsPage() {
  const search = useSearch({ from: '/analytics' });
  const period = usePeriod();
  const zone = useZone();
  const metric = metricOf(search.metric);
  const dimensions = dimensionsOf(search.group_by);
  const filters = useMemo(() => filtersOf(search), [search]);
  const bucket = search.bucket ?? bucketFor(period);
  const isGrouped = dimensions.length > 0;
  const isCumulative = metric.isAmount && search.cumulative === 'true';
  const query = {
    ...filters,
    metrics: [...new Set([metric.name, ...ALWAYS])].join(','),
    ...(isGrouped ? { group_by: dimensions.join(',') } : {}),
  };
  const top = Number(search.top ?? 10);
  const now = useQuery(analyticsQuery(period, zone, { ...query, bucket, top }));
  const name = period.name && `before ${period.name}`;
  const before = useQuery({
    // Of groups only totals are compared, of as many as there can be: what was among the largest then may be another now.
    ...analyticsQuery(
      { ...periodBefore(period), name },
      zone,
      isGrouped ? { ...query, top: 100 } : { ...query, bucket },
    ),
    enabled: search.compare === 'true',
  });
  const compared = search.compare === 'true' ? before.data : undefined;
  const isStale = now.isPlaceholderData || (search.compare === 'true' && before.isPlaceholderData);
  const error = now.error ?? (search.compare === 'true' ? before.error : null);
  const chart = useMemo(
    () =>
      now.data &&
      chartOf({ data: now.data, before: compared, metric, dimensions: now.data.group_by, isCumulative, filters }),
    [now.data, compared, metric, isCumulative, filters],
  );
  const by = dimensions.map((dimension) => DIMENSIONS[dimension]).join(' and ');
  const title = `${metric.title}${by && ` by ${by}`}${isCumulative ? ', summed up' : ''}`;
  return (
    <Page title="Analytics">
      <Controls search={search} metric={metric} dimensions={dimensions} shownBucket={bucket} />
      <FilterChips search={search} />
      {error && <ErrorNotice error={error} onRetry={() => void Promise.all([now.refetch(), before.refetch()])} />}
      {!(now.error && !now.data) && (
        <Chart
          title={title}
          data={chart}
          format={metric.format}
          isWhole={metric.isWhole}
          isStale={isStale}
          isRowless={isCumulative}
          heightPx={300}
        />
      )}
      {now.data && (
        <>
          {now.data.groups.length > DRAWN && (
            <p className="-mt-2 text-sm text-muted">
              The chart has the {DRAWN} largest. The table has all {now.data.groups.length}.
            </p>
          )}
          <Panel
            title={isGrouped ? `Totals by ${by}` : 'Totals'}
            isFlush
            actions={<GroupsCsv period={period} zone={zone} query={query} dimensions={dimensions} />}
          >
            <GroupsTable {...{ data: now.data, before: compared, metric, filters, isStale }} />
          </Panel>
        </>
      )}
    </Page>
  );
}
