import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { useMay } from '../../api/session';

/** The models that there are: the newest hundred. */
export const modelsQuery = queryOptions({
  queryKey: ['models', 'first'],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const { data } = await api.GET('/admin/v1/models', { params: { query: { limit: 100 } }, signal });
    return data;
  },
});

/** The names of the newest hundred models, those of the sandbox last; none for whoever may not see models. */
export function useModelNames(): { names: readonly string[]; hasMore: boolean } {
  const { data } = useQuery({ ...modelsQuery, enabled: useMay('models.read') });
  const isSandbox = ({ managed_by }: { managed_by: string }) => Number(managed_by === 'sandbox');
  const models = data?.data.toSorted((a, b) => isSandbox(a) - isSandbox(b) || a.name.localeCompare(b.name));
  return { names: models?.map(({ name }) => name) ?? [], hasMore: data?.has_more ?? false };
}
