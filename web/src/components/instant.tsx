import { useZone } from '../frame/zone';
import { formatAgo, formatInstant, zoneName } from '../format/time';
import { useNow } from './use-now';

/** When something was: how long ago it is, with the instant on it, in the zone of the header and in UTC. */
export function Instant({ at, look = 'ago' }: { at: string | null | undefined; look?: 'ago' | 'full' }) {
  const zone = useZone();
  const now = useNow();
  if (!at) return <span className="text-faint">never</span>;
  const full = `${formatInstant(at, zone)} ${zoneName(zone)}`;
  const title = zone === 'utc' ? full : `${full} · ${formatInstant(at, 'utc')} UTC`;
  return (
    <time dateTime={at} title={title} className="whitespace-nowrap">
      {look === 'ago' ? formatAgo(at, now) : formatInstant(at, zone)}
    </time>
  );
}
