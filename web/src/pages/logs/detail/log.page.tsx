import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { ApiError } from '../../../api/client';
import { classNames } from '../../../components/class-names';
import { Dialog } from '../../../components/dialog';
import { Empty } from '../../../components/empty';
import { ErrorNotice } from '../../../components/notice';
import { LogBody } from './log-body';
import { LogHead } from './log-head';
import { logQuery } from './use-log';

/** All of one log, in a drawer over the list. Its address is its own. */
export function LogDrawer() {
  const { id } = useParams({ from: '/logs/$id' });
  const navigate = useNavigate();
  const { data: log, error, isPlaceholderData, refetch } = useQuery(logQuery(id));
  const isMissing = error instanceof ApiError && (error.status === 404 || error.status === 400);
  const close = () => void navigate({ to: '/logs', search: true });
  return (
    <Dialog place="drawer" onClose={close} title={log && !error ? <LogHead log={log} /> : 'Request'}>
      {isMissing ? (
        <Empty title="There is no such request">
          <p>
            No log has the id <span className="mono break-all">{id}</span>, or it is not yours to see. What is older
            than the ledger keeps is gone.
          </p>
        </Empty>
      ) : (
        error && <ErrorNotice error={error} onRetry={() => void refetch()} />
      )}
      {log && !error && (
        <div className={classNames(isPlaceholderData && 'opacity-60')} aria-busy={isPlaceholderData}>
          <LogBody key={log.id} log={log} />
        </div>
      )}
    </Dialog>
  );
}
