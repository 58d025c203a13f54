import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { Badge, type Tone } from '../../components/badge';
import { Instant } from '../../components/instant';
import { retirementsQuery } from '../../api/serving';
import { Table, type Column } from '../../components/table';
import { formatCount, formatMs } from '../../format/amounts';
import { formatPrice } from '../../format/prices';
import { DeploymentActions } from './deployment-actions';

type Deployment = Schemas['Deployment'];
type Health = Schemas['DeploymentHealth'];

/** What came back when a deployment was called. */
export interface Tested {
  readonly deployment: Deployment;
  readonly result: Schemas['DeploymentTest'];
}

/** A deployment and how it does, as far as that is known yet. */
interface Row {
  readonly deployment: Deployment;
  readonly health: Health | undefined;
  readonly onTested: (tested: Tested | undefined) => void;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'served', title: 'Served by', cell: ({ deployment }) => <ServedBy deployment={deployment} /> },
  { key: 'state', title: 'State', cell: (row) => <State {...row} /> },
  { key: 'formats', title: 'Formats', cell: ({ deployment }) => <DeploymentFormats deployment={deployment} /> },
  { key: 'share', title: 'Weight and order', cell: ({ deployment }) => <Share deployment={deployment} /> },
  { key: 'load', title: 'Load and latency', cell: ({ health }) => <Load health={health} /> },
  { key: 'price', title: 'Price', cell: ({ deployment }) => <PriceInUse deployment={deployment} /> },
  { key: 'ends', title: 'Ends', cell: ({ deployment }) => <Ends deployment={deployment} /> },
  { key: 'actions', title: <span className="sr-only">Actions</span>, cell: (row) => <DeploymentActions {...row} /> },
];

/** The deployments of a model, one a row. */
export function DeploymentsTable({
  model,
  health,
  onTested,
}: {
  model: Schemas['Model'];
  health: readonly Health[];
  onTested: Row['onTested'];
}) {
  const rows = model.deployments.map((deployment) => ({
    deployment,
    health: health.find(({ id }) => id === deployment.id),
    onTested,
  }));
  return (
    <Table
      label={`Deployments of ${model.name}`}
      columns={COLUMNS}
      rows={rows}
      rowKey={({ deployment }) => deployment.id}
      empty={<p className="px-4 pb-3 text-muted">It has no deployment: requests that ask for it are refused.</p>}
    />
  );
}

function ServedBy({ deployment }: { deployment: Deployment }) {
  const { provider, upstream_model, credential, api_key_preview } = deployment;
  return (
    <div className="max-w-60 min-w-32 py-1.5">
      <div className="truncate font-medium" title={`${provider}/${upstream_model}`} dir="auto">
        {provider}/{upstream_model}
      </div>
      <div className="truncate text-muted">{credential ?? api_key_preview ?? 'no key'}</div>
    </div>
  );
}

/** Whether traffic goes to it, and why not. */
function State({ deployment, health }: Pick<Row, 'deployment' | 'health'>) {
  const { words, tone, why } = stateOf(deployment, health);
  return (
    <div className="flex flex-col items-start gap-0.5">
      <Badge tone={tone}>{words}</Badge>
      {why && <span className="max-w-56 min-w-32 text-muted">{why}</span>}
      {health?.cooling_until && (
        <span className="text-muted">
          tried again <Instant at={health.cooling_until} />
        </span>
      )}
    </div>
  );
}

function stateOf(deployment: Deployment, health: Health | undefined): { words: string; tone: Tone; why?: string } {
  if (!deployment.enabled) return { words: 'disabled', tone: 'neutral' };
  if (deployment.error !== null) return { words: 'switched off', tone: 'bad', why: deployment.error };
  const failures = health ? `${health.recent_failures} of ${health.recent_requests} failed` : '';
  const why = [health?.reason?.replaceAll('_', ' '), failures].filter(Boolean).join(', ');
  if (health?.circuit === 'open') return { words: 'circuit open', tone: 'bad', why };
  if (health?.circuit === 'half_open') return { words: 'being probed', tone: 'warn', why };
  if (health && health.recent_failures > 0) return { words: 'failing', tone: 'warn', why };
  return { words: health ? 'serving' : 'enabled', tone: 'good' };
}

function Share({ deployment: { weight, routing } }: { deployment: Deployment }) {
  return (
    <>
      {weight === 0 ? 'last resort' : `weight ${weight}`}
      {routing.order !== undefined && <div className="text-muted">order {routing.order}</div>}
    </>
  );
}

function Load({ health }: { health: Health | undefined }) {
  const latency = health?.latency_ms_per_audio_second;
  return (
    <div className="whitespace-nowrap">
      {formatCount(health?.in_flight)} in flight
      <div className="text-muted" title={latency == null ? 'It has not answered yet.' : undefined}>
        {formatMs(latency)} per audio s
      </div>
    </div>
  );
}

const HOW = { native: 'native', synthesised: 'made', refused: 'refused' } as const;

function DeploymentFormats({ deployment: { formats } }: { deployment: Deployment }) {
  if (!formats) return <span className="text-faint">takes no recordings</span>;
  return (
    <ul aria-label="Formats" className="max-w-40 min-w-32 text-sm">
      {Object.entries(HOW).map(([how, words]) => {
        const alike = formats.filter((offer) => offer.how === how);
        return (
          alike.length > 0 && (
            <li key={how} title={[...new Set(alike.flatMap(({ reason }) => reason ?? []))].join('; ') || undefined}>
              <span className="text-muted">{words}</span> {alike.map(({ format }) => format).join(', ')}
            </li>
          )
        );
      })}
    </ul>
  );
}

function PriceInUse({ deployment: { price_in_use: inUse } }: { deployment: Deployment }) {
  if (!inUse) {
    return (
      <span className="text-faint" title="No list has a price for it.">
        unknown
      </span>
    );
  }
  const from = inUse.list === 'deployment' ? 'its own price' : `price list of ${inUse.as_of}`;
  return <Priced words={formatPrice(inUse.price)} from={from} title={inUse.source ?? undefined} />;
}

function Priced({ words, from, title }: { words: string; from: string; title?: string | undefined }) {
  return (
    <div className="max-w-56 min-w-36" title={title}>
      {words}
      <div className="whitespace-nowrap text-muted">{from}</div>
    </div>
  );
}

function Ends({ deployment }: { deployment: Deployment }) {
  const { data } = useQuery({ ...retirementsQuery, enabled: useMay('retirements.read') });
  const end = data?.data.find(({ deployment_id }) => deployment_id === deployment.id);
  if (!end) return <span className="text-faint">{data ? 'no end known' : ''}</span>;
  return (
    <div className="whitespace-nowrap">
      <Badge tone={end.days_left < 0 ? 'bad' : 'warn'}>{end.retires_on}</Badge>
      <div className="text-muted">{end.days_left < 0 ? 'has passed' : `in ${end.days_left} days`}</div>
    </div>
  );
}
