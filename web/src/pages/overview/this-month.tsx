import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { analyticsQuery, answered, type AnalyticsGroup } from '../../api/analytics';
import { api, type Schemas } from '../../api/client';
import { filterOf, nameIn } from '../../api/groups';
import { classNames } from '../../components/class-names';
import { Cost } from '../../components/cost';
import { Hint } from '../../components/hint';
import { LogsLink } from '../../components/logs-link';
import { ErrorNotice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { useNow } from '../../components/use-now';
import { formatCount } from '../../format/amounts';
import { formatUsd } from '../../format/money';
import { zoneName } from '../../format/time';
import { periodOf } from '../../frame/period';
import { useZone } from '../../frame/zone';

type Forecast = Schemas['SpendForecast'];

const MONTH = { period: 'month' } as const;

/** What this month has cost, what it will have cost, and whose keys it were. It does not follow the period of the header. */
export function ThisMonth({ isOfOneKey }: { isOfOneKey: boolean }) {
  const zone = useZone();
  const period = periodOf(MONTH, useNow(), zone);
  const keys = useQuery({
    ...analyticsQuery(period, zone, { metrics: 'cost_usd,unpriced_requests,requests', group_by: 'key', top: 5 }),
    enabled: !isOfOneKey,
  });
  const forecast = useQuery({
    queryKey: ['forecast', zone],
    queryFn: async () => {
      const { data } = await api.GET('/admin/v1/analytics/forecast', {
        params: { query: { time_zone: zoneName(zone) } },
      });
      return answered(data);
    },
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
  const error = keys.error ?? forecast.error;
  return (
    <Panel title="This month">
      {error && <ErrorNotice error={error} onRetry={() => void Promise.all([keys.refetch(), forecast.refetch()])} />}
      <div className={classNames('flex flex-col gap-3', !isOfOneKey && 'min-h-52')}>
        {forecast.data && <Spent forecast={forecast.data} />}
        {keys.data && <DearestKeys groups={keys.data.groups} />}
      </div>
    </Panel>
  );
}

function Spent({ forecast }: { forecast: Forecast }) {
  const { spent_usd, unpriced_requests, forecast_usd, low_usd, high_usd, explanation } = forecast;
  const share = forecast_usd ? Math.min(spent_usd / forecast_usd, 1) : 0;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
        <p>
          <LogsLink time={MONTH} label={`Spent this month: ${formatUsd(spent_usd)}`} className="text-xl font-semibold">
            {formatUsd(spent_usd)}
          </LogsLink>{' '}
          <span className="text-sm text-muted">spent</span>
        </p>
        <p>
          {forecast_usd === null ? (
            <span className="text-muted">no forecast yet</span>
          ) : (
            <span className="text-lg">{formatUsd(forecast_usd)}</span>
          )}{' '}
          <Hint text={explanation} className="text-sm text-muted">
            {forecast_usd === null
              ? 'why'
              : `at its end, ${formatUsd(low_usd)} to ${formatUsd(high_usd)} in four of five cases`}
          </Hint>
        </p>
      </div>
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </div>
      {unpriced_requests > 0 && (
        <LogsLink filter={{ cost_unknown: 'true' }} time={MONTH} className="self-start text-sm text-warn">
          {formatCount(unpriced_requests)} of unknown cost {unpriced_requests === 1 ? 'is' : 'are'} not in it
        </LogsLink>
      )}
    </div>
  );
}

function DearestKeys({ groups }: { groups: readonly AnalyticsGroup[] }) {
  if (groups.length === 0) return <p className="text-muted">No requests this month.</p>;
  const most = Math.max(...groups.map(({ totals }) => totals.cost_usd ?? 0));
  return (
    <ol aria-label="Keys that cost most this month" className="flex flex-col text-sm">
      {groups.map(({ group, totals }) => {
        const name = nameIn(group, 'key');
        const filter = filterOf(group, ['key']);
        const label = (
          <span dir="auto" title={name} className="line-clamp-1 text-left break-all">
            {name}
          </span>
        );
        return (
          <li
            key={group === null ? 'others' : `key ${group.key ?? ''}`}
            className="grid min-h-8 grid-cols-[minmax(0,1fr)_minmax(24px,72px)_auto] items-center gap-3 border-t border-line"
          >
            {filter ? (
              <LogsLink filter={filter} time={MONTH} className="flex min-h-8 min-w-6 items-center justify-self-start">
                {label}
              </LogsLink>
            ) : (
              <span className="text-muted">{label}</span>
            )}
            <span aria-hidden className="h-1.5 rounded-full bg-sunken">
              <span
                className="block h-full rounded-full bg-bar-provider"
                style={{ width: `${most > 0 ? ((totals.cost_usd ?? 0) / most) * 100 : 0}%` }}
              />
            </span>
            <span className="min-w-20 text-right">
              <Cost usd={totals.cost_usd} unpriced={totals.unpriced_requests} of={totals.requests} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
