import { Link } from '@tanstack/react-router';
import { useNow } from '../../components/use-now';
import { formatDay, formatInstant, formatTimeOfDay, zoneName } from '../../format/time';
import { useZone } from '../../frame/zone';

/** When a request came, as a link to its log: the time of day, and the day where that is not today. */
export function TimeCell({ id, at }: { id: string; at: string }) {
  const zone = useZone();
  const isToday = formatDay(at, zone) === formatDay(useNow(), zone);
  const title = `${formatInstant(at, zone)} ${zoneName(zone)}${zone === 'utc' ? '' : ` · ${formatInstant(at, 'utc')} UTC`}`;
  return (
    <Link to="/logs/$id" params={{ id }} search tabIndex={-1} preload={false} title={title} className="hover:underline">
      <time dateTime={at}>{isToday ? formatTimeOfDay(at, zone) : formatInstant(at, zone).slice(5, 16)}</time>
    </Link>
  );
}
