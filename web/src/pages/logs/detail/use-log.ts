import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../../api/client';
import { useMay } from '../../../api/session';

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

/** The price that covers a model by name: the exact name before one that ends in `*`, and of those the longest. */
export function priceFor<Listed extends { readonly models: readonly string[] }>(
  prices: readonly Listed[],
  model: string,
): Listed | undefined {
  const name = model.toLowerCase();
  const covering = prices.flatMap((price) =>
    price.models
      .map((pattern) => pattern.toLowerCase())
      .filter((pattern) => pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))))
      .map((pattern) => ({ price, length: pattern === name ? Infinity : pattern.length })),
  );
  return covering.toSorted((one, other) => other.length - one.length)[0]?.price;
}
