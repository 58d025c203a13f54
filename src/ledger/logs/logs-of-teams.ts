import { isWithin, outsideKey, outsideTeams, type LedgerScope } from '../../domain/administrator.js';
import type { LogFilter } from './log-filter.js';

/**
 * A filter that finds nothing beyond the scope: what has no team, or had another, is not there, nor what is of another key.
 * @throws GatewayError 403 when it asks for a team or a key beyond the scope, or for what has none
 */
export function within<Filter extends LogFilter>(filter: Filter, scope: LedgerScope): Filter {
  if (scope === null) return filter;
  if ('keyId' in scope) {
    if (filter.key_id?.some((id) => id.toLowerCase() !== scope.keyId)) throw outsideKey('key_id');
    return { ...filter, key_id: [scope.keyId] };
  }
  if (filter.team_id?.some((id) => !isWithin(scope, id))) throw outsideTeams('team_id');
  return { ...filter, team_id: filter.team_id ?? [...scope] };
}
