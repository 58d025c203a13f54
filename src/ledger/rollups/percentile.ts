import { RANGES, rangeBoundsMs } from './histogram.js';

/**
 * By how much a percentile of a histogram may be off, as a share of the true value (the nearest-rank one), from a millisecond
 * to ten minutes. Both lie in the same range, so that it is the width of a range.
 */
export const PERCENTILE_ERROR = 0.24;

/**
 * A percentile of what a histogram counts, interpolated within its range as if the logarithms were spread evenly there; null
 * where nothing was counted. Below a millisecond it is off by less than one; beyond ten minutes it is ten minutes.
 * @param counts by range, 64 of them
 * @param percent 1 to 100
 */
export function percentileMs(counts: readonly number[], percent: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(Math.ceil((total * percent) / 100), 1);
  let before = 0;
  for (const [range, count] of counts.entries()) {
    if (before + count >= rank) return within(range, (rank - before - 0.5) / count);
    before += count;
  }
  return null;
}

/** @param share 0 to 1 of the way through the range */
function within(range: number, share: number): number {
  const lower = rangeBoundsMs[range - 1];
  const upper = rangeBoundsMs[range];
  if (lower === undefined) return (upper ?? 0) * share;
  return upper === undefined || range >= RANGES - 1 ? lower : lower * (upper / lower) ** share;
}
