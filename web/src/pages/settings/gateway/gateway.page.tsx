import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../api/session';
import { ErrorNotice } from '../../../components/notice';
import { Panel } from '../../../components/panel';
import { gatewayQuery } from '../settings.queries';
import { CachedAnswers } from './cached-answers';
import { GatewayBudgets } from './gateway-budgets';
import { GatewayForm } from './gateway-form';

/** What holds for all requests, whatever key they have. */
export function ForAllRequests() {
  const mayReadCache = useMay('cache.read');
  const { data, error, refetch } = useQuery(gatewayQuery);
  return (
    <>
      <p className="max-w-prose text-muted">
        This holds for all requests, those of the master key included; keys and teams can only be bounded further.
        Defaults of routing are{' '}
        <Link to="/settings" search={{ q: 'routing' }} className="underline underline-offset-2">
          settings
        </Link>
        , and each model may have its own.
      </p>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
          <Panel title="Bounds and privacy">
            <GatewayForm stored={data} />
          </Panel>
          <div className="flex min-w-0 flex-col gap-4 max-lg:order-first">
            <GatewayBudgets budgets={data.budgets} />
            {mayReadCache && <CachedAnswers />}
          </div>
        </div>
      )}
    </>
  );
}
