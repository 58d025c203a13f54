import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api } from './client';

/** A page of the models with their deployments, newest first. */
export function modelsPageQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: ['models', 'list', cursor],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/admin/v1/models', { params: { query: { cursor, limit: 50 } }, signal });
      return data;
    },
  });
}

/** How every deployment does now. */
export const healthQuery = queryOptions({
  queryKey: ['deployments', 'health'],
  staleTime: 2000,
  refetchInterval: 10_000,
  queryFn: async ({ signal }) => {
    const { data } = await api.GET('/admin/v1/deployments/health', { signal });
    return data;
  },
});

/** What every provider can do. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  staleTime: 300_000,
  queryFn: async ({ signal }) => {
    const { data } = await api.GET('/admin/v1/providers', { signal });
    return data;
  },
});

/** Which deployments end when. */
export const retirementsQuery = queryOptions({
  queryKey: ['retirements'],
  staleTime: 300_000,
  queryFn: async ({ signal }) => {
    const { data } = await api.GET('/admin/v1/retirements', { signal });
    return data;
  },
});

/** A page of the credentials, newest first. */
export function credentialsQuery(cursor?: string) {
  return queryOptions({
    queryKey: ['credentials', 'list', cursor],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/admin/v1/credentials', { params: { query: { cursor, limit: 100 } }, signal });
      return data;
    },
  });
}

/** Has everything that was read of models, deployments and credentials be read again. */
export async function rereadServing(queries: QueryClient): Promise<void> {
  await Promise.all(
    ['models', 'deployments', 'credentials', 'retirements'].map((name) =>
      queries.invalidateQueries({ queryKey: [name] }),
    ),
  );
}
