import type { Request, Response } from 'express';
import { z } from 'zod';
import type { SecretBox } from '../../models/credentials/secret-box.js';
import { onlyCookie } from '../sessions/session-cookie.js';

/** How long whoever has been sent to an issuer may take to come back. */
export const FLOW_MS = 600_000;

const flowSchema = z.object({
  purpose: z.literal('oidc sign-in'),
  issuer: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
  /** Since 1970. */
  endsAtMs: z.number(),
});
/** What has been agreed with a browser that was sent to an issuer. */
export type SignInFlow = z.infer<typeof flowSchema>;

type Visitor = Pick<Request, 'headers' | 'clientScheme'>;

/** As `randomState` of openid-client makes them: fit for the name of a cookie. */
const STATE = /^[\w-]{43}$/;
/** So many flows of one browser are open at once: as many tabs may be at sign-in, and their cookies fit into the headers of a request. */
export const MAX_FLOWS = 4;

/**
 * What flows travel in, each in a cookie of its own, so that tabs do not take each other's. Coming back from an issuer is a navigation that
 * another site has begun, in which browsers send no cookie that is strictly of the same site.
 */
function cookiesFor({ clientScheme }: Pick<Visitor, 'clientScheme'>) {
  const secure = clientScheme === 'https';
  const prefix = secure ? '__Host-auricle_oidc_' : 'auricle_oidc_';
  return { prefix, attributes: { httpOnly: true, secure, sameSite: 'lax', path: '/' } } as const;
}

/** Has the browser bring a flow back, sealed: it can neither be read there nor changed. The oldest ones beyond {@link MAX_FLOWS} it forgets. */
export function giveFlow(
  request: Visitor,
  response: Response,
  box: Pick<SecretBox, 'seal' | 'open'>,
  flow: SignInFlow,
): void {
  const { prefix, attributes } = cookiesFor(request);
  const endOf = (state: string) => flowIn(request, box, state)?.endsAtMs ?? 0;
  // Browsers send the older ones first.
  const open = statesIn(request)
    .toReversed()
    .map((state) => ({ state, endsAtMs: endOf(state) }));
  const newestFirst = open.toSorted((left, right) => right.endsAtMs - left.endsAtMs);
  for (const { state } of newestFirst.slice(MAX_FLOWS - 1)) clearFlow(request, response, state);
  const sealed = Buffer.from(box.seal(JSON.stringify(flow)).ciphertext).toString('base64url');
  response.cookie(prefix + flow.state, sealed, { ...attributes, maxAge: FLOW_MS });
}

/** The states of the flows that a browser has cookies of. */
function statesIn(request: Visitor): readonly string[] {
  const { prefix } = cookiesFor(request);
  const names = (request.headers.cookie ?? '').split(';').map((pair) => pair.split('=', 1)[0]?.trim() ?? '');
  const states = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  return [...new Set(states.filter((state) => STATE.test(state)))];
}

/** The flow of a state that a browser has brought back; undefined where it has none that is ours. */
export function flowIn(request: Visitor, box: Pick<SecretBox, 'open'>, state: string): SignInFlow | undefined {
  if (!STATE.test(state)) return undefined;
  const sealed = onlyCookie(request, cookiesFor(request).prefix + state);
  if (!sealed) return undefined;
  try {
    const flow = flowSchema.parse(JSON.parse(box.open(Buffer.from(sealed, 'base64url'))));
    return flow.state === state ? flow : undefined;
  } catch {
    return undefined;
  }
}

/** Has the browser forget the flow of a state: it is good for once. */
export function clearFlow(request: Visitor, response: Response, state: string): void {
  const { prefix, attributes } = cookiesFor(request);
  if (STATE.test(state)) response.clearCookie(prefix + state, attributes);
}
