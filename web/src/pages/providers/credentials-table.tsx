import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Instant } from '../../components/instant';
import { Some } from '../../components/some';
import { Table, type Column } from '../../components/table';

type Credential = Schemas['Credential'];

const ReplaceSecret = lazy(async () => ({ default: (await import('./replace-secret')).ReplaceSecret }));

const COLUMNS: readonly Column<Credential>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: ({ name, provider, preview }) => (
      <div className="max-w-60 min-w-28 py-1.5">
        <div className="truncate text-left font-medium" title={name} dir="auto">
          {name}
        </div>
        <div className="truncate text-muted">
          {provider} <span className="mono">{preview}</span>
        </div>
      </div>
    ),
  },
  { key: 'state', title: 'State', cell: (credential) => <State value={credential} /> },
  {
    key: 'used',
    title: 'Used by',
    cell: ({ used_by, deployment_count }) => (
      <span title={deployment_count > used_by.length ? `${deployment_count} deployments` : undefined}>
        <Some of={used_by.map(({ model }) => model)} none="no deployment" />
      </span>
    ),
  },
  { key: 'success', title: 'Last success', cell: ({ last_success_at }) => <Instant at={last_success_at} /> },
  { key: 'last', title: 'Last used', isMinor: true, cell: ({ last_used_at }) => <Instant at={last_used_at} /> },
  { key: 'actions', title: <span className="sr-only">Actions</span>, cell: (one) => <Actions value={one} /> },
];

/** The stored keys of providers, one a row. */
export function CredentialsTable({
  credentials,
  isStale,
  empty,
}: {
  credentials: readonly Credential[];
  isStale: boolean;
  empty: ReactNode;
}) {
  return (
    <Table
      label="Credentials"
      columns={COLUMNS}
      rows={credentials}
      rowKey={({ id }) => id}
      isStale={isStale}
      empty={empty}
    />
  );
}

/** Whether its provider takes it, as far as requests have shown. */
function State({ value: { last_rejection, last_success_at } }: { value: Credential }) {
  if (last_rejection && (!last_success_at || last_rejection.at > last_success_at)) {
    return (
      <div className="flex flex-col items-start gap-0.5">
        <Badge tone="bad">rejected, HTTP {last_rejection.status ?? 'unknown'}</Badge>
        <span className="text-muted">
          <Instant at={last_rejection.at} />, model {last_rejection.model}
        </span>
      </div>
    );
  }
  return last_success_at ? <Badge tone="good">works</Badge> : <Badge>not tried yet</Badge>;
}

function Actions({ value }: { value: Credential }) {
  const mayWrite = useMay('credentials.write');
  const [isReplacing, setIsReplacing] = useState(false);
  if (!mayWrite) return null;
  return (
    <div className="flex justify-end">
      <Button size="small" aria-label={`Replace the secret of ${value.name}`} onClick={() => setIsReplacing(true)}>
        Replace
      </Button>
      <Suspense>{isReplacing && <ReplaceSecret credential={value} onClose={() => setIsReplacing(false)} />}</Suspense>
    </div>
  );
}
