import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../api/session';
import { Button } from '../../components/button';
import { CursorButtons } from '../../components/cursor-buttons';
import { Empty } from '../../components/empty';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { healthQuery, modelsPageQuery } from '../../api/serving';
import { ModelPanel } from './model-panel';

const DeploymentDialog = lazy(async () => ({ default: (await import('./deployment-dialog')).DeploymentDialog }));

/** What applications may ask for, and who serves it. */
export function ModelsPage() {
  const { cursor } = useSearch({ from: '/models' });
  const mayWrite = useMay('models.write');
  const [isMaking, setIsMaking] = useState(false);
  const { data, error, isPlaceholderData, refetch } = useQuery(modelsPageQuery(cursor));
  const { data: health } = useQuery(healthQuery);
  const make = mayWrite && (
    <Button look="primary" onClick={() => setIsMaking(true)}>
      Make a model
    </Button>
  );
  return (
    <Page title="Models" actions={make}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.data.length === 0 && (
        <Empty title="There are no models yet">
          A model is a name that applications send, and the deployments that serve it.
        </Empty>
      )}
      <div className={isPlaceholderData ? 'flex flex-col gap-4 opacity-60' : 'flex flex-col gap-4'}>
        {data?.data.map((model) => (
          <ModelPanel key={model.id} model={model} health={health?.data ?? []} />
        ))}
      </div>
      {data && <CursorButtons nextCursor={data.next_cursor} cursor={cursor} />}
      <Suspense>{isMaking && <DeploymentDialog onClose={() => setIsMaking(false)} />}</Suspense>
    </Page>
  );
}
