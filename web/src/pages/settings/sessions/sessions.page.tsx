import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay, useSession, useSignOut } from '../../../api/session';
import { Button } from '../../../components/button';
import { CursorButtons } from '../../../components/cursor-buttons';
import { ErrorNotice } from '../../../components/notice';
import { Panel } from '../../../components/panel';
import { sessionsQuery } from '../settings.queries';
import { endSession } from './end-session';
import { EndOthers } from './end-others';
import { SessionsTable, type ListedSession } from './sessions-table';

/** Who is signed in to the dashboard. */
export function Sessions() {
  const { cursor } = useSearch({ from: '/settings/sessions' });
  const queries = useQueryClient();
  const { role } = useSession();
  const mayEnd = useMay('sessions.write');
  const signOut = useSignOut();
  const [isEndingOthers, setIsEndingOthers] = useState(false);
  const { data, error, isPlaceholderData, refetch } = useQuery(sessionsQuery(cursor));
  const reread = () => queries.invalidateQueries({ queryKey: ['sessions'] });
  const end = useMutation({
    mutationFn: (session: ListedSession) => endSession(session.id),
    onSettled: reread,
  });
  const hasOthers = data?.has_more === true || data?.data.some(({ current }) => !current) === true;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto max-w-prose text-muted">
          {role === 'owner' ? 'Everybody who is signed in to the dashboard.' : 'Where you are signed in.'} An ended
          session is refused at once.
        </p>
        {mayEnd && hasOthers && (
          <Button look="danger" onClick={() => setIsEndingOthers(true)}>
            End all others
          </Button>
        )}
      </div>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {end.error && <ErrorNotice error={end.error} />}
      {data && (
        <Panel isFlush>
          <SessionsTable
            sessions={data.data}
            isStale={isPlaceholderData}
            onEnd={mayEnd ? (session) => (session.current ? signOut.mutate() : end.mutate(session)) : undefined}
          />
        </Panel>
      )}
      {data && <CursorButtons nextCursor={data.next_cursor} cursor={cursor} />}
      {isEndingOthers && (
        <EndOthers
          isOwner={role === 'owner'}
          onClose={() => setIsEndingOthers(false)}
          onDone={() => {
            setIsEndingOthers(false);
            void reread();
          }}
        />
      )}
    </>
  );
}
