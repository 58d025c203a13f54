import { useQuery } from '@tanstack/react-query';
import { Outlet, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../api/session';
import { Button } from '../../components/button';
import { CursorButtons } from '../../components/cursor-buttons';
import { Empty } from '../../components/empty';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { TeamsTable } from './teams-table';
import { teamsQuery } from './teams.queries';

const MakeTeamDialog = lazy(async () => ({ default: (await import('./make-team-dialog')).MakeTeamDialog }));

/** Whose keys belong together, and what holds for them all. */
export function TeamsPage() {
  const { cursor } = useSearch({ from: '/teams' });
  const mayWrite = useMay('teams.write');
  const [isMaking, setIsMaking] = useState(false);
  const { data, error, isPlaceholderData, refetch } = useQuery(teamsQuery(cursor));
  const make = mayWrite && (
    <Button look="primary" onClick={() => setIsMaking(true)}>
      Make a team
    </Button>
  );
  return (
    <Page title="Teams" actions={make}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <Panel isFlush>
          <TeamsTable
            teams={data.data}
            isStale={isPlaceholderData}
            empty={
              <Empty title="There are no teams yet">
                Keys of a team share its budgets, its limits and the models that it allows.
              </Empty>
            }
          />
        </Panel>
      )}
      {data && <CursorButtons nextCursor={data.next_cursor} cursor={cursor} />}
      <Suspense>{isMaking && <MakeTeamDialog onClose={() => setIsMaking(false)} />}</Suspense>
      <Outlet />
    </Page>
  );
}
