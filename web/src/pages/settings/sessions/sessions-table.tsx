import type { Schemas } from '../../../api/client';
import { Badge } from '../../../components/badge';
import { Button } from '../../../components/button';
import { Instant } from '../../../components/instant';
import { Table, type Column } from '../../../components/table';
import { browserWords, kindWords } from './session-words';

/** A session in the list of them. */
export type ListedSession = Schemas['ListedSession'];

const COLUMNS: readonly Column<ListedSession>[] = [
  { key: 'who', title: 'Who', cell: (session) => <Who session={session} /> },
  {
    key: 'from',
    title: 'From',
    isMinor: true,
    cell: (session) => <From session={session} />,
  },
  { key: 'opened', title: 'Opened', isMinor: true, cell: ({ created_at }) => <Instant at={created_at} /> },
  { key: 'seen', title: 'Last seen', isMinor: true, cell: ({ last_seen_at }) => <Instant at={last_seen_at} /> },
  {
    key: 'ends',
    title: 'Ends',
    isMinor: true,
    cell: ({ expires_at, idle_expires_at }) => (
      <>
        <Instant at={expires_at} />
        <span className="block text-xs whitespace-nowrap text-muted">
          if unused, <Instant at={idle_expires_at} />
        </span>
      </>
    ),
  },
];

/** Sessions, one a row. */
export function SessionsTable({
  sessions,
  isStale,
  onEnd,
}: {
  sessions: readonly ListedSession[];
  isStale: boolean;
  /** Undefined for whoever may not end one. */
  onEnd: ((session: ListedSession) => void) | undefined;
}) {
  const end: Column<ListedSession> = {
    key: 'end',
    title: <span className="sr-only">What can be done</span>,
    isNumber: true,
    cell: (session) => (
      <Button look="quiet" size="small" onClick={() => onEnd?.(session)}>
        {session.current ? 'Sign out' : 'End'}
      </Button>
    ),
  };
  return (
    <Table
      label="Sessions"
      columns={onEnd ? [...COLUMNS, end] : COLUMNS}
      rows={sessions}
      rowKey={({ id }) => id}
      isStale={isStale}
    />
  );
}

function From({ session: { client_ip, user_agent } }: { session: ListedSession }) {
  return (
    <div className="max-w-60 min-w-32 py-1.5">
      <span className="mono break-all">{client_ip}</span>
      <span className="block truncate text-muted" title={user_agent ?? undefined}>
        {browserWords(user_agent)}
      </span>
    </div>
  );
}

function Who({ session }: { session: ListedSession }) {
  const { name, kind, role, current } = session;
  return (
    <div className="max-w-56 min-w-28 py-1.5">
      <span className="block truncate text-left font-medium" title={name} dir="auto">
        {name}
      </span>
      <span className="flex flex-wrap gap-1">
        {current && <Badge tone="accent">this one</Badge>}
        {kindWords(kind) !== name && <Badge>{kindWords(kind)}</Badge>}
        {role && <Badge>{role.replaceAll('_', ' ')}</Badge>}
      </span>
      <div className="md:hidden">
        <From session={session} />
        <span className="text-muted">
          seen <Instant at={session.last_seen_at} />
        </span>
      </div>
    </div>
  );
}
