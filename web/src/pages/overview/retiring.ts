import type { Schemas } from '../../api/client';

type Retirement = Schemas['Retirement'];

/** Ends that are further away are no matter of today. */
const SOON_DAYS = 180;
const MOST_NAMES = 3;

/** Models in use whose end is near, the nearest first. */
export function retiringSoon(retirements: readonly Retirement[]): readonly Retirement[] {
  return retirements
    .filter(({ enabled, days_left }) => enabled && days_left <= SOON_DAYS)
    .toSorted((a, b) => a.days_left - b.days_left);
}

/** Whose keys use it: `app-7, app-8 and 2 more keys`. */
export function usersOf({ traffic }: Pick<Retirement, 'traffic'>): string {
  const names = [...new Set(traffic.uses.map(({ key_name }) => key_name))];
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const others = names.length - MOST_NAMES;
  if (others <= 0) return traffic.has_more_uses ? `${shown} and others` : shown;
  return `${shown} and ${others}${traffic.has_more_uses ? ' or more' : ''} other ${others === 1 ? 'key' : 'keys'}`;
}
