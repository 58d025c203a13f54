import { useQuery } from '@tanstack/react-query';
import { CircleDollarSign, Hourglass, ShieldCheck, ZapOff, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { healthQuery, retirementsQuery } from '../../api/serving';
import { useMay } from '../../api/session';
import { Badge } from '../../components/badge';
import { Instant } from '../../components/instant';
import { LogsLink } from '../../components/logs-link';
import { ErrorNotice } from '../../components/notice';
import { PageLink } from '../../components/page-link';
import { Panel } from '../../components/panel';
import { formatCount } from '../../format/amounts';
import { usePeriod } from '../../frame/period';
import { useZone } from '../../frame/zone';
import { retiringSoon, usersOf } from './retiring';
import { figuresQuestion } from './traffic-questions';

/** What somebody should look at: circuits that are open, costs that nobody knows, models that end. */
export function Attention() {
  const mayReadModels = useMay('models.read');
  const mayReadRetirements = useMay('retirements.read');
  const mayAnalyse = useMay('analytics.read');
  const period = usePeriod();
  const zone = useZone();
  const health = useQuery({ ...healthQuery, select: (list) => list?.data, enabled: mayReadModels });
  const costs = useQuery({ ...figuresQuestion(period, zone), enabled: mayAnalyse });
  // It takes longest of all that the page asks, and is what somebody looks for least.
  const isItsTurn = !costs.isLoading;
  const retirements = useQuery({
    ...retirementsQuery,
    select: (list) => list?.data,
    enabled: mayReadRetirements && isItsTurn,
  });
  if (!mayReadModels && !mayReadRetirements && !mayAnalyse) return null;
  const open = health.data?.filter(({ circuit, enabled }) => enabled && circuit !== 'closed') ?? [];
  const retiring = retiringSoon(retirements.data ?? []);
  const unpriced = costs.data?.totals.unpriced_requests ?? 0;
  const isKnown = isItsTurn && ![health, retirements].some(({ isLoading }) => isLoading);
  const errors = [health, retirements, costs].filter(({ error }) => error);
  const isQuiet = open.length + retiring.length + unpriced === 0 && errors.length === 0;
  return (
    <Panel title="Needs attention" isFlush>
      <div className="min-h-52">
        {errors.map(({ error, refetch }) => (
          <ErrorNotice key={String(error)} error={error} onRetry={() => void refetch()} />
        ))}
        {isKnown && isQuiet && (
          <p className="flex items-center gap-2 px-4 py-4 text-muted">
            <ShieldCheck size={16} aria-hidden className="shrink-0 text-good" />
            Nothing: {quietWords({ mayReadModels, mayAnalyse, mayReadRetirements })}.
          </p>
        )}
        <ul aria-label="Needs attention" className="divide-y divide-line empty:hidden">
          {open.map((deployment) => (
            <OpenCircuit key={deployment.id} deployment={deployment} />
          ))}
          {unpriced > 0 && (
            <Item icon={CircleDollarSign} tone="text-warn">
              <LogsLink filter={{ cost_unknown: 'true' }} className="font-medium">
                {formatCount(unpriced)} {unpriced === 1 ? 'request' : 'requests'} of unknown cost
              </LogsLink>
              <p className="text-sm text-muted">No price was known for what they used. Sums leave them out.</p>
            </Item>
          )}
          {retiring.map((retirement) => (
            <Retiring key={retirement.deployment_id} retirement={retirement} />
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function quietWords(may: { mayReadModels: boolean; mayAnalyse: boolean; mayReadRetirements: boolean }): string {
  const words = [
    may.mayReadModels && 'all circuits are closed',
    may.mayAnalyse && 'every cost of the period is known',
    may.mayReadRetirements && 'no model is about to retire',
  ];
  return words.filter(Boolean).join(', ');
}

function Item({ icon: Icon, tone, children }: { icon: LucideIcon; tone: string; children: ReactNode }) {
  return (
    <li className="flex gap-3 px-4 py-2.5">
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${tone}`} />
      <div className="min-w-0 flex-1">{children}</div>
    </li>
  );
}

function OpenCircuit({ deployment }: { deployment: Schemas['DeploymentHealth'] }) {
  const { id, model, provider, upstream_model, circuit, cooling_until, reason, recent_failures } = deployment;
  return (
    <Item icon={ZapOff} tone="text-bad">
      <p className="flex flex-wrap items-center gap-x-2">
        <PageLink to="/models" className="font-medium break-all">
          {model}
        </PageLink>
        <Badge tone={circuit === 'open' ? 'bad' : 'warn'}>
          {circuit === 'open' ? 'circuit open' : 'circuit half open'}
        </Badge>
      </p>
      <p className="text-sm text-muted">
        <LogsLink filter={{ deployment_id: [id] }} className="break-all">
          {provider}/{upstream_model}
        </LogsLink>
        {reason && `: ${reason.replaceAll('_', ' ')}`}
        {recent_failures > 0 && `, ${formatCount(recent_failures)} failures in the last minute`}
        {circuit === 'half_open' && ', the next request tries it'}
        {cooling_until && (
          <>
            , cools, to be tried again <Instant at={cooling_until} />
          </>
        )}
      </p>
    </Item>
  );
}

function Retiring({ retirement }: { retirement: Schemas['Retirement'] }) {
  const { deployment_id, model, provider, upstream_model, retires_on, days_left, replacement, traffic } = retirement;
  const users = usersOf(retirement);
  return (
    <Item icon={Hourglass} tone={days_left < 30 ? 'text-bad' : 'text-warn'}>
      <p>
        <PageLink to="/retirements" className="font-medium break-all">
          {model}
        </PageLink>{' '}
        <span className="text-muted">
          ({provider}/{upstream_model})
        </span>{' '}
        {days_left < 0 ? 'has ended' : 'ends'} on {retires_on}
        {days_left >= 0 && `, in ${days_left} ${days_left === 1 ? 'day' : 'days'}`}
      </p>
      <p className="text-sm text-muted">
        {traffic.requests === 0 ? (
          'Nobody has used it in 30 days.'
        ) : (
          <>
            <LogsLink filter={{ deployment_id: [deployment_id] }} time={{ from: traffic.from, to: traffic.to }}>
              {formatCount(traffic.requests)} {traffic.requests === 1 ? 'request' : 'requests'} in 30 days
            </LogsLink>{' '}
            of {users}.
          </>
        )}
        {replacement && ` ${provider} recommends ${replacement}.`}
      </p>
    </Item>
  );
}
