import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Notice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { TestResult } from '../../components/serving/test-result';
import { UsageLinks } from '../../components/usage-links';
import { DeploymentsTable, type Tested } from './deployments-table';

const DeploymentDialog = lazy(async () => ({ default: (await import('./deployment-dialog')).DeploymentDialog }));
const RoutingDialog = lazy(async () => ({ default: (await import('./routing-dialog')).RoutingDialog }));
const DeleteModel = lazy(async () => ({ default: (await import('./delete-model')).DeleteModel }));

/** Why what is not declared by this API cannot be changed here. */
const ELSEWHERE = {
  file: 'It is declared in the configuration file, and is changed only there.',
  environment: 'It comes from the environment of the gateway. A model of the same name that is made here replaces it.',
  sandbox: 'It is of the sandbox. A model of the same name that is made here replaces it.',
} as const;

/** One model with its deployments. */
export function ModelPanel({
  model,
  health,
}: {
  model: Schemas['Model'];
  health: readonly Schemas['DeploymentHealth'][];
}) {
  const mayWrite = useMay('models.write');
  const [asking, setAsking] = useState<'deployment' | 'routing' | 'delete'>();
  const [tested, setTested] = useState<Tested>();
  const close = () => setAsking(undefined);
  const { managed_by, routing } = model;
  const isOurs = managed_by === 'api';
  return (
    <Panel isFlush title={<span dir="auto">{model.name}</span>} actions={<Badge>{managed_by}</Badge>}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm text-muted">
        {!isOurs && <span>{ELSEWHERE[managed_by]}</span>}
        <span>{routing.strategy ?? 'usual'} order</span>
        {(routing.fallbacks?.length ?? 0) > 0 && <span>falls back to {routing.fallbacks?.join(', ')}</span>}
        {routing.timeout_seconds !== undefined && <span>at most {routing.timeout_seconds} s</span>}
        {routing.max_retries !== undefined && <span>{routing.max_retries} retries</span>}
        <div className="flex flex-wrap gap-1 sm:ml-auto">
          <UsageLinks filter={{ model: model.name }} />
          {mayWrite && isOurs && (
            <>
              <Button size="small" onClick={() => setAsking('routing')}>
                Routing
              </Button>
              <Button size="small" onClick={() => setAsking('deployment')}>
                Add a deployment
              </Button>
              <Button size="small" look="danger" onClick={() => setAsking('delete')}>
                Delete
              </Button>
            </>
          )}
        </div>
      </div>
      {model.warnings.length > 0 && (
        <div className="px-4 pb-2">
          <Notice tone="warn">{model.warnings.join(' ')}</Notice>
        </div>
      )}
      <DeploymentsTable model={model} health={health} onTested={setTested} />
      {tested && (
        <section className="flex flex-col gap-2 border-t border-line p-4" aria-label={`Test of ${model.name}`}>
          <h3 className="text-sm text-muted">
            Test of {tested.deployment.provider}/{tested.deployment.upstream_model}
          </h3>
          <TestResult {...tested} />
        </section>
      )}
      <Suspense>
        {asking === 'deployment' && <DeploymentDialog model={model.name} onClose={close} />}
        {asking === 'routing' && <RoutingDialog model={model} onClose={close} />}
        {asking === 'delete' && <DeleteModel model={model} onClose={close} />}
      </Suspense>
    </Panel>
  );
}
