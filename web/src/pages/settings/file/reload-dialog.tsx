import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { Dialog } from '../../../components/dialog';
import { ErrorNotice, Notice } from '../../../components/notice';
import { reloadPlanQuery } from '../settings.queries';
import { FileProblems } from './file-problems';
import { PlannedChanges } from './planned-changes';

/** What reading the file again would change, before it is done. */
export function ReloadDialog({
  reload,
  onClose,
  onDone,
}: {
  reload: () => Promise<unknown>;
  onClose: () => void;
  onDone: () => void;
}) {
  const { data, error, isFetching, refetch } = useQuery(reloadPlanQuery);
  const lookAgain = () => void refetch();
  if (data?.is_usable) {
    return (
      <ConfirmDialog
        title="Read the file again"
        action="Read it again"
        look="primary"
        run={reload}
        onClose={onClose}
        onDone={onDone}
      >
        <PlannedChanges plan={data} />
        <Problems problems={data.problems} />
      </ConfirmDialog>
    );
  }
  return (
    <Dialog title="Read the file again" onClose={onClose}>
      <div className="flex flex-col gap-3">
        {error && <ErrorNotice error={error} onRetry={lookAgain} />}
        {data && (
          <>
            <Notice tone="bad">It cannot be used as it is now: nothing would change.</Notice>
            <Problems problems={data.problems} />
            <div className="flex justify-end gap-2">
              <Button onClick={onClose}>Close</Button>
              <Button look="primary" disabled={isFetching} onClick={lookAgain}>
                Look again
              </Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}

function Problems({ problems }: Pick<Schemas['ConfigReloadPlan'], 'problems'>) {
  if (problems.length === 0) return null;
  return (
    <section aria-label="What is to be looked at" className="flex flex-col gap-1">
      <h3 className="font-semibold">What is to be looked at</h3>
      <div className="-mx-4">
        <FileProblems problems={problems} />
      </div>
    </section>
  );
}
