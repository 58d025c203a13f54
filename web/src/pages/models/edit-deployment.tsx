import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { providersQuery } from '../../api/serving';
import { Dialog } from '../../components/dialog';
import { ErrorNotice } from '../../components/notice';
import { DeploymentForm } from './deployment-form';

/** Changes how much traffic a deployment gets, where it leads, what it costs and what its provider is told; or removes it. */
export function EditDeployment({ deployment, onClose }: { deployment: Schemas['Deployment']; onClose: () => void }) {
  const { data, error, refetch } = useQuery(providersQuery);
  return (
    <Dialog title={`${deployment.provider}/${deployment.upstream_model}`} onClose={onClose}>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <DeploymentForm
          deployment={deployment}
          provider={data.data.find(({ name }) => name === deployment.provider)}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}
