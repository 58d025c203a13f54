import type { Caller } from '../domain/caller.js';
import type { LimitOwner, Limits } from '../domain/limits.js';
import type { LimitLine } from './limit-counters.js';
import { countedLimits, countedNames, type CountedLimit, type LimitUnit } from './limit-window.js';

/** Somebody whose limits a request has to keep. */
export interface LimitScope {
  readonly owner: LimitOwner;
  /** undefined = the gateway has none. */
  readonly id: string | undefined;
  readonly limits: Limits;
}

/** A line, and whose it is. */
export interface ScopedLine extends LimitLine {
  readonly owner: LimitOwner;
  readonly name: CountedLimit | 'concurrent_requests';
}

/** All whose limits a request of this caller has to keep. */
export function scopesOf(caller: Caller, ofGateway: Limits | null): readonly LimitScope[] {
  const scopes: LimitScope[] = [];
  if (caller.kind === 'virtual_key') {
    const { limits, team } = caller;
    if (limits.key) scopes.push({ owner: 'key', id: caller.keyId, limits: limits.key });
    if (limits.team && team) scopes.push({ owner: 'team', id: team.id, limits: limits.team });
  }
  if (ofGateway) scopes.push({ owner: 'gateway', id: undefined, limits: ofGateway });
  return scopes;
}

/** The windows of these scopes that count requests or audio, each taking so much. */
export function windowLines(scopes: readonly LimitScope[], unit: LimitUnit, amount: number): readonly ScopedLine[] {
  return scopes.flatMap((scope) =>
    countedNames.flatMap((name) => {
      const { [name]: limit } = scope.limits;
      const { unit: counted, window } = countedLimits[name];
      if (limit === null || counted !== unit) return [];
      const most = unit === 'requests' ? limit : Math.round(1000 * limit);
      return [{ owner: scope.owner, name, counter: counterOf(scope, name), window, most, amount }];
    }),
  );
}

/** A place under each limit of requests at the same time. */
export function placeLines(scopes: readonly LimitScope[]): readonly ScopedLine[] {
  const name = 'concurrent_requests';
  return scopes.flatMap((scope) => {
    const { [name]: most } = scope.limits;
    if (most === null) return [];
    return [{ owner: scope.owner, name, counter: counterOf(scope, name), window: 'place' as const, most, amount: 1 }];
  });
}

function counterOf({ owner, id }: LimitScope, name: string): string {
  return id === undefined ? `${owner} ${name}` : `${owner} ${id} ${name}`;
}
