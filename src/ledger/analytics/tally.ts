import { RANGES, type Histogram } from '../rollups/histogram.js';
import type { RollupSum } from '../rollups/rollup-columns.js';

/** How many different ones there are; counted from what is there, never added up. */
export type DistinctMetric = 'keys' | 'users';

/** What requests are told apart by in every sum: whether they succeeded, were errors (`failure`, `lost`), or neither. */
export const kinds = ['success', 'error', 'other'] as const;
export type Kind = (typeof kinds)[number];

/** Which requests a sum is of: all; errors; or those of which times are told. */
export type Scope = 'all' | 'errors' | 'timed';

/** Sums of the requests of one kind in one bucket and group. */
export interface Cell {
  /** undefined = it is outside the range, and only taken away. */
  readonly bucket?: number;
  /** The bucket in which they have been counted as well, and from which they are to be taken; undefined = none. */
  readonly takenFrom?: number;
  /** Counted from 1 as the groups were given; 0 = another one, or no groups are asked for. */
  readonly group: number;
  readonly kind: Kind;
  readonly sums: ReadonlyMap<RollupSum, bigint>;
  readonly counts: readonly { readonly histogram: Histogram; readonly range: number; readonly requests: number }[];
}

/** The sums of some requests: of a bucket, of a group, or of both. */
export class Tally {
  private readonly sums = new Map<string, bigint>();
  private readonly ranges = new Map<string, number[]>();
  private readonly different = new Map<DistinctMetric, number>();

  /** @param timesOfAll whether times are told of all requests, and not only of those that succeeded */
  constructor(private readonly timesOfAll: boolean) {}

  /**
   * Adds what was read, or takes it away.
   * @param sign 1 or -1
   */
  take({ kind, sums, counts }: Cell, sign: 1 | -1): void {
    for (const [sum, amount] of sums) {
      const name = `${kind} ${sum}`;
      this.sums.set(name, (this.sums.get(name) ?? 0n) + BigInt(sign) * amount);
    }
    for (const { histogram, range, requests } of counts) {
      const name = `${kind} ${histogram}`;
      const ranges = this.ranges.get(name) ?? Array.from({ length: RANGES }, () => 0);
      ranges[range] = (ranges[range] ?? 0) + sign * requests;
      this.ranges.set(name, ranges);
    }
  }

  /** Says how many different ones there are. */
  tell(metric: DistinctMetric, different: number): void {
    this.different.set(metric, different);
  }

  /** The sum of a column over the requests of a scope. */
  sum(column: RollupSum, scope: Scope = 'all'): bigint {
    return this.kindsOf(scope).reduce((total, kind) => total + (this.sums.get(`${kind} ${column}`) ?? 0n), 0n);
  }

  /** A histogram of the requests of which times are told. */
  counts(histogram: Histogram): number[] {
    const found = this.kindsOf('timed').flatMap((kind) => [this.ranges.get(`${kind} ${histogram}`) ?? []]);
    return Array.from({ length: RANGES }, (_, range) =>
      found.reduce((total, counts) => total + (counts[range] ?? 0), 0),
    );
  }

  /** How many different ones there are; none where nobody has said. */
  distinct(metric: DistinctMetric): number {
    return this.different.get(metric) ?? 0;
  }

  private kindsOf(scope: Scope): readonly Kind[] {
    if (scope === 'errors') return ['error'];
    return scope === 'all' || this.timesOfAll ? kinds : ['success'];
  }
}
