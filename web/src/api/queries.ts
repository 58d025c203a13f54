import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client';
import { leaveSession, sessionQuery } from './session';

/** What has been read, and when it is read again. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => leaveIfSignedOut(error) }),
  mutationCache: new MutationCache({ onError: (error) => leaveIfSignedOut(error) }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The gateway says itself what would be no better a second time.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
});

/** A session that has ended elsewhere leads to the sign-in, on whichever page it is noticed. */
export function leaveIfSignedOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) leaveSession(queries);
}

/** The same where a 401 may be a provider's: it is asked whether anybody is signed in. */
export function askIfSignedOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) {
    void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  }
}
