import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { ApiError, ask, type Schemas } from './client';

/** Who is signed in, as `GET /admin/v1/session` tells. */
export type Session = Schemas['Session'];

const PATH = '/admin/v1/session';

/** What tells a session from others in this browser; it opens nothing. */
export function nameOf({ kind, name, created_at }: Session): string {
  return `${kind} ${created_at} ${name}`;
}

/** The session, or null where nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async ({ client }): Promise<Session | null> => {
    try {
      const answer = await ask(PATH);
      const session = (await answer.json()) as Session;
      // Somebody else has signed in, in another tab.
      const before = client.getQueryData<Session | null>(['session']);
      if (before && nameOf(before) !== nameOf(session)) forgetShown(client);
      return session;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** By whom people may sign in, beside with keys. */
export const identityProvidersQuery = queryOptions({
  queryKey: ['identity-providers'],
  staleTime: 60_000,
  queryFn: async () => (await (await ask(`${PATH}/oidc`)).json()) as Schemas['IdentityProviders'],
});

/**
 * The session that everything below the frame is drawn for. When it ends, the frame draws the sign-in in place of all of it: nothing of
 * a page is drawn without one in between.
 */
export const SessionContext = createContext<Session | undefined>(undefined);

/** The session, on pages that are shown to whoever is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('a page is shown to nobody');
  return session;
}

/** Whether who is signed in may do something, by the gateway's own table. What may not be done is hidden; the API refuses it anyway. */
export function useMay(permission: Session['permissions'][number]): boolean {
  return useSession().permissions.includes(permission);
}

/** Shows to nobody any more what a session has been shown. */
export function leaveSession(queries: QueryClient): void {
  queries.setQueryData(sessionQuery.queryKey, null);
  forgetShown(queries);
}

/** An event of the window: what is held beside the queries is forgotten. */
export const SIGNED_OUT = 'auricle-signed-out';

function forgetShown(queries: QueryClient): void {
  dispatchEvent(new Event(SIGNED_OUT));
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
}

/** Signs in with a key, which is sent once and kept nowhere. */
export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (key: string) => {
      const answer = await ask(PATH, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key }),
      });
      return (await answer.json()) as Session;
    },
    onSuccess: (session) => {
      // The session before may have been somebody else's.
      forgetShown(queries);
      queries.setQueryData(sessionQuery.queryKey, session);
    },
  });
}

/** Ends the session, and forgets all that it has shown. Where that fails the session is still there, which is not hidden. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(PATH, { method: 'DELETE' }),
    onSuccess: () => leaveSession(queries),
  });
}
