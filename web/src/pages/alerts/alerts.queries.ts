import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';

export type Alert = Schemas['Alert'];
export type Delivery = Schemas['AlertDelivery'];
export type EventType = NonNullable<Schemas['CreateAlert']['event_types']>[number];

/** What an alert can be told of, in plain words. */
export const EVENT_TYPES: Readonly<Record<EventType, string>> = {
  'budget.soft_limit': 'A budget is nearly spent',
  'budget.exhausted': 'A budget is spent',
  'deployment.down': 'A deployment is down',
  'deployment.recovered': 'A deployment is up again',
  'credential.rejected': 'A provider has rejected a credential',
  'key.expiring': 'A key is about to expire',
  'model.retiring': 'A model is about to retire',
  'ledger.behind': 'The ledger is behind',
  'ledger.recovered': 'The ledger has caught up',
};

/** There are few: the first page is all of them. */
export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: async () => (await api.GET('/admin/v1/alerts', { params: { query: { limit: 100 } } })).data?.data ?? [],
});

/** What an alert was sent, newest first. It is looked at while it is tried. */
export const deliveriesQuery = (alert: string) =>
  infiniteQueryOptions({
    queryKey: ['alerts', alert, 'deliveries'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor }) => {
      const params = { path: { alert }, query: { limit: 50, cursor } };
      return (await api.GET('/admin/v1/alerts/{alert}/deliveries', { params })).data;
    },
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
    refetchInterval: 5000,
  });

/** Something done with alerts, after which the list and the deliveries are read again. */
export function useAlertChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries({ queryKey: ['alerts'] }) });
}
