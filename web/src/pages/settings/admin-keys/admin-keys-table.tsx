import type { Schemas } from '../../../api/client';
import { keyState } from '../../../components/access/key-state';
import { Badge } from '../../../components/badge';
import { Empty } from '../../../components/empty';
import { Instant } from '../../../components/instant';
import { Some } from '../../../components/some';
import { Table, type Column } from '../../../components/table';
import { useNow } from '../../../components/use-now';
import { AdminKeyActions } from './admin-key-actions';
import { ROLES } from './roles';

type AdminKey = Schemas['AdminKey'];

const COLUMNS: readonly Column<AdminKey>[] = [
  { key: 'name', title: 'Name', cell: (stored) => <Name stored={stored} /> },
  { key: 'role', title: 'Role', isMinor: true, cell: (stored) => <Role stored={stored} /> },
  { key: 'state', title: 'State', isMinor: true, cell: (stored) => <State stored={stored} /> },
  { key: 'made', title: 'Made', isMinor: true, cell: ({ created_at }) => <Instant at={created_at} /> },
  { key: 'used', title: 'Last used', isMinor: true, cell: ({ last_used_at }) => <Instant at={last_used_at} /> },
];

/** Admin keys, one a row, each with what can be done with it. */
export function AdminKeysTable({
  keys,
  isStale,
  mayWrite,
}: {
  keys: readonly AdminKey[];
  isStale: boolean;
  mayWrite: boolean;
}) {
  const actions: Column<AdminKey> = {
    key: 'actions',
    title: <span className="sr-only">What can be done</span>,
    isNumber: true,
    cell: (stored) => <AdminKeyActions stored={stored} />,
  };
  return (
    <Table
      label="Admin keys"
      columns={mayWrite ? [...COLUMNS, actions] : COLUMNS}
      rows={keys}
      rowKey={({ id }) => id}
      isStale={isStale}
      empty={
        <Empty title="There are no admin keys yet">
          Whoever administers has a key of their own, so that the audit can name them, and one can be taken back without
          the others. The master key stays in the safe.
        </Empty>
      }
    />
  );
}

function Name({ stored }: { stored: AdminKey }) {
  return (
    <div className="max-w-52 min-w-28 py-1.5">
      <span className="block truncate text-left font-medium" title={stored.name} dir="auto">
        {stored.name}
      </span>
      <span className="mono text-xs text-muted">{stored.preview}</span>
      <div className="md:hidden">
        <Role stored={stored} />
        <State stored={stored} />
      </div>
    </div>
  );
}

function Role({ stored: { role, teams } }: { stored: AdminKey }) {
  return (
    <>
      <span className="block whitespace-nowrap" title={ROLES[role].may}>
        {ROLES[role].title}
      </span>
      {role === 'team_admin' && <Some of={teams} none="no team" />}
    </>
  );
}

function State({ stored }: { stored: AdminKey }) {
  const { words, tone } = keyState(stored, useNow());
  return <Badge tone={tone}>{words}</Badge>;
}
