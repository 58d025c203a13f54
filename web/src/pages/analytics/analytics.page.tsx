import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { analyticsQuery, type Dimension } from '../../api/analytics';
import { DIMENSIONS } from '../../api/groups';
import { Chart } from '../../components/chart/chart';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { bucketFor } from '../../frame/bucket-for';
import { periodBefore, usePeriod } from '../../frame/period';
import { useZone } from '../../frame/zone';
import { analyticsQuestion, askedBy } from './analytics-question';
import { dimensionsOf, filtersOf } from './analytics-search';
import { chartOf, DRAWN } from './chart-of';
import { Controls } from './controls';
import { FilterChips } from './filter-chips';
import { GroupsCsv } from './groups-csv';
import { GroupsTable } from './groups-table';
import { metricOf } from './metrics';

/** What the gateway keeps no sums of. */
const NOT_IN_SUMS: ReadonlySet<Dimension> = new Set(['user', 'tag', 'language', 'format', 'error_code']);

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
  const query = askedBy(search);
  const now = useQuery(analyticsQuestion(search, period, zone));
  // Groups that are added up row by row take a while: meanwhile there is what they come to together.
  const isSlow = dimensions.some((dimension) => NOT_IN_SUMS.has(dimension));
  const together = useQuery({
    ...analyticsQuery(period, zone, { ...filters, metrics: query.metrics, bucket }),
    enabled: isSlow && now.isPending,
  });
  const isTogether = isSlow && now.data === undefined && together.data !== undefined;
  const data = isTogether ? together.data : now.data;
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
    () => data && chartOf({ data, before: compared, metric, dimensions: data.group_by, isCumulative, filters }),
    [data, compared, metric, isCumulative, filters],
  );
  const by = isTogether ? '' : dimensions.map((dimension) => DIMENSIONS[dimension]).join(' and ');
  const title = `${metric.title}${by && ` by ${by}`}${isCumulative ? ', summed up' : ''}`;
  return (
    <Page title="Analytics">
      <Controls search={search} metric={metric} dimensions={dimensions} shownBucket={bucket} />
      <FilterChips search={search} />
      {error && <ErrorNotice error={error} onRetry={() => void Promise.all([now.refetch(), before.refetch()])} />}
      {isTogether && (
        <p role="status" className="-mb-2 text-sm text-muted">
          All together. The groups are being added up.
        </p>
      )}
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
      {data && (
        <>
          {data.groups.length > DRAWN && (
            <p className="-mt-2 text-sm text-muted">
              The chart has the {DRAWN} largest. The table has all {data.groups.length}.
            </p>
          )}
          <Panel
            title={by ? `Totals by ${by}` : 'Totals'}
            isFlush
            actions={<GroupsCsv period={period} zone={zone} query={query} dimensions={dimensions} />}
          >
            <GroupsTable {...{ data, before: compared, metric, filters, isStale }} />
          </Panel>
        </>
      )}
    </Page>
  );
}
