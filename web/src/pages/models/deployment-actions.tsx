import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { Button } from '../../components/button';
import { ErrorNotice } from '../../components/notice';
import { rereadServing } from '../../api/serving';
import { testDeployment } from '../../components/serving/test-deployment';
import type { Tested } from './deployments-table';

const EditDeployment = lazy(async () => ({ default: (await import('./edit-deployment')).EditDeployment }));

/** What can be done with a deployment: take it out, put it back, call it, and have its failures forgotten. */
export function DeploymentActions({
  deployment,
  health,
  onTested,
}: {
  deployment: Schemas['Deployment'];
  health: Schemas['DeploymentHealth'] | undefined;
  onTested: (tested: Tested | undefined) => void;
}) {
  const queries = useQueryClient();
  const mayWrite = useMay('models.write');
  const [isEditing, setIsEditing] = useState(false);
  const { id, enabled, managed_by } = deployment;
  const params = { path: { id } };
  const onSuccess = () => rereadServing(queries);
  const enable = useMutation({
    mutationFn: (wish: boolean) => api.PATCH('/admin/v1/deployments/{id}', { params, body: { enabled: wish } }),
    onSuccess,
  });
  const reset = useMutation({ mutationFn: () => api.POST('/admin/v1/deployments/{id}/reset', { params }), onSuccess });
  const test = useMutation({
    mutationFn: () => testDeployment(id),
    onSuccess: (result) => onTested(result && { deployment, result }),
    onSettled: onSuccess,
  });
  if (!mayWrite) return null;
  const error = enable.error ?? reset.error ?? test.error;
  const isTroubled = health && (health.circuit !== 'closed' || health.consecutive_failures > 0);
  return (
    <div className="flex flex-col items-end gap-2 py-1">
      <div className="flex flex-wrap justify-end gap-1">
        <Button size="small" disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? 'Testing' : 'Test'}
        </Button>
        {isTroubled && (
          <Button size="small" disabled={reset.isPending} onClick={() => reset.mutate()}>
            Reset
          </Button>
        )}
        {managed_by === 'api' && (
          <>
            <Button size="small" disabled={enable.isPending} onClick={() => enable.mutate(!enabled)}>
              {enabled ? 'Disable' : 'Enable'}
            </Button>
            <Button size="small" onClick={() => setIsEditing(true)}>
              Edit
            </Button>
          </>
        )}
      </div>
      {error && <ErrorNotice error={error} />}
      <Suspense>{isEditing && <EditDeployment deployment={deployment} onClose={() => setIsEditing(false)} />}</Suspense>
    </div>
  );
}
