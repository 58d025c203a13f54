import { toUsd } from '../../domain/money.js';
import type { Histogram } from '../rollups/histogram.js';
import { percentileMs } from '../rollups/percentile.js';
import type { RollupSum } from '../rollups/rollup-columns.js';
import type { DistinctMetric, Tally } from './tally.js';

/** What groups are ranked by: a column, of all requests or of errors. */
export interface Rank {
  readonly sum: RollupSum;
  readonly ofErrors: boolean;
}

/** How a metric is computed. */
export interface Metric {
  readonly name: string;
  /** In words, for documents. */
  readonly description: string;
  readonly sums: readonly RollupSum[];
  readonly histogram?: Histogram;
  readonly distinct?: DistinctMetric;
  /** How groups are ranked by it; undefined of what is no amount. */
  readonly rank?: Rank;
  /** null = there is nothing of which it could be told. */
  readonly value: (tally: Tally) => number | null;
}

/** What is added up, and how it is told. */
const amounts: readonly Metric[] = [
  amount('requests', 'requests', 'Requests', Number),
  amount('audio_seconds', 'audio_ms', 'Length of the audio, as measured', (total) => Number(total) / 1000),
  amount('cost_usd', 'cost_nano_usd', 'US dollars; what is unknown of it is left out', toUsd),
  amount('unpriced_requests', 'unpriced', 'Requests of which the cost is unknown', Number),
  amount('input_tokens', 'input_tokens', 'Tokens that providers have read', Number),
  amount('output_tokens', 'output_tokens', 'Tokens that providers have written', Number),
  amount('retries', 'retries', 'Attempts beyond the first on a deployment', Number),
  amount('fallbacks', 'fallbacks', 'Models that were asked after the first', Number),
  amount('rescued_requests', 'rescued', 'Requests that were answered after an attempt had failed', Number),
  amount('cache_hits', 'cache_hits', 'Requests that were answered from the cache', Number),
];

const errors: readonly Metric[] = [
  {
    name: 'errors',
    description: 'Requests with the status `failure` or `lost`: the fault of a provider or of the gateway',
    sums: ['requests'],
    rank: { sum: 'requests', ofErrors: true },
    value: (tally) => Number(tally.sum('requests', 'errors')),
  },
  {
    name: 'error_rate',
    description: '`errors` as a share of `requests`, 0 to 1',
    sums: ['requests'],
    value: (tally) => ratio(tally.sum('requests', 'errors'), tally.sum('requests')),
  },
];

/** What is measured of each request: its sum, of how many, its histogram, and how many milliseconds are one of its unit. */
const measures: readonly {
  readonly name: string;
  readonly description: string;
  readonly sum: RollupSum;
  readonly count: RollupSum;
  readonly histogram: Histogram;
  readonly unitMs: number;
}[] = [
  {
    name: 'latency_ms',
    description: 'from the request to the answer',
    sum: 'latency_ms',
    count: 'requests',
    histogram: 'latency',
    unitMs: 1,
  },
  {
    name: 'provider_latency_ms',
    description: 'spent with providers, all attempts',
    sum: 'provider_ms',
    count: 'provider_count',
    histogram: 'provider',
    unitMs: 1,
  },
  {
    name: 'overhead_ms',
    description: 'not spent with providers, of requests that asked one',
    sum: 'overhead_ms',
    count: 'overhead_count',
    histogram: 'overhead',
    unitMs: 1,
  },
  {
    name: 'real_time_factor',
    description: 'of latency for each second of audio, as a factor: 1 is as fast as it is spoken',
    sum: 'pace_ms',
    count: 'pace_count',
    histogram: 'pace',
    unitMs: 1000,
  },
];

const distinct: readonly Metric[] = [
  {
    name: 'keys',
    description: 'How many virtual keys were used; the master key is none',
    sums: [],
    distinct: 'keys',
    value: (tally) => tally.distinct('keys'),
  },
  {
    name: 'users',
    description: 'How many users callers have named',
    sums: [],
    distinct: 'users',
    value: (tally) => tally.distinct('users'),
  },
];

/** Every metric. */
export const metrics: readonly Metric[] = [...amounts, ...errors, ...measures.flatMap(statisticsOf), ...distinct];

const byName: ReadonlyMap<string, Metric> = new Map(metrics.map((metric) => [metric.name, metric]));

/** The metric of this name. */
export function metricOf(name: string): Metric | undefined {
  return byName.get(name);
}

function amount(name: string, sum: RollupSum, description: string, tell: (total: bigint) => number): Metric {
  return { name, description, sums: [sum], rank: { sum, ofErrors: false }, value: (tally) => tell(tally.sum(sum)) };
}

function statisticsOf({ name, description, sum, count, histogram, unitMs }: (typeof measures)[number]): Metric[] {
  const unit = unitMs === 1 ? 'Milliseconds' : 'Seconds';
  const average: Metric = {
    name: `${name}_avg`,
    description: `${unit} ${description}; the mean`,
    sums: [sum, count],
    value: (tally) => inUnit(ratio(tally.sum(sum, 'timed'), tally.sum(count, 'timed')), unitMs),
  };
  const percentiles = [50, 90, 95, 99].map((percent): Metric => ({
    name: `${name}_p${percent}`,
    description: `${unit} ${description}; the ${percent}th percentile`,
    sums: [],
    histogram,
    value: (tally) => inUnit(percentileMs(tally.counts(histogram), percent), unitMs),
  }));
  return [average, ...percentiles];
}

function ratio(dividend: bigint, divisor: bigint): number | null {
  return divisor === 0n ? null : rounded(Number(dividend) / Number(divisor));
}

function inUnit(valueMs: number | null, unitMs: number): number | null {
  return valueMs === null ? null : rounded(valueMs / unitMs);
}

/** More digits would say nothing. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
