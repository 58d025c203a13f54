import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Period } from '../frame/period';
import { zoneName, type Zone } from '../format/time';
import { api, type Schemas } from './client';
import type { paths } from './generated/schema';

/** Sums over the ledger, as the API tells them. */
export type Analytics = Schemas['Analytics'];
/** One group of them: a model, a key with a model. */
export type AnalyticsGroup = Analytics['groups'][number];
/** What the sums can be grouped by. */
export type Dimension = Analytics['group_by'][number];
/** What a period is divided by. */
export type Bucket = NonNullable<Analytics['bucket']>;
export type AnalyticsQuery = Omit<
  NonNullable<paths['/admin/v1/analytics']['get']['parameters']['query']>,
  'from' | 'to' | 'time_zone'
>;

const AGAIN_MS = 60_000;

/**
 * Sums over a period. A period that has a name goes on, so that its sums are read again every minute while the old ones stay; one
 * between two instants is read once.
 */
export function analyticsQuery(
  { name, from, to }: Pick<Period, 'from' | 'to'> & { readonly name?: string | undefined },
  zone: Zone,
  query: AnalyticsQuery,
) {
  return queryOptions({
    // Not the instants of a period that goes on: with each step of the clock they would be another question.
    queryKey: ['analytics', name ?? [from, to], zone, query],
    queryFn: async ({ signal }): Promise<Analytics> => {
      const asked = { ...query, from, to, time_zone: zoneName(zone) };
      const { data } = await api.GET('/admin/v1/analytics', { params: { query: asked }, signal });
      return answered(data);
    },
    refetchInterval: name ? AGAIN_MS : false,
    placeholderData: keepPreviousData,
  });
}

/** What a call has brought: what is no success was thrown before. */
export function answered<Data>(data: Data | undefined): Data {
  if (data === undefined) throw new Error('The gateway has answered with nothing.');
  return data;
}
