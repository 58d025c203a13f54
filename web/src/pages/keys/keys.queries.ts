import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { KeysSearch } from './keys.route';

/** How many keys a page of the list has: as many as the API gives. */
const PAGE = 100;

/** A page of the keys that are meant, newest first. */
export function keysQuery({ name, team, user, tag, cursor }: KeysSearch) {
  return queryOptions({
    queryKey: ['keys', 'list', { name, team, user, tag, cursor }],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { name, team, user, tag, cursor, limit: PAGE };
      const { data } = await api.GET('/admin/v1/keys', { params: { query }, signal });
      return data;
    },
  });
}

/** One key. */
export function keyQuery(key: string) {
  return queryOptions({
    queryKey: ['keys', 'one', key],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/admin/v1/keys/{key}', { params: { path: { key } }, signal });
      return data;
    },
  });
}

/** Has everything that was read of keys, and of teams, which count their spend, be read again. */
export async function rereadKeys(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['keys'] }),
    queries.invalidateQueries({ queryKey: ['teams'] }),
  ]);
}
