import type { Request } from 'express';
import { GatewayError } from '../../domain/errors.js';
import { UI_HEADER } from '../../http/cors.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** As they are in URLs. */
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

type Visitor = Pick<Request, 'headers' | 'clientScheme'>;
type Visit = Visitor & Pick<Request, 'method'>;

/**
 * Checks that a request with a session's cookie comes from a page of this gateway: browsers send the cookie along whoever has them send
 * the request. What only reads of the admin API needs no proof, because others cannot read the answer.
 * @throws GatewayError 403
 */
export function checkOwnPage(request: Visit & Pick<Request, 'path'>): void {
  if (!(READING.has(request.method) && request.path.startsWith('/admin/'))) requireOwnPage(request);
}

/** @throws GatewayError 403 where a request does not prove that it comes from a page of this gateway */
export function requireOwnPage(request: Visit): void {
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

/**
 * A browser that says from where it comes is believed; one that is too old for that says the origin at least. By plain http to another
 * machine browsers tell neither of what a page reads from its own origin. There {@link UI_HEADER} is the proof: a page of another origin
 * would have to ask for it, is never allowed it (`http/cors.ts`), and cannot leave out its origin either.
 */
function isOfOwnOrigin(request: Visit): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = request.headers;
  const url = urlOf(request);
  if (origin !== undefined) return origin === url?.origin;
  return READING.has(request.method) && url?.protocol === 'http:' && !LOCAL_HOSTS.has(url.hostname);
}

/** Where the client has sent the request to; undefined where that is no address. */
function urlOf({ headers, clientScheme }: Visitor): URL | undefined {
  const url = `${clientScheme}://${headers.host ?? ''}`;
  return /^[^/?#@\\\s]+$/.test(headers.host ?? '') && URL.canParse(url) ? new URL(url) : undefined;
}
