import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../../api/client';
import { useMay } from '../../../api/session';
import { priceFor } from './price-for';

/** One log with all that it tells. The one before stays, dimmed, until it is here. */
export const logQuery = (id: string) =>
  queryOptions({
    queryKey: ['log', id],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Schemas['Log']> => {
      const { data } = await api.GET('/admin/v1/logs/{id}', { params: { path: { id } }, signal });
      if (!data) throw new Error('The gateway has answered with no log.');
      return data;
    },
  });

/** What the price lists have for a model of a provider, now. Its deployment may have a price of its own. */
export function useListedPrice(provider: string | null, upstreamModel: string | null) {
  const maySee = useMay('providers.read');
  return useQuery({
    queryKey: ['prices', provider],
    enabled: maySee && provider !== null && upstreamModel !== null,
    staleTime: 600_000,
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/admin/v1/prices', {
        params: { query: { provider: provider ?? '' } },
        signal,
      });
      return data?.data ?? [];
    },
    select: (prices) => (upstreamModel === null ? undefined : priceFor(prices, upstreamModel)),
  });
}
