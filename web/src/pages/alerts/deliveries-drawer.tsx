import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { Badge, type Tone } from '../../components/badge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Empty } from '../../components/empty';
import { Instant } from '../../components/instant';
import { ErrorNotice, Notice } from '../../components/notice';
import { formatMs } from '../../format/amounts';
import { deliveriesQuery, useAlertChange, type Alert, type Delivery } from './alerts.queries';

const TONES: Readonly<Record<Delivery['status'], Tone>> = { delivered: 'good', pending: 'warn', failed: 'bad' };

/** What an alert was sent, and is to be. */
export function DeliveriesDrawer({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const mayWrite = useMay('alerts.write');
  const [isDeleting, setIsDeleting] = useState(false);
  const path = { alert: alert.id };
  const { data, error, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery(deliveriesQuery(alert.id));
  const test = useAlertChange(async () => (await api.POST('/admin/v1/alerts/{alert}/test', { params: { path } })).data);
  const retry = useAlertChange((delivery: string) =>
    api.POST('/admin/v1/alerts/{alert}/deliveries/{delivery}/retry', { params: { path: { ...path, delivery } } }),
  );
  const remove = useAlertChange(async () => {
    await api.DELETE('/admin/v1/alerts/{alert}', { params: { path } });
    onClose();
  });
  const deliveries = data?.pages.flatMap((page) => page?.data ?? []);
  const problem = test.error ?? retry.error ?? remove.error;
  return (
    <Dialog
      place="drawer"
      title={alert.name}
      description={alert.url_preview}
      onClose={onClose}
      actions={
        mayWrite && (
          <Button look="primary" disabled={test.isPending} onClick={() => test.mutate(undefined)}>
            Send a test
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {test.data && <TestResult test={test.data} />}
        {problem && <ErrorNotice error={problem} />}
        {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {deliveries?.length === 0 && <Empty title="Nothing was sent yet" />}
        <ul className="divide-y divide-line">
          {deliveries?.map((delivery) => (
            <li key={delivery.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
              <Badge tone={TONES[delivery.status]}>{delivery.status}</Badge>
              <span className="font-medium">{delivery.event_type}</span>
              <span className="text-muted">
                <Instant at={delivery.created_at} />
              </span>
              <span className="w-full text-sm text-muted">{storyOf(delivery)}</span>
              {delivery.next_attempt_at && (
                <span className="text-sm text-muted">
                  again <Instant at={delivery.next_attempt_at} />
                </span>
              )}
              {mayWrite && (
                <Button
                  look="quiet"
                  size="small"
                  className="ml-auto"
                  disabled={retry.isPending}
                  onClick={() => retry.mutate(delivery.id)}
                >
                  Send again
                </Button>
              )}
            </li>
          ))}
        </ul>
        {hasNextPage && <Button onClick={() => void fetchNextPage()}>Older</Button>}
        {mayWrite && alert.managed_by === 'api' && (
          <div className="mt-4 flex items-center justify-end gap-2 border-t border-line pt-3">
            {isDeleting && <span className="text-muted">With all of its deliveries?</span>}
            {isDeleting && <Button onClick={() => setIsDeleting(false)}>No</Button>}
            <Button look="danger" onClick={() => (isDeleting ? remove.mutate(undefined) : setIsDeleting(true))}>
              {isDeleting ? 'Yes, delete it' : 'Delete the alert'}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** A test is sent once, and is no delivery of the list. */
function TestResult({ test: { outcome, http_status, latency_ms, error } }: { test: Schemas['AlertTest'] }) {
  const story = [http_status && `HTTP ${http_status}`, formatMs(latency_ms), error].filter(Boolean).join(' · ');
  return (
    <Notice tone={outcome === 'delivered' ? 'info' : 'bad'}>
      The test was {outcome === 'delivered' ? 'delivered' : 'not delivered'}: {story}
    </Notice>
  );
}

function storyOf({ attempts, http_status, latency_ms, error }: Delivery): string {
  if (attempts === 0) return 'not tried yet';
  const tries = attempts === 1 ? 'one attempt' : `${attempts} attempts`;
  return [tries, http_status && `HTTP ${http_status}`, latency_ms !== null && formatMs(latency_ms), error]
    .filter(Boolean)
    .join(' · ');
}
