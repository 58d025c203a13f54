import { formatShare } from '../format/amounts';

/** How a figure has changed against the period before. */
export interface Change {
  /** `+12 %`, `−3.1 points`; undefined where it cannot be told. */
  readonly text: string | undefined;
  /** 1 = more, −1 = less. */
  readonly direction: 1 | 0 | -1;
}

/** A figure against the same of the period before, as a share of that; of shares in points of a hundred. */
export function changeOf(
  now: number | null | undefined,
  before: number | null | undefined,
  kind: 'amount' | 'share' = 'amount',
): Change {
  if (now == null || before == null) return { text: undefined, direction: 0 };
  const difference = now - before;
  const direction = difference > 0 ? 1 : difference < 0 ? -1 : 0;
  if (direction === 0) return { text: '±0', direction };
  const sign = direction > 0 ? '+' : '−';
  if (kind === 'share') {
    const points = Math.abs(difference) * 100;
    return { text: `${sign}${points < 0.1 ? '<0.1' : points.toFixed(1)} points`, direction };
  }
  if (before === 0) return { text: undefined, direction };
  const share = Math.abs(difference / before);
  // A hundredfold is said as such: nobody reads 12,345 %.
  if (share >= 10) return { text: `x${Math.round(now / before)}`, direction };
  return { text: `${sign}${formatShare(share)}`, direction };
}
