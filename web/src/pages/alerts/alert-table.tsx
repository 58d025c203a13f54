import { api } from '../../api/client';
import { useMay } from '../../api/session';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { ErrorNotice } from '../../components/notice';
import { Instant } from '../../components/instant';
import { Table, type Column } from '../../components/table';
import { useAlertChange, type Alert } from './alerts.queries';

/** The alerts, each with what can be done with it. */
export function AlertTable({ alerts, onOpen }: { alerts: readonly Alert[]; onOpen: (id: string) => void }) {
  const mayWrite = useMay('alerts.write');
  const enable = useAlertChange(({ id, enabled }: Alert) =>
    api.PATCH('/admin/v1/alerts/{alert}', { params: { path: { alert: id } }, body: { enabled: !enabled } }),
  );
  const columns: readonly Column<Alert>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: ({ id, name }) => (
        <button type="button" className="font-medium text-accent hover:underline" onClick={() => onOpen(id)}>
          {name}
        </button>
      ),
    },
    {
      key: 'url',
      title: 'Address',
      cell: ({ url_preview }) => <span className="mono">{url_preview}</span>,
      isMinor: true,
    },
    {
      key: 'events',
      title: 'Told of',
      cell: ({ event_types }) => (event_types ? `${event_types.length} of the events` : 'everything'),
    },
    { key: 'format', title: 'Form', cell: ({ format }) => format, isMinor: true },
    {
      key: 'state',
      title: 'State',
      cell: ({ enabled, managed_by }) => (
        <span className="flex flex-wrap gap-1">
          <Badge tone={enabled ? 'good' : 'neutral'}>{enabled ? 'on' : 'off'}</Badge>
          {managed_by === 'file' && <Badge>by the file</Badge>}
        </span>
      ),
    },
    { key: 'since', title: 'Since', cell: ({ created_at }) => <Instant at={created_at} />, isMinor: true },
    {
      key: 'actions',
      title: <span className="sr-only">What can be done</span>,
      isNumber: true,
      cell: (alert) => (
        <>
          <Button look="quiet" size="small" onClick={() => onOpen(alert.id)}>
            Deliveries
          </Button>
          {mayWrite && alert.managed_by === 'api' && (
            <Button look="quiet" size="small" disabled={enable.isPending} onClick={() => enable.mutate(alert)}>
              {alert.enabled ? 'Turn off' : 'Turn on'}
            </Button>
          )}
        </>
      ),
    },
  ];
  return (
    <>
      {enable.error && <ErrorNotice error={enable.error} />}
      <Table label="Alerts" columns={columns} rows={alerts} rowKey={({ id }) => id} />
    </>
  );
}
