/** How many ranges a histogram has, and so how many columns of `usage_rollup`. */
export const RANGES = 64;

const FIRST_MS = 1;
const LAST_MS = 600_000;

/**
 * Where one range ends and the next begins, in milliseconds: below the first, then up to the second, ..., from the last on.
 * Each is 1.24 times the one before, from a millisecond to ten minutes, so that a percentile, interpolated within its range,
 * is off by a few percent and never by more than 24.
 */
export const rangeBoundsMs: readonly number[] = Array.from({ length: RANGES - 1 }, (_, index) =>
  Number((FIRST_MS * (LAST_MS / FIRST_MS) ** (index / (RANGES - 2))).toPrecision(6)),
);

/** What is counted in ranges, with the letter of its columns: `l00` to `l63`. */
export const histograms = { latency: 'l', provider: 'p', overhead: 'o', pace: 'r' } as const;
export type Histogram = keyof typeof histograms;

/** The columns of a histogram, in the order of their ranges. */
export function rangeColumns(histogram: Histogram): readonly string[] {
  return Array.from({ length: RANGES }, (_, range) => `${histograms[histogram]}${String(range).padStart(2, '0')}`);
}
