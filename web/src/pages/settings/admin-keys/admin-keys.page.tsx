import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../../api/session';
import { Button } from '../../../components/button';
import { CursorButtons } from '../../../components/cursor-buttons';
import { ErrorNotice } from '../../../components/notice';
import { Panel } from '../../../components/panel';
import { adminKeysQuery } from '../settings.queries';
import { AdminKeysTable } from './admin-keys-table';

const MakeAdminKey = lazy(async () => ({ default: (await import('./make-admin-key')).MakeAdminKey }));

/** Who administers the gateway. */
export function AdminKeys() {
  const { cursor } = useSearch({ from: '/settings/admin-keys' });
  const mayWrite = useMay('admin_keys.write');
  const [isMaking, setIsMaking] = useState(false);
  const { data, error, isPlaceholderData, refetch } = useQuery(adminKeysQuery(cursor));
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto max-w-prose text-muted">
          People and scripts that administer, each with a role. Only owners see this.
        </p>
        {mayWrite && (
          <Button look="primary" onClick={() => setIsMaking(true)}>
            Make an admin key
          </Button>
        )}
      </div>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <Panel isFlush>
          <AdminKeysTable keys={data.data} isStale={isPlaceholderData} mayWrite={mayWrite} />
        </Panel>
      )}
      {data && <CursorButtons nextCursor={data.next_cursor} cursor={cursor} />}
      <Suspense>{isMaking && <MakeAdminKey onClose={() => setIsMaking(false)} />}</Suspense>
    </>
  );
}
