import { isWithin, outsideTeams, type TeamScope } from '../../domain/administrator.js';
import type { LogFilter } from './log-filter.js';

/**
 * A filter that finds nothing beyond the scope: what has no team, or had another, is not there.
 * @throws GatewayError 403 when it asks for a team beyond the scope, or for what has none
 */
export function within<Filter extends LogFilter>(filter: Filter, scope: TeamScope): Filter {
  if (scope === null) return filter;
  if (filter.team_id?.some((id) => !isWithin(scope, id))) throw outsideTeams('team_id');
  return { ...filter, team_id: filter.team_id ?? [...scope] };
}
