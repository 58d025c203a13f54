import { OF_ERRORS, type LogsFilter } from '../../api/logs-filter';
import { formatAudioSeconds, formatCount, formatMs, formatShare } from '../../format/amounts';
import { formatUsd } from '../../format/money';

/** A metric of the API, as the page tells it. */
export interface Metric {
  readonly name: string;
  readonly title: string;
  readonly format: (value: number | null) => string;
  /** Whether it can be added up: of what cannot, there is no share, and no running sum. */
  readonly isAmount: boolean;
  /** Of what is counted. */
  readonly isWhole: boolean;
  /** The rows that it is made of, among all requests. */
  readonly rows: LogsFilter;
}

const count = (name: string, title: string, rows: LogsFilter = {}): Metric => ({
  name,
  title,
  format: formatCount,
  isAmount: true,
  isWhole: true,
  rows,
});

/** How many there are of something: over several periods that is no sum. */
const distinct = (name: string, title: string): Metric => ({ ...count(name, title), isAmount: false });

const amounts: readonly Metric[] = [
  count('requests', 'Requests'),
  { ...count('audio_seconds', 'Audio'), format: formatAudioSeconds, isWhole: false },
  { ...count('cost_usd', 'Cost'), format: formatUsd, isWhole: false },
  count('unpriced_requests', 'Requests of unknown cost', { cost_unknown: 'true' }),
  count('errors', 'Errors', OF_ERRORS),
  count('input_tokens', 'Tokens read'),
  count('output_tokens', 'Tokens written'),
  count('retries', 'Retries', { had_retry: 'true' }),
  count('fallbacks', 'Fallbacks', { had_fallback: 'true' }),
  count('rescued_requests', 'Rescued requests', { rescued: 'true' }),
  count('cache_hits', 'Cache hits', { cache: ['hit'] }),
];

const others: readonly Metric[] = [
  { ...distinct('error_rate', 'Error rate'), format: formatShare, isWhole: false, rows: OF_ERRORS },
  distinct('keys', 'Keys in use'),
  distinct('users', 'Users'),
];

const statistics = (name: string, title: string, format: Metric['format']): readonly Metric[] =>
  (['avg', 'p50', 'p90', 'p95', 'p99'] as const).map((statistic) => ({
    name: `${name}_${statistic}`,
    title: `${title}, ${statistic === 'avg' ? 'mean' : statistic}`,
    format,
    isAmount: false,
    isWhole: false,
    rows: {},
  }));

/** Every metric, as they are chosen among. */
export const METRIC_GROUPS: readonly { readonly title: string; readonly metrics: readonly Metric[] }[] = [
  { title: 'Amounts', metrics: amounts },
  { title: 'Rates and numbers', metrics: others },
  { title: 'Latency', metrics: statistics('latency_ms', 'Latency', formatMs) },
  { title: 'Latency of providers', metrics: statistics('provider_latency_ms', 'Latency of providers', formatMs) },
  { title: 'Overhead of the gateway', metrics: statistics('overhead_ms', 'Overhead', formatMs) },
  {
    title: 'Waiting for each second of audio',
    metrics: statistics('real_time_factor', 'Waiting per second of audio', formatPace),
  },
];

/** Every metric. */
export const METRICS: readonly Metric[] = METRIC_GROUPS.flatMap(({ metrics }) => metrics);

const [FIRST] = amounts;

/** The metric of a name; requests where there is none such. */
export function metricOf(name: string | undefined): Metric {
  const metric = METRICS.find((each) => each.name === name) ?? FIRST;
  if (!metric) throw new Error('there are no metrics');
  return metric;
}

/** Seconds of waiting for a second of audio. */
function formatPace(pace: number | null): string {
  return pace === null ? 'unknown' : formatMs(pace * 1000);
}
