import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client';
import { sessionQuery } from './session';

/** What has been read, and when it is read again. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => leaveIfSignedOut(error) }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The gateway says itself what would be no better a second time.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
    mutations: { onError: (error) => leaveIfSignedOut(error) },
  },
});

/** A session that has ended elsewhere leads to the sign-in, on whichever page it is noticed. */
function leaveIfSignedOut(error: Error): void {
  if (error instanceof ApiError && error.status === 401) queries.setQueryData(sessionQuery.queryKey, null);
}
