import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { Settings } from '../config/settings.schema.js';
import { isForbiddenAddress, isPublicAddress } from './public-address.js';

/** Where providers may be called. */
export interface AddressRules {
  /** Whether at private addresses and loopback, too: servers of the operator's own. */
  readonly allowPrivate: boolean;
}

/** What the operator has decided. */
export function addressRulesOf({ allow_private_api_bases }: Pick<Settings, 'allow_private_api_bases'>): AddressRules {
  return { allowPrivate: allow_private_api_bases };
}

/** For what is read before there are settings; whatever is called is looked at again with them. */
export const ANY_BUT_FORBIDDEN: AddressRules = { allowPrivate: true };

/** Names of metadata services that not everybody's name server knows. */
const METADATA_NAMES = ['metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal'];

/** Thrown for a connection that is not made. The message does not say what a name resolves to. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'ERR_FORBIDDEN_ADDRESS';
}

/**
 * What is wrong with where a URL leads, as far as it can be told without asking anybody: it has an address for a host, in whatever
 * spelling. undefined = nothing.
 * @returns the end of a sentence that begins with what leads there
 */
export function addressFault(url: URL, rules: AddressRules): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (METADATA_NAMES.includes(host)) return FORBIDDEN;
  return isIP(host) === 0 ? undefined : faultOf(host, rules);
}

const FORBIDDEN = 'must not lead to link-local addresses or cloud metadata';
const PRIVATE = 'must not lead to private addresses: ALLOW_PRIVATE_API_BASES is off';

function faultOf(address: string, { allowPrivate }: AddressRules): string | undefined {
  if (isForbiddenAddress(address)) return FORBIDDEN;
  return allowPrivate || isPublicAddress(address) ? undefined : PRIVATE;
}

/** Finds the addresses of a name: the system's way, as `dns.lookup` does it. */
export type Lookup = (
  hostname: string,
  options: { all: true; family?: number; hints?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void;

/**
 * Makes connections, and none to where providers may not be called: decided for the very addresses that are connected to, so that
 * a name that changes its address gains nothing. All addresses of a name must be allowed.
 * @param resolve absent = the system's
 */
export function guardedConnector(
  rules: AddressRules,
  options: { readonly timeout: number },
  resolve: Lookup = lookup,
): buildConnector.connector {
  const guarded: LookupFunction = (hostname, { all, family, hints }, callback) => {
    const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family;
    resolve(hostname, { all: true, family: wanted, hints }, (error, addresses = []) => {
      const fault = addresses.map(({ address }) => faultOf(address, rules)).find((it) => it !== undefined);
      const failure = error ?? (fault === undefined ? null : new ForbiddenAddressError(fault));
      const [first] = addresses;
      if (failure || !first) callback(failure ?? new Error('no address'), '', 0);
      else if (all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ ...options, lookup: guarded });
  return (target, callback) => {
    // What is an address already is looked up by nobody.
    const { hostname } = target;
    const fault = addressFault(new URL(`http://${isIP(hostname) === 6 ? `[${hostname}]` : hostname}`), rules);
    if (fault === undefined) connect(target, callback);
    else callback(new ForbiddenAddressError(fault), null);
  };
}
