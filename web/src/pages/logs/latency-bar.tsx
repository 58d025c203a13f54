import { formatMs } from '../../format/amounts';
import { latencyParts, type LogRow } from './log-row';

/** What takes longer fills the bar, too. */
const FULL_MS = 10_000;
const FULL_PX = 40;

/** A latency as a tiny bar of what it was spent with, and in words. Its length grows with the root: what is short is seen beside what is long. */
export function LatencyBar({ row }: { row: Pick<LogRow, 'latency_ms' | 'provider_latency_ms' | 'waited_ms'> }) {
  const { gateway, provider, waiting } = latencyParts(row);
  const width = Math.max(3, Math.min(1, Math.sqrt(row.latency_ms / FULL_MS)) * FULL_PX);
  const share = (ms: number) => `${(100 * ms) / Math.max(row.latency_ms, 1)}%`;
  const words = [
    `gateway ${formatMs(gateway)}`,
    ...(row.provider_latency_ms === null ? [] : [`provider ${formatMs(provider)}`]),
    ...(waiting > 0 ? [`waiting ${formatMs(waiting)}`] : []),
  ].join(', ');
  return (
    <span className="flex items-center gap-1.5" title={words}>
      <span aria-hidden className="flex w-[40px] shrink-0">
        <span className="flex h-2.5 overflow-hidden rounded-[2px]" style={{ width }}>
          <span className="bg-bar-gateway" style={{ width: share(gateway) }} />
          <span className="hatched" style={{ width: share(waiting) }} />
          <span className="bg-bar-provider" style={{ width: share(provider) }} />
        </span>
      </span>
      <span className="whitespace-nowrap">{formatMs(row.latency_ms)}</span>
      <span className="sr-only">, {words}</span>
    </span>
  );
}
