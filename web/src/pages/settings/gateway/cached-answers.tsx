import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { useMay } from '../../../api/session';
import { Button } from '../../../components/button';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { ErrorNotice } from '../../../components/notice';
import { Panel } from '../../../components/panel';
import { formatBytes, formatCount } from '../../../format/amounts';
import { cacheQuery } from '../settings.queries';

/** How much is cached, and the way to forget it. */
export function CachedAnswers() {
  const queries = useQueryClient();
  const mayForget = useMay('cache.write');
  const [isAsking, setIsAsking] = useState(false);
  const { data, error, refetch } = useQuery(cacheQuery);
  return (
    <Panel
      title="Cached answers"
      actions={
        mayForget &&
        data &&
        data.answers > 0 && (
          <Button size="small" look="danger" onClick={() => setIsAsking(true)}>
            Forget them
          </Button>
        )
      }
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <p>
          {data.answers === 0
            ? `None now; ${formatBytes(data.max_bytes)} at most.`
            : `${formatCount(data.answers)} in ${formatBytes(data.bytes)} of ${formatBytes(data.max_bytes)}.`}
        </p>
      )}
      {isAsking && (
        <ConfirmDialog
          title="Forget all cached answers"
          action="Forget them"
          run={() => api.DELETE('/admin/v1/cache')}
          onClose={() => setIsAsking(false)}
          onDone={() => {
            setIsAsking(false);
            void queries.invalidateQueries({ queryKey: cacheQuery.queryKey });
          }}
        >
          <p>Whoever asks the same again waits for a provider, and pays for it.</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
