import { GatewayError, ProviderError } from '../../domain/errors.js';

/** 503: the issuer does not answer, or not in time. */
export function issuerAway(): GatewayError {
  return new GatewayError({
    status: 503,
    message: 'The identity provider does not answer. Please try again.',
    type: 'server_error',
    code: 'identity_provider_unavailable',
  });
}

/** 403: what the issuer has said cannot be believed, or it has not said who somebody is. */
export function unverified(): GatewayError {
  return new GatewayError({
    status: 403,
    message:
      'The identity provider did not confirm who you are. The process log says why, under the id of this request. Begin again.',
    code: 'sign_in_failed',
  });
}

/** 403: the issuer was asked, and the answer was no. */
export function denied(): GatewayError {
  return new GatewayError({
    status: 403,
    message: 'The identity provider did not sign you in, or you have broken it off there. Begin again.',
    code: 'sign_in_denied',
  });
}

/** 400: nobody was sent to that issuer from this browser, or it is too long ago, or they have come back already. */
export function notBegun(): GatewayError {
  return new GatewayError({
    status: 400,
    message:
      'This sign-in was not begun in this browser, was begun more than ten minutes ago, or is over already. Begin again, from the address of the dashboard.',
    code: 'sign_in_expired',
  });
}

/** 403: somebody is who they are, and has nothing to do here. */
export function noRole(): GatewayError {
  return new GatewayError({
    status: 403,
    message:
      'You are signed in at the identity provider, but no role in this gateway is meant for you. Ask who runs it.',
    code: 'no_role',
  });
}

/** What the process log may tell of a failure: words of the library and codes, and nothing of tokens. */
export function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let at = error; at instanceof Error && words.length < 4; at = at.cause) {
    const code: unknown = Reflect.get(at, 'error') ?? Reflect.get(at, 'code');
    const described: unknown = Reflect.get(at, 'error_description');
    // The reason why something is no JSON quotes it.
    const said = at.name === 'SyntaxError' ? at.name : at.message;
    words.push(
      [said, code, described]
        .filter((it) => typeof it === 'string')
        .join(': ')
        .slice(0, 300),
    );
  }
  return words.join('; ').toWellFormed();
}

/** Whether the issuer could not be reached, or does not do what it should: nothing that was sent is to blame. */
export function isAway(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if (at instanceof ProviderError) return true;
  }
  return false;
}
