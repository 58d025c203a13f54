import type { InfiniteData, Query, UseInfiniteQueryResult } from '@tanstack/react-query';

/** So many parts are read again by themselves where somebody comes back to a list. */
const FEW_PARTS = 3;

/** What holds for a list that is read part by part: one of which much was read is not read again as a whole without being asked. */
export const LONG_LIST = {
  refetchOnMount: isShort,
  refetchOnWindowFocus: isShort,
  refetchOnReconnect: isShort,
  // Comparing all that is there with each part that comes would take longer the more there is.
  structuralSharing: false,
} as const;

function isShort({ state: { data } }: Pick<Query<unknown, Error, unknown, never>, 'state'>): boolean {
  const pages: unknown = typeof data === 'object' && data !== null && 'pages' in data ? data.pages : undefined;
  return !Array.isArray(pages) || pages.length <= FEW_PARTS;
}

type List = Pick<
  UseInfiniteQueryResult<InfiniteData<unknown>>,
  'hasNextPage' | 'isFetching' | 'isFetchNextPageError' | 'fetchNextPage' | 'refetch'
>;

/** Reads the next part of a list, unless something of it is on its way, or the last try has failed. */
export function readOn({ hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }: List): void {
  if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
}

/** Tries again what has failed: the next part, or all of the list. */
export function againOf({ isFetchNextPageError, fetchNextPage, refetch }: List): void {
  void (isFetchNextPageError ? fetchNextPage() : refetch());
}
