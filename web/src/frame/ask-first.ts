import type { FetchQueryOptions, QueryKey } from '@tanstack/react-query';
import { queries } from '../api/queries';
import { sessionQuery, type Session } from '../api/session';
import { steppedNow } from '../components/use-now';
import type { Zone } from '../format/time';
import { periodOf, type Period, type PeriodSearch } from './period';
import { chosenZone } from './zone';

/**
 * Asks what a page shows first while its scripts are still being loaded, and before all else that it asks. For the `loader` of its
 * route, which does not wait. Whoever may not know it is asked for nothing.
 * @param question the very one that the page has
 */
export function askFirst<Data, Key extends QueryKey>(
  permission: Session['permissions'][number],
  search: PeriodSearch,
  question: (period: Period, zone: Zone) => FetchQueryOptions<Data, Error, Data, Key>,
): void {
  const ask = (session: Session | null): void => {
    if (!session?.permissions.includes(permission)) return;
    const zone = chosenZone();
    void queries.prefetchQuery(question(periodOf(search, steppedNow(), zone), zone));
  };
  // What has failed is asked for again by whoever draws it, and told there.
  queries.ensureQueryData(sessionQuery).then(ask, () => undefined);
}
