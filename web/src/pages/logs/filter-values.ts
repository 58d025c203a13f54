import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { FilterGroup } from './filters';
import { rangeNow, type LogsQuestion } from './use-logs';

/** A value that a filter can have, as the ledger knows it. */
export interface FilterValue {
  readonly value: string;
  readonly name: string;
  readonly requests: number;
}

const MOST_VALUES = 30;
/** What the list is asked for in place of nothing. */
const NOTHING: Partial<Record<FilterGroup, { value: string; name: string }>> = {
  key: { value: 'master', name: 'master key' },
  team: { value: 'none', name: 'no team' },
};

/** The values that requests of the period have, the most used first. */
export function useFilterValues(group: FilterGroup | undefined, { period, zone }: LogsQuestion) {
  const mayCount = useMay('analytics.read');
  return useQuery({
    queryKey: ['logs-filter-values', group, period],
    enabled: mayCount && group !== undefined,
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<FilterValue[]> => {
      const { data } = await api.GET('/admin/v1/analytics', {
        params: { query: { ...rangeNow(period, zone), metrics: 'requests', group_by: group, top: MOST_VALUES } },
        signal,
      });
      return (data?.groups ?? []).flatMap(({ group: names, totals }) => {
        if (!names || !group) return [];
        const found = names[group];
        const requests = totals.requests ?? 0;
        if (found) return [{ value: found, name: names[`${group}_name`] ?? found, requests }];
        const nothing = NOTHING[group];
        return nothing ? [{ ...nothing, requests }] : [];
      });
    },
  });
}
