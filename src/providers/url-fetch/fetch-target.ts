import { isIP } from 'node:net';
import { badRequest, type GatewayError } from '../../domain/errors.js';
import { isPublicAddress } from '../public-address.js';

/** One IP address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name; rejects when it has none. */
export type ResolveHost = (hostname: string) => Promise<readonly HostAddress[]>;

/** Where a request may go: the address that was checked, not whatever its name may mean a moment later. */
export interface FetchTarget {
  readonly url: URL;
  readonly address: HostAddress;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

const MAX_URL_CHARACTERS = 2048;

/**
 * Reads the address of a recording.
 * @throws GatewayError 400 when it is no http or https URL, or carries credentials
 */
export function parseRecordingUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || DEFAULT_PORTS[url.protocol] === undefined || text.length > MAX_URL_CHARACTERS) {
    throw refused(`it must be an http or https URL of at most ${MAX_URL_CHARACTERS} characters`);
  }
  if (url.username !== '' || url.password !== '') throw refused('it must not contain credentials');
  return url;
}

/**
 * Where a redirect leads, by the same rules.
 * @throws GatewayError 400, also when it leads from https to http
 */
export function followRedirect(from: URL, location: string): URL {
  const to = parseRecordingUrl(URL.canParse(location, from.href) ? new URL(location, from).href : location);
  if (from.protocol === 'https:' && to.protocol === 'http:') throw refused('it leads from https to http');
  return to;
}

/**
 * Decides where a URL may be fetched from. A host is fetched from only when every address of its name is public, so that
 * no answer of its name server leads into the operator's network.
 * @param allowedHosts `host` or `host:port`, for which neither the address nor, where one is named, the port matters
 * @throws GatewayError 400; the same for names that do not exist and for names of inner hosts, which nobody shall explore
 */
export async function chooseTarget(
  url: URL,
  allowedHosts: readonly string[],
  resolve: ResolveHost,
): Promise<FetchTarget> {
  const port = url.port || DEFAULT_PORTS[url.protocol];
  const isStandardPort = port === '80' || port === '443';
  const isAllowed = allowedHosts.some(
    (it) => it === `${url.hostname}:${port}` || (it === url.hostname && isStandardPort),
  );
  if (!isAllowed && !isStandardPort) throw refused('only the ports 80 and 443 are fetched from');
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(hostname);
  const addresses = family > 0 ? [{ address: hostname, family }] : await resolve(hostname).catch(() => []);
  const [address] = addresses;
  if (!address || (!isAllowed && !addresses.every((it) => isPublicAddress(it.address)))) {
    throw refused('its host has no public address');
  }
  return { url, address };
}

/** 400: the address will not be fetched. `rule` says why. */
function refused(rule: string): GatewayError {
  return badRequest(`Invalid 'url': ${rule}`, 'url', 'invalid_value');
}
