/** A temporary token from `/v1/auth/grant`, as opposed to a key: three parts in base64url, the first of them JSON. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** The header `authorization` for a key, or for a temporary token. */
export function authorizationOf(apiKey: string): string {
  return `${JWT.test(apiKey) ? 'Bearer' : 'Token'} ${apiKey}`;
}
