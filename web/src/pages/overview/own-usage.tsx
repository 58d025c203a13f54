import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answered } from '../../api/analytics';
import { api, type Schemas } from '../../api/client';
import { Instant } from '../../components/instant';
import { Money } from '../../components/money';
import { ErrorNotice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { Table, type Column } from '../../components/table';
import { budgetLines, limitText, type BudgetLine } from './own-limits';

type Me = Schemas['Me'];
type Limit = Me['limits'][number];

const LIMIT_COLUMNS: readonly Column<Limit>[] = [
  { key: 'limit', title: 'limit', cell: ({ limit }) => limit.replaceAll('_', ' ') },
  { key: 'scope', title: 'of', cell: ({ scope }) => scope },
  { key: 'left', title: 'left now', isNumber: true, cell: ({ limit, left }) => limitText(limit, left) },
  { key: 'most', title: 'at most', isNumber: true, cell: ({ limit, most }) => limitText(limit, most) },
  {
    key: 'resets',
    title: 'anew',
    isMinor: true,
    cell: ({ resets_at }) => (resets_at ? <Instant at={resets_at} /> : <span className="text-faint">–</span>),
  },
];

/** What the holder of a virtual key is told of it: what it has spent, and what is left. */
export function OwnUsage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['me'],
    queryFn: async () => answered((await api.GET('/v1/me')).data),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const lines = budgetLines(data);
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
      <Panel title="Your key">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
          <dt className="text-muted">Name</dt>
          <dd dir="auto" className="break-words">
            {data.name}
          </dd>
          <dt className="text-muted">Spent in all</dt>
          <dd className="text-xl font-semibold">
            <Money usd={data.spend_usd} />
          </dd>
          <dt className="text-muted">Ends</dt>
          <dd>{data.expires_at ? <Instant at={data.expires_at} look="full" /> : 'never'}</dd>
          <dt className="text-muted">Models</dt>
          <dd className="break-words">{data.models?.join(', ') ?? 'all'}</dd>
          <dt className="text-muted">Endpoints</dt>
          <dd>{data.endpoints?.join(', ') ?? 'all'}</dd>
        </dl>
      </Panel>
      <Panel title="Budgets">
        {lines.length === 0 ? (
          <p className="text-muted">No budget holds for this key.</p>
        ) : (
          <ul className="flex flex-col gap-4">
            {lines.map((line) => (
              <BudgetBar key={`${line.title} ${line.left} ${line.resetsAt ?? ''}`} line={line} />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Limits" isFlush className="lg:col-span-2">
        <Table
          label="Limits"
          columns={LIMIT_COLUMNS}
          rows={data.limits}
          rowKey={({ scope, limit }) => `${scope} ${limit}`}
          empty={<p className="px-4 py-8 text-center text-muted">No limit holds for this key.</p>}
        />
      </Panel>
    </div>
  );
}

function BudgetBar({ line: { title, used, left, share, resetsAt } }: { line: BudgetLine }) {
  const tone = share !== undefined && share >= 0.9 ? 'bg-bad' : 'bg-accent';
  return (
    <li>
      <p className="flex flex-wrap justify-between gap-x-4">
        <span>{title}</span>
        <span className="text-muted">
          {used && `${used}, `}
          <span className="font-medium text-text">{left} left</span>
        </span>
      </p>
      {share !== undefined && (
        <div aria-hidden className="my-1 h-1.5 overflow-hidden rounded-full bg-sunken">
          <div className={`h-full rounded-full ${tone}`} style={{ width: `${share * 100}%` }} />
        </div>
      )}
      <p className="text-sm text-muted">
        {resetsAt ? (
          <>
            Begins anew <Instant at={resetsAt} />
          </>
        ) : (
          'Does not begin anew'
        )}
      </p>
    </li>
  );
}
