import type { Request, Response } from 'express';
import { presentsKey } from '../presented-secrets.js';

/** What a session's secret looks like: 256 bits in base64url. */
const SECRET = /^[\w-]{43}$/;

type Visitor = Pick<Request, 'headers' | 'clientScheme'>;

/**
 * What the secret of a session comes as. By TLS nobody but this host can have set a cookie of that name (`__Host-`); browsers do not take
 * it over plain http.
 */
function cookieFor({ clientScheme }: Pick<Visitor, 'clientScheme'>) {
  const secure = clientScheme === 'https';
  const name = secure ? '__Host-auricle_session' : 'auricle_session';
  return { name, attributes: { httpOnly: true, secure, sameSite: 'strict', path: '/' } } as const;
}

/**
 * The secret in the cookie of a request that presents no key: with a key a cookie counts for nothing. Empty where the cookie cannot be
 * one of ours, or where there are several, of which another page on this host may have set one; undefined where there is none.
 */
export function sessionSecretIn(request: Visitor): string | undefined {
  if (presentsKey(request.headers)) return undefined;
  const only = onlyCookie(request, cookieFor(request).name);
  return only === undefined || SECRET.test(only) ? only : '';
}

/** The value of a cookie; empty where there are several of that name, undefined where there is none. */
export function onlyCookie({ headers }: Pick<Request, 'headers'>, name: string): string | undefined {
  const values = (headers.cookie ?? '').split(';').flatMap((pair) => {
    const end = pair.indexOf('=');
    return end >= 0 && pair.slice(0, end).trim() === name ? [pair.slice(end + 1).trim()] : [];
  });
  return values.length > 1 ? '' : values[0];
}

/** Has the browser keep a session's secret until the session ends at the latest. */
export function giveSessionCookie(request: Visitor, response: Response, secret: string, maxAgeMs: number): void {
  const { name, attributes } = cookieFor(request);
  response.cookie(name, secret, { ...attributes, maxAge: maxAgeMs });
}

/** Has the browser forget it. */
export function clearSessionCookie(request: Visitor, response: Response): void {
  const { name, attributes } = cookieFor(request);
  response.clearCookie(name, attributes);
}
