import { LRUCache } from 'lru-cache';
import { ipMatcher, type IpMatcher } from '../config/ip-ranges.js';
import { GatewayError } from '../domain/errors.js';
import type { RouteEndpoint } from '../http/access.js';

/** From where, and to which routes, a key or a team may call; null = any. */
export interface KeyBounds {
  readonly endpoints: readonly string[] | null;
  /** Addresses and CIDR ranges. */
  readonly allowedAddresses: readonly string[] | null;
}

/** How many lists of addresses are kept ready to be compared with. */
const MAX_MATCHERS = 1000;
const matchers = new LRUCache<string, IpMatcher>({ max: MAX_MATCHERS });

/**
 * @param bounds of the key, and of its team if it has one: each of them has to allow
 * @throws GatewayError 403 where one does not
 */
export function checkAddress(bounds: readonly KeyBounds[], address: string): void {
  if (bounds.every(({ allowedAddresses }) => isIn(allowedAddresses, address))) return;
  throw new GatewayError({
    status: 403,
    message: `This API key may not be used from the address ${address}.`,
    code: 'address_not_allowed',
  });
}

/** As {@link checkAddress}, for a route; what tells a key of itself is open to every key. */
export function checkEndpoint(bounds: readonly KeyBounds[], endpoint: RouteEndpoint): void {
  const allowed = commonEndpoints(bounds);
  if (endpoint === 'self' || allowed === null || allowed.includes(endpoint)) return;
  throw new GatewayError({
    status: 403,
    message: `This API key may not use the endpoint '${endpoint}'. What it may use: ${allowed.join(', ') || 'none'}.`,
    code: 'endpoint_not_allowed',
  });
}

/** The endpoints that all of them allow; null = all. */
export function commonEndpoints(bounds: readonly KeyBounds[]): readonly string[] | null {
  const lists = bounds.map(({ endpoints }) => endpoints).filter((list) => list !== null);
  const [first] = lists;
  return first === undefined ? null : first.filter((endpoint) => lists.every((list) => list.includes(endpoint)));
}

function isIn(ranges: readonly string[] | null, address: string): boolean {
  if (ranges === null) return true;
  const known = ranges.join(' ');
  const matcher = matchers.get(known) ?? ipMatcher(ranges);
  matchers.set(known, matcher);
  return matcher(address);
}
