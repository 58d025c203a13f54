import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/client';

const PAGE = 100;

/** Every setting in force. */
export const settingsQuery = queryOptions({
  queryKey: ['settings', 'effective'],
  queryFn: async ({ signal }) => (await api.GET('/admin/v1/settings', { signal })).data,
});

/** What the configuration file says, as it was read last. */
export const configFileQuery = queryOptions({
  queryKey: ['settings', 'file'],
  queryFn: async ({ signal }) => (await api.GET('/admin/v1/config', { signal })).data,
});

/** What reading the file again would change. */
export const reloadPlanQuery = queryOptions({
  queryKey: ['settings', 'reload plan'],
  // The file may be another at any time.
  staleTime: 0,
  gcTime: 0,
  queryFn: async ({ signal }) => (await api.GET('/admin/v1/config/plan', { signal })).data,
});

/** What holds for all requests. */
export const gatewayQuery = queryOptions({
  queryKey: ['settings', 'gateway'],
  queryFn: async ({ signal }) => (await api.GET('/admin/v1/gateway', { signal })).data,
});

/** How much is cached. */
export const cacheQuery = queryOptions({
  queryKey: ['settings', 'cache'],
  queryFn: async ({ signal }) => (await api.GET('/admin/v1/cache', { signal })).data,
});

/** A page of the admin keys, newest first. */
export function adminKeysQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: ['admin keys', cursor],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await api.GET('/admin/v1/admin_keys', { params: { query: { cursor, limit: PAGE } }, signal })).data,
  });
}

/** A page of the open sessions, newest first. */
export function sessionsQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: ['sessions', cursor],
    // Who has just signed in is to be seen.
    staleTime: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await api.GET('/admin/v1/sessions', { params: { query: { cursor, limit: PAGE } }, signal })).data,
  });
}
