import type { Bucket } from '../../api/analytics';
import type { LogsFilter } from '../../api/logs-filter';
import { formatInstant, type Zone } from '../../format/time';

/** A colour of the tokens: one of the eight of series, or one that says something. */
export type ChartColour = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 'bad' | 'rest';

/** The token of a colour. */
export const COLOUR_TOKENS: Readonly<Record<ChartColour, string>> = {
  1: '--series-1',
  2: '--series-2',
  3: '--series-3',
  4: '--series-4',
  5: '--series-5',
  6: '--series-6',
  7: '--series-7',
  8: '--series-8',
  bad: '--bad',
  rest: '--bar-gateway',
};

/** One line, or one bar in each bucket. */
export interface ChartSeries {
  readonly name: string;
  readonly colour: ChartColour;
  readonly look: 'line' | 'bars';
  /** Of what is no measurement of the period itself. */
  readonly isDashed?: boolean;
  /** One for each bucket; null = there is nothing of which it could be told, which is a gap. */
  readonly values: readonly (number | null)[];
  /** What finds the rows of it, beside the bucket; undefined = no filter does. */
  readonly rows?: LogsFilter | undefined;
}

/** What a chart shows. */
export interface ChartData {
  /** When each bucket begins; the first may be before the period. */
  readonly starts: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly bucket: Bucket;
  readonly series: readonly ChartSeries[];
}

const DAY_MS = 86_400_000;
const LENGTHS_MS: Readonly<Record<Bucket, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
};

/** When buckets begin, and at last when the last one ends, in seconds. Days of 23 hours are as long as they are. */
export function edgesOf({ starts, bucket }: Pick<ChartData, 'starts' | 'bucket'>): number[] {
  const edges = starts.map((start) => Date.parse(start) / 1000);
  const last = edges.at(-1);
  return last === undefined ? [] : [...edges, last + LENGTHS_MS[bucket] / 1000];
}

/** The part of a bucket that is in the period, as addresses say it. */
export function bucketTime({ starts, from, to }: ChartData, index: number): { from: string; to: string } {
  const start = starts[index] ?? from;
  const end = starts[index + 1] ?? to;
  return { from: Date.parse(start) > Date.parse(from) ? start : from, to: end };
}

/** What lies between two moments, in whole buckets, as addresses say it. */
export function zoomTime(data: ChartData, fromSeconds: number, toSeconds: number): { from: string; to: string } {
  const edges = edgesOf(data);
  const first = Math.max(
    edges.findLastIndex((edge) => edge <= fromSeconds),
    0,
  );
  const last = Math.max(
    edges.slice(0, -1).findLastIndex((edge) => edge < toSeconds),
    first,
  );
  return { from: bucketTime(data, first).from, to: bucketTime(data, last).to };
}

/** Each value with all before it. */
export function runningSum(values: readonly (number | null)[]): (number | null)[] {
  let sum = 0;
  return values.map((value) => (sum += value ?? 0));
}

/** A bucket's beginning as far as it says something. */
export function bucketLabel(start: string, bucket: Bucket, zone: Zone): string {
  const text = formatInstant(start, zone);
  if (bucket === 'month') return text.slice(0, 7);
  return bucket === 'minute' || bucket === 'hour' ? text.slice(0, 16) : text.slice(0, 10);
}

/** A chart in a sentence, for who does not see it. */
export function summaryOf(
  title: string,
  data: ChartData,
  format: (value: number | null) => string,
  zone: Zone,
): string {
  const label = (index: number) => bucketLabel(data.starts[index] ?? data.from, data.bucket, zone);
  const told = data.series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${name}: nothing.`;
    const most = Math.max(...known);
    return `${name}: from ${format(Math.min(...known))} to ${format(most)}, the most at ${label(values.indexOf(most))}.`;
  });
  const count = data.starts.length;
  const span = count === 0 ? '' : ` from ${label(0)} to ${label(count - 1)}`;
  return `${title} by ${data.bucket},${span}. ${told.join(' ')}`;
}
