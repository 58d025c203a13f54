import { useMemo, useState } from 'react';
import { CircleCheck, ExternalLink, TriangleAlert } from 'lucide-react';
import type { Schemas } from '../../api/client';
import type { LogsFilter } from '../../api/logs-filter';
import { Badge, type Tone } from '../../components/badge';
import { Button } from '../../components/button';
import { Instant } from '../../components/instant';
import { LogsLink } from '../../components/logs-link';
import { Panel } from '../../components/panel';
import { Table, type Column } from '../../components/table';
import { formatAudioSeconds, formatCount } from '../../format/amounts';

type Retirement = Schemas['Retirement'];
type Use = Schemas['RetirementUse'];

const SURENESS: Readonly<Record<Retirement['confidence'], string>> = {
  announced: 'announced by the provider',
  reported: 'reported by others',
  configured: 'configured here',
};

/** From when on a model that is about to end is amber, and red, in days. */
const SOON_DAYS = 90;
const NEXT_DAYS = 30;

/** So many uses are shown before somebody asks for all: twelve panels of a hundred are no overview. */
const FIRST_USES = 10;

function toneOf(daysLeft: number): Tone {
  if (daysLeft <= NEXT_DAYS) return 'bad';
  return daysLeft <= SOON_DAYS ? 'warn' : 'neutral';
}

/** One deployment whose upstream model ends, and all who use it. */
export function RetirementPanel({ retirement }: { retirement: Retirement }) {
  const { deployment_id, model, provider, upstream_model, retires_on, days_left, traffic } = retirement;
  const [showsAll, setShowsAll] = useState(false);
  const columns = useMemo(() => columnsOf(retirement), [retirement]);
  const hidden = traffic.uses.length - FIRST_USES;
  const ends = days_left < 0 ? 'ended' : `${formatCount(days_left)} ${days_left === 1 ? 'day' : 'days'} left`;
  return (
    <Panel
      title={
        <>
          {model}{' '}
          <span className="font-normal text-muted">
            at {provider}, {upstream_model}
          </span>
        </>
      }
      actions={<Badge tone={toneOf(days_left)}>{ends}</Badge>}
      isFlush
    >
      <div className="flex flex-wrap gap-x-6 gap-y-1 border-b border-line px-4 py-3 text-sm text-muted">
        <span>
          Ends on <span className="font-medium text-text">{retires_on}</span>, {SURENESS[retirement.confidence]}
          {retirement.source && <Source url={retirement.source} asOf={retirement.as_of} />}
        </span>
        {retirement.replacement && <span>The provider names {retirement.replacement} in its place</span>}
        <span>
          <LogsLink filter={{ deployment_id: [deployment_id] }} time={timeOf(retirement)}>
            {formatCount(traffic.requests)} requests
          </LogsLink>{' '}
          of 30 days, {formatAudioSeconds(traffic.audio_seconds)} of audio
          {traffic.is_cut && ' (of the newest only)'}
        </span>
        {traffic.breaking_requests > 0 && (
          <Badge tone="bad" icon={<TriangleAlert size={12} aria-hidden />}>
            {formatCount(traffic.breaking_requests)} of them would fail
          </Badge>
        )}
      </div>
      <Table
        label={`Who uses ${model} at ${provider}`}
        columns={columns}
        rows={showsAll ? traffic.uses : traffic.uses.slice(0, FIRST_USES)}
        rowKey={keyOf}
        empty={<p className="px-4 py-3 text-muted">Nobody has used it in the last 30 days.</p>}
      />
      {!showsAll && hidden > 0 && (
        <p className="px-4 py-2">
          <Button onClick={() => setShowsAll(true)}>Show all {formatCount(traffic.uses.length)} uses</Button>
        </p>
      )}
      {traffic.has_more_uses && (showsAll || hidden <= 0) && (
        <p className="px-4 py-2 text-sm text-muted">And others, who use it less.</p>
      )}
    </Panel>
  );
}

function keyOf({ key_id, model, task, response_format, features }: Use): string {
  return [key_id, model, task, response_format, features?.join()].join(' ');
}

/** What was looked at. */
function timeOf({ traffic: { from, to } }: Retirement) {
  return { from, to };
}

/** The rows of a use: those of all features, by which rows are not narrowed. */
function filterOf({ deployment_id }: Retirement, { key_id, model, task, response_format }: Use): LogsFilter {
  return {
    deployment_id: [deployment_id],
    key_id: [key_id ?? 'master'],
    task: [task],
    ...(model !== null && { model: [model] }),
    ...(response_format !== null && { response_format: [response_format] }),
  };
}

/** Only an address of the web becomes a link: it may come from a file. */
function Source({ url, asOf }: { url: string; asOf: string | null }) {
  const title = asOf ? `as of ${asOf}` : undefined;
  if (!/^https?:\/\//.test(url)) return <span title={title}> ({url})</span>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      title={title}
      className="ml-1 inline-flex items-center gap-1 text-accent underline"
    >
      source
      <ExternalLink size={12} aria-hidden />
    </a>
  );
}

const columnsOf = (retirement: Retirement): readonly Column<Use>[] => [
  { key: 'key', title: 'Key', cell: ({ key_name }) => <span className="font-medium">{key_name}</span> },
  {
    key: 'team',
    title: 'Team',
    cell: ({ team_name }) => team_name ?? <span className="text-faint">none</span>,
    isMinor: true,
  },
  {
    key: 'what',
    title: 'What it asks for',
    cell: ({ task, response_format, features }) =>
      [task, response_format, ...(features ?? [])].filter(Boolean).join(' · '),
  },
  {
    key: 'requests',
    title: 'Requests',
    cell: (use) => (
      <LogsLink filter={filterOf(retirement, use)} time={timeOf(retirement)}>
        {formatCount(use.requests)}
      </LogsLink>
    ),
    isNumber: true,
  },
  { key: 'last', title: 'Last', cell: ({ last_request_at }) => <Instant at={last_request_at} />, isMinor: true },
  { key: 'then', title: 'Then', cell: (use) => <Outlook use={use} /> },
];

function Outlook({ use: { goes_on, could_serve } }: { use: Use }) {
  const [first, ...others] = could_serve;
  const names = could_serve
    .map(({ model, provider, caveats }) => [`${model} at ${provider}`, ...caveats].join(', '))
    .join('\n');
  if (goes_on) {
    return (
      <Badge tone="good" icon={<CircleCheck size={12} aria-hidden />}>
        goes on{first ? ` at ${first.provider}` : ''}
      </Badge>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Badge tone="bad" icon={<TriangleAlert size={12} aria-hidden />}>
        fails
      </Badge>
      {first && (
        <span className="text-sm text-muted" title={names}>
          {first.model} could serve it{others.length > 0 ? `, and ${others.length} more` : ''}
        </span>
      )}
    </span>
  );
}
