import { lazy, Suspense } from 'react';
import { useMay, useSession } from '../../api/session';
import { Page } from '../../components/page';
import { Attention } from './attention';
import { useFirstRun } from './first-run/use-first-run';
import { NewestFailures } from './newest-failures';
import { ThisMonth } from './this-month';
import { TopLists } from './top-lists';
import { Traffic } from './traffic';

// What most people never see is loaded where it is shown.
const Checklist = lazy(async () => ({ default: (await import('./first-run/first-run')).Checklist }));
const OwnUsage = lazy(async () => ({ default: (await import('./own-usage')).OwnUsage }));

/** What goes on, in one look: what somebody may not read is not on the page. */
export function OverviewPage() {
  const isHolder = useSession().kind === 'virtual_key';
  const mayAnalyse = useMay('analytics.read');
  const mayReadLogs = useMay('logs.read');
  const firstRun = useFirstRun();
  const { isShown, isEmpty } = firstRun;
  return (
    <Page title="Overview">
      <Suspense>
        {isHolder && <OwnUsage />}
        {isShown && <Checklist {...firstRun} />}
      </Suspense>
      {!isEmpty && (
        <>
          {mayAnalyse && <Traffic />}
          <div className="grid grid-cols-1 gap-4 empty:hidden xl:grid-cols-2">
            {mayAnalyse && <ThisMonth isOfOneKey={isHolder} />}
            {!isHolder && <Attention />}
          </div>
          {mayAnalyse && <TopLists isOfOneKey={isHolder} />}
          {mayReadLogs && <NewestFailures />}
        </>
      )}
    </Page>
  );
}
