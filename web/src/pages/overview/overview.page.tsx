import { useMay, useSession } from '../../api/session';
import { Page } from '../../components/page';
import { Attention } from './attention';
import { Checklist } from './first-run/first-run';
import { useFirstRun } from './first-run/use-first-run';
import { NewestFailures } from './newest-failures';
import { OwnUsage } from './own-usage';
import { ThisMonth } from './this-month';
import { TopLists } from './top-lists';
import { Traffic } from './traffic';

/** What goes on, in one look: what somebody may not read is not on the page. */
export function OverviewPage() {
  const session = useSession();
  const mayAnalyse = useMay('analytics.read');
  const mayReadLogs = useMay('logs.read');
  const firstRun = useFirstRun();
  if (firstRun.isEmpty) {
    return (
      <Page title="Overview">
        <Checklist {...firstRun} />
      </Page>
    );
  }
  return (
    <Page title="Overview">
      {session.kind === 'virtual_key' && <OwnUsage />}
      {firstRun.isShown && <Checklist {...firstRun} />}
      {mayAnalyse && <Traffic />}
      <div className="grid grid-cols-1 gap-4 empty:hidden xl:grid-cols-2">
        {mayAnalyse && <ThisMonth />}
        {session.kind !== 'virtual_key' && <Attention />}
      </div>
      {mayAnalyse && <TopLists />}
      {mayReadLogs && <NewestFailures />}
    </Page>
  );
}
