/** The dashboard. */
const HOME = '/ui/';
/** What fits into a cookie beside the rest. */
const MAX_CHARACTERS = 1500;
/** Of no address, and not of ours: the path alone decides. */
const NOWHERE = 'http://nowhere.invalid';
/** What browsers leave out of addresses or take for slashes, and what is no text of an address. */
const SUSPICIOUS = /[^!-[\]-~\u0080-\uffff]/;

/**
 * Where somebody is led who has signed in: a page of the dashboard, as a path with its query that cannot leave this origin. Whatever
 * else was asked for is the first page.
 */
export function safeReturnTo(wish: unknown): string {
  if (typeof wish !== 'string' || wish.length > MAX_CHARACTERS || SUSPICIOUS.test(wish) || !wish.startsWith('/'))
    return HOME;
  if (!URL.canParse(wish, NOWHERE)) return HOME;
  const { origin, pathname, search, hash } = new URL(wish, NOWHERE);
  const isOurs = origin === NOWHERE && pathname.startsWith(HOME) && !pathname.includes('//');
  const path = pathname + search + hash;
  return isOurs && path.length <= MAX_CHARACTERS ? path : HOME;
}

/** The same page, told why nobody was signed in: a code, and the request of which the process log tells more. */
export function withRefusal(path: string, code: string, requestId: string): string {
  const url = new URL(path, NOWHERE);
  url.searchParams.set('sign_in_error', code);
  url.searchParams.set('sign_in_request', requestId);
  return url.pathname + url.search + url.hash;
}
