import { useInfiniteQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { againOf, readOn } from '../../api/long-list';
import { useMay } from '../../api/session';
import { Button } from '../../components/button';
import { Empty } from '../../components/empty';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { TeamsTable } from './teams-table';
import { teamsQuery } from './teams.queries';

const MakeTeamDialog = lazy(async () => ({ default: (await import('./make-team-dialog')).MakeTeamDialog }));

/** Whose keys belong together, and what holds for them all. */
export function TeamsPage() {
  const mayWrite = useMay('teams.write');
  const [isMaking, setIsMaking] = useState(false);
  const list = useInfiniteQuery(teamsQuery);
  const { data, error, hasNextPage } = list;
  const teams = useMemo(() => data?.pages.flatMap((part) => part.data) ?? [], [data]);
  const make = mayWrite && (
    <Button look="primary" onClick={() => setIsMaking(true)}>
      Make a team
    </Button>
  );
  return (
    <Page title="Teams" actions={make}>
      {error && <ErrorNotice error={error} onRetry={() => againOf(list)} />}
      {data && (
        <Panel isFlush>
          <TeamsTable
            teams={teams}
            isStale={false}
            total={hasNextPage ? null : teams.length}
            onNearEnd={() => readOn(list)}
            empty={
              <Empty title="There are no teams yet">
                Keys of a team share its budgets, its limits and the models that it allows.
              </Empty>
            }
          />
        </Panel>
      )}
      <Suspense>{isMaking && <MakeTeamDialog onClose={() => setIsMaking(false)} />}</Suspense>
      <Outlet />
    </Page>
  );
}
