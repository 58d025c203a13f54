import type { Zone } from '../../format/time';
import { bucketLabel, type ChartData } from './chart-data';

/**
 * Where a key leads the cursor of a chart.
 * @param index the bucket that it is on; null = none, which is as good as behind the last one
 * @returns a bucket; null = the cursor goes away; undefined = the key is not for it
 */
export function movedCursor(key: string, index: number | null, buckets: number): number | null | undefined {
  if (key === 'Escape') return index === null ? undefined : null;
  if (buckets === 0) return undefined;
  const last = buckets - 1;
  switch (key) {
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowLeft':
      return index === null ? last : Math.max(index - 1, 0);
    case 'ArrowRight':
      return index === null ? last : Math.min(index + 1, last);
    default:
      return undefined;
  }
}

/**
 * The bucket that a moment is in: where a cursor goes when a chart is drawn with other buckets.
 * @param moment RFC 3339
 * @returns the first for one before all; the last for one after all; -1 where there is none
 */
export function bucketAt({ starts }: Pick<ChartData, 'starts'>, moment: string): number {
  const later = starts.findIndex((start) => Date.parse(start) > Date.parse(moment));
  return later === -1 ? starts.length - 1 : Math.max(later - 1, 0);
}

/** What is in a bucket, in words. */
export function bucketWords(
  { starts, bucket, series }: ChartData,
  index: number,
  format: (value: number | null) => string,
  zone: Zone,
): string {
  const start = starts[index];
  if (start === undefined) return '';
  const told = series.map(({ name, values }) => {
    const value = values[index] ?? null;
    return `${name} ${value === null ? 'nothing' : format(value)}`;
  });
  return `${bucketLabel(start, bucket, zone)}: ${told.join(', ')}`;
}
