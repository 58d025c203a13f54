import type { Request } from 'express';
import { GatewayError } from '../../domain/errors.js';

/** The header that our own pages send with every request. A page of another origin would have to ask for it, and is refused. */
const UI_HEADER = 'x-auricle-ui';
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** As they are in URLs. */
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

type Visitor = Pick<Request, 'headers' | 'clientScheme'>;

/**
 * Checks that a request with a session's cookie comes from a page of this gateway: browsers send the cookie along whoever has them send
 * the request. What only reads of the admin API needs no proof, because others cannot read the answer.
 * @throws GatewayError 403
 */
export function checkOwnPage(request: Visitor & Pick<Request, 'method' | 'path'>): void {
  if (!(READING.has(request.method) && request.path.startsWith('/admin/'))) requireOwnPage(request);
}

/** @throws GatewayError 403 where a request does not prove that it comes from a page of this gateway */
export function requireOwnPage(request: Visitor): void {
  if (request.headers[UI_HEADER] === '1' && isOfOwnOrigin(request)) return;
  throw new GatewayError({
    status: 403,
    message:
      `A session is for the pages of this gateway only: such a request needs the header '${UI_HEADER}: 1', ` +
      `and 'Sec-Fetch-Site: same-origin' or an 'Origin' that is this gateway. Send a key instead, without the cookie.`,
    code: 'cross_site_request',
  });
}

/** Whether a browser has sent a request, as far as its headers tell. */
export function isOfBrowser({ headers }: Pick<Visitor, 'headers'>): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

/** Whether a request was sent to this machine by a name that no other machine has. */
export function isToThisMachine(request: Visitor): boolean {
  const url = urlOf(request);
  return url !== undefined && LOCAL_HOSTS.has(url.hostname);
}

/** A browser that says from where it comes is believed; one that is too old for that says the origin at least. */
function isOfOwnOrigin(request: Visitor): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = request.headers;
  return origin !== undefined && origin === urlOf(request)?.origin;
}

/** Where the client has sent the request to; undefined where that is no address. */
function urlOf({ headers, clientScheme }: Visitor): URL | undefined {
  const url = `${clientScheme}://${headers.host ?? ''}`;
  return /^[^/?#@\\\s]+$/.test(headers.host ?? '') && URL.canParse(url) ? new URL(url) : undefined;
}
