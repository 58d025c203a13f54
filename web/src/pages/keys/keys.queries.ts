import { infiniteQueryOptions, keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { answered } from '../../api/analytics';
import { api } from '../../api/client';
import { LONG_LIST } from '../../api/long-list';
import type { KeysSearch } from './keys.route';

/** How many keys are read at once: as many as the API gives. */
const PART = 100;

/** The keys that are meant, newest first, part by part. */
export function keysQuery({ name, team, user, tag }: KeysSearch) {
  return infiniteQueryOptions({
    ...LONG_LIST,
    queryKey: ['keys', 'list', { name, team, user, tag }],
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { name, team, user, tag, cursor, limit: PART };
      return answered((await api.GET('/admin/v1/keys', { params: { query }, signal })).data);
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
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
