/** How the gateway tells the page that somebody who came back from an identity provider was not signed in. */
const CODE = 'sign_in_error';
const REQUEST = 'sign_in_request';

/** Why somebody was not signed in. */
export interface Refusal {
  /** The gateway's word for it, such as `no_role`. */
  readonly code: string;
  /** By which the process log tells more. */
  readonly requestId: string | undefined;
}

/** What an address says of that; undefined = nothing. An id that is none is not shown: anybody can write an address. */
export function refusalIn(href: string): Refusal | undefined {
  const { searchParams } = new URL(href);
  const code = searchParams.get(CODE);
  const id = searchParams.get(REQUEST) ?? '';
  return code === null ? undefined : { code, requestId: /^[0-9a-f-]{36}$/.test(id) ? id : undefined };
}

/** The address of the same page without that, as a path. */
export function withoutRefusal(href: string): string {
  const url = new URL(href);
  url.searchParams.delete(CODE);
  url.searchParams.delete(REQUEST);
  return url.pathname + url.search + url.hash;
}
