import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session';
import { Button } from '../../components/button';
import { Empty } from '../../components/empty';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { AlertForm } from './alert-form';
import { AlertTable } from './alert-table';
import { alertsQuery } from './alerts.queries';
import { DeliveriesDrawer } from './deliveries-drawer';

const route = getRouteApi('/alerts');

/** Webhooks that are told of what happens, and what became of it. */
export function AlertsPage() {
  const { alert: openId } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('alerts.write');
  const [isMaking, setIsMaking] = useState(false);
  const { data, error, refetch } = useQuery(alertsQuery);
  const open = data?.find(({ id }) => id === openId);
  const make = mayWrite && (
    <Button look="primary" onClick={() => setIsMaking(true)}>
      New alert
    </Button>
  );
  return (
    <Page title="Alerts" actions={make}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <Panel isFlush>
          {data.length === 0 ? (
            <Empty title="Nobody is told of anything yet" actions={make}>
              An alert is a webhook, signed as Standard Webhooks says or in the form that Slack takes, that is told of
              spent budgets, deployments that are down, rejected credentials, keys that expire and models that retire.
            </Empty>
          ) : (
            <AlertTable
              alerts={data}
              onOpen={(id) => void navigate({ search: (before) => ({ ...before, alert: id }) })}
            />
          )}
        </Panel>
      )}
      {isMaking && <AlertForm onClose={() => setIsMaking(false)} />}
      {open && (
        <DeliveriesDrawer
          alert={open}
          onClose={() => void navigate({ search: (before) => ({ ...before, alert: undefined }) })}
        />
      )}
    </Page>
  );
}
