import { Link } from '@tanstack/react-router';
import { ArrowDownRight, ArrowUpRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Analytics } from '../../api/analytics';
import { knownValue } from '../../api/known';
import { OF_ERRORS, type LogsFilter } from '../../api/logs-filter';
import { useMay } from '../../api/session';
import { classNames } from '../../components/class-names';
import { LogsLink } from '../../components/logs-link';
import { formatAudioSeconds, formatCount, formatMs, formatRealTime, formatShare } from '../../format/amounts';
import { formatUsd } from '../../format/money';
import { changeOf } from '../../components/change';

type Totals = Analytics['totals'];

/** A figure of the page's head. */
interface Figure {
  readonly title: string;
  readonly value: (totals: Totals) => string;
  /** All digits of it, for who wants them. */
  readonly exact?: (totals: Totals) => string;
  /** What is compared. */
  readonly metric: string;
  readonly kind?: 'amount' | 'share';
  /** Whether more is better, or worse; undefined = neither. */
  readonly better?: 'more' | 'less';
  /** Where it leads: to rows, or to Analytics. */
  readonly rows?: LogsFilter;
  /** What is said of it besides. */
  readonly more?: (totals: Totals) => ReactNode;
}

const FIGURES: readonly Figure[] = [
  { title: 'Requests', metric: 'requests', value: ({ requests }) => formatCount(requests), rows: {} },
  {
    title: 'Audio',
    metric: 'audio_seconds',
    value: ({ audio_seconds }) => formatAudioSeconds(audio_seconds),
    exact: ({ audio_seconds }) => `${audio_seconds ?? 0} s`,
  },
  {
    title: 'Cost',
    metric: 'cost_usd',
    value: (totals) => formatUsd(knownValue(totals, 'cost_usd')),
    exact: ({ cost_usd }) => `$${cost_usd ?? 0}`,
    better: 'less',
    more: ({ unpriced_requests }) =>
      unpriced_requests ? (
        <LogsLink filter={{ cost_unknown: 'true' }} className="text-warn">
          {formatCount(unpriced_requests)} of unknown cost
        </LogsLink>
      ) : null,
  },
  {
    title: 'Error rate',
    metric: 'error_rate',
    kind: 'share',
    value: ({ error_rate }) => (error_rate == null ? '–' : formatShare(error_rate)),
    better: 'less',
    rows: OF_ERRORS,
  },
  {
    title: 'Latency p50 / p95',
    metric: 'latency_ms_p95',
    value: ({ latency_ms_p50, latency_ms_p95 }) =>
      latency_ms_p50 == null ? '–' : `${formatMs(latency_ms_p50)} / ${formatMs(latency_ms_p95)}`,
    better: 'less',
  },
  {
    title: 'Real-time factor',
    metric: 'speed',
    value: ({ speed }) => (speed == null ? '–' : formatRealTime(speed)),
    exact: () => 'Seconds of audio for each second of waiting, the median',
    better: 'more',
  },
];

/** The figures of the period, each against the period before. */
export function Figures({
  totals,
  before,
  isStale,
}: {
  totals: Totals | undefined;
  before: Totals | undefined;
  isStale: boolean;
}) {
  return (
    <ul
      aria-label="Figures"
      aria-busy={isStale}
      className={classNames(
        'grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3 2xl:grid-cols-6',
        isStale && 'opacity-60',
      )}
    >
      {FIGURES.map((figure) => (
        <li key={figure.title} className="flex min-h-26 min-w-0 flex-col bg-surface px-4 py-3">
          <span className="text-sm text-muted">{figure.title}</span>
          {totals && <Value figure={figure} totals={withSpeed(totals)} before={before && withSpeed(before)} />}
        </li>
      ))}
    </ul>
  );
}

function Value({ figure, totals, before }: { figure: Figure; totals: Totals; before: Totals | undefined }) {
  const value = figure.value(totals);
  return (
    <>
      <span className="text-lg font-semibold sm:text-2xl" title={figure.exact?.(totals) ?? ''}>
        <Way figure={figure} label={`${figure.title} ${value}`}>
          {value}
        </Way>
      </span>
      <span className="mt-auto flex flex-wrap items-center gap-x-2 text-xs text-muted">
        {before && <Before figure={figure} totals={totals} before={before} />}
        {figure.more?.(totals)}
      </span>
    </>
  );
}

function Way({ figure, label, children }: { figure: Figure; label: string; children: ReactNode }) {
  const mayAnalyse = useMay('analytics.read');
  const looks = 'underline-offset-4 hover:underline';
  if (figure.rows) {
    return (
      <LogsLink filter={figure.rows} label={label}>
        {children}
      </LogsLink>
    );
  }
  if (!mayAnalyse) return children;
  const metric = figure.metric === 'speed' ? 'real_time_factor_p50' : figure.metric;
  return (
    <Link
      to="/analytics"
      search={({ period, from, to }) => ({ period, from, to, metric })}
      aria-label={label}
      className={looks}
    >
      {children}
    </Link>
  );
}

function Before({ figure, totals, before }: { figure: Figure; totals: Totals; before: Totals }) {
  const { text, direction } = changeOf(
    knownValue(totals, figure.metric),
    knownValue(before, figure.metric),
    figure.kind,
  );
  if (!before.requests) return <span>nothing before</span>;
  const isGood = direction !== 0 && figure.better === (direction > 0 ? 'more' : 'less');
  const tone = direction === 0 || !figure.better ? '' : isGood ? 'text-good' : 'text-bad';
  const Arrow = direction > 0 ? ArrowUpRight : ArrowDownRight;
  return (
    <>
      {text && (
        <span className={classNames('inline-flex items-center gap-0.5 font-medium', tone)}>
          {direction !== 0 && <Arrow size={13} aria-hidden />}
          {text}
        </span>
      )}
      <span>{figure.value(before)} before</span>
    </>
  );
}

/** With the inverse of what the API tells: more is faster. */
function withSpeed(totals: Totals): Totals {
  const pace = totals.real_time_factor_p50;
  return { ...totals, speed: pace ? 1 / pace : null };
}
