import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { periodOf } from '../../frame/period';
import { zoneName } from '../../format/time';
import { barsOf, barUnitFor } from './histogram-data';
import type { LogsQuestion } from './use-logs';

/** Requests and failures by time, of what the list shows. */
export function useHistogram({ filters, period, zone, turn }: LogsQuestion, isLive: boolean) {
  return useQuery({
    queryKey: ['logs-histogram', filters, period, zone, turn],
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? 15_000 : false,
    queryFn: async ({ signal }) => {
      const { from, to } = periodOf(period, new Date(), zone);
      const bucket = barUnitFor({ from, to });
      const { data } = await api.GET('/admin/v1/analytics', {
        params: {
          query: { ...filters, from, to, bucket, time_zone: zoneName(zone), metrics: 'requests,errors' },
        },
        signal,
      });
      if (!data) throw new Error('The gateway has answered with no figures.');
      return { bars: barsOf(data), requests: data.totals.requests ?? 0, failures: data.totals.errors ?? 0 };
    },
  });
}
