import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../api/session';
import { Button } from '../../components/button';
import { CursorButtons } from '../../components/cursor-buttons';
import { Empty } from '../../components/empty';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { Panel } from '../../components/panel';
import { credentialsQuery, providersQuery } from '../../api/serving';
import { CredentialsTable } from './credentials-table';
import { ProvidersTable } from './providers-table';

const AddProvider = lazy(async () => ({ default: (await import('./add-provider')).AddProvider }));

/** Who recognises speech for the gateway, and with which keys. */
export function ProvidersPage() {
  const { cursor } = useSearch({ from: '/providers' });
  const mayRead = useMay('credentials.read');
  const mayCredentials = useMay('credentials.write');
  const mayModels = useMay('models.write');
  const mayAdd = mayCredentials && mayModels;
  const [adding, setAdding] = useState<string>();
  const credentials = useQuery({ ...credentialsQuery(cursor), enabled: mayRead });
  const providers = useQuery(providersQuery);
  const add = mayAdd && (
    <Button look="primary" onClick={() => setAdding('')}>
      Add a provider
    </Button>
  );
  return (
    <Page title="Providers" actions={add}>
      {credentials.error && <ErrorNotice error={credentials.error} onRetry={() => void credentials.refetch()} />}
      {credentials.data && (
        <Panel title="Credentials" isFlush>
          <CredentialsTable
            credentials={credentials.data.data}
            isStale={credentials.isPlaceholderData}
            empty={
              <Empty title="No provider key is stored yet">
                Keys in the environment or in the configuration file are not listed here. One that is added here is
                stored encrypted and never shown again.
              </Empty>
            }
          />
        </Panel>
      )}
      {credentials.data && <CursorButtons nextCursor={credentials.data.next_cursor} cursor={cursor} />}
      {providers.error && <ErrorNotice error={providers.error} onRetry={() => void providers.refetch()} />}
      {providers.data && (
        <Panel title="What each provider can do" isFlush>
          <ProvidersTable providers={providers.data.data} onAdd={mayAdd ? setAdding : undefined} />
        </Panel>
      )}
      <Suspense>
        {adding !== undefined && providers.data && (
          <AddProvider providers={providers.data.data} chosen={adding} onClose={() => setAdding(undefined)} />
        )}
      </Suspense>
    </Page>
  );
}
