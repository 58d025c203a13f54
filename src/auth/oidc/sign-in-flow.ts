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

/**
 * What a flow travels in. Coming back from an issuer is a navigation that another site has begun, in which browsers send no cookie that is
 * strictly of the same site.
 */
function cookieFor({ clientScheme }: Pick<Visitor, 'clientScheme'>) {
  const secure = clientScheme === 'https';
  const name = secure ? '__Host-auricle_oidc' : 'auricle_oidc';
  return { name, attributes: { httpOnly: true, secure, sameSite: 'lax', path: '/' } } as const;
}

/** Has the browser bring a flow back, sealed: it can neither be read there nor changed. */
export function giveFlow(request: Visitor, response: Response, box: Pick<SecretBox, 'seal'>, flow: SignInFlow): void {
  const { name, attributes } = cookieFor(request);
  const sealed = Buffer.from(box.seal(JSON.stringify(flow)).ciphertext).toString('base64url');
  response.cookie(name, sealed, { ...attributes, maxAge: FLOW_MS });
}

/** The flow that a browser has brought back; undefined where it has none that is ours. */
export function flowIn(request: Visitor, box: Pick<SecretBox, 'open'>): SignInFlow | undefined {
  const sealed = onlyCookie(request, cookieFor(request).name);
  if (!sealed) return undefined;
  try {
    return flowSchema.parse(JSON.parse(box.open(Buffer.from(sealed, 'base64url'))));
  } catch {
    return undefined;
  }
}

/** Has the browser forget it: it is good for once. */
export function clearFlow(request: Visitor, response: Response): void {
  const { name, attributes } = cookieFor(request);
  response.clearCookie(name, attributes);
}
