import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import { v5 as uuidv5 } from 'uuid';
import { SETTINGS } from '../../config/config.module.js';
import type { OidcIssuer } from '../../config/oidc-issuers.schema.js';
import type { Settings } from '../../config/settings.schema.js';
import { GatewayError, notFound } from '../../domain/errors.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { ProviderHttp } from '../../providers/provider-http.js';
import { SessionsService, type OpenSession, type Visitor } from '../sessions/sessions.service.js';
import { WrongKeys } from '../wrong-keys.js';
import { IssuerClient, type NamedPerson } from './issuer-client.js';
import { noRole, notBegun, unverified } from './oidc-errors.js';
import { OidcIssuers } from './oidc-issuers.js';
import { factsOf, leavesGroupsOut, nameOf } from './role-mapping.js';
import { FLOW_MS, type SignInFlow } from './sign-in-flow.js';

/** Injection token of the {@link ProviderHttp} by which issuers are called. */
export const OIDC_HTTP = Symbol('OIDC_HTTP');
/** What an issuer may answer at most. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** Namespace of the ids of people. */
const PEOPLE = '5a3c6a0e-4a5e-4f0a-9d2b-6f6a3f5f0c11';
/** So many flows that are over are remembered: what comes back a second time is refused here, and by the issuer in any case. */
const MAX_USED = 10_000;
/** OpenID Connect allows no longer subject. */
const SUBJECT = /^[\u0020-\u007e]{1,255}$/;

/** An issuer that says somebody is not who they are, or does not answer, is told of in the process log. */
interface Told {
  readonly issuer: string;
  readonly requestId: string;
}

/** Signs people in whom an issuer names: sends them there, and believes what they come back with only if all of it fits. */
@Injectable()
export class OidcSignIn {
  private readonly logger = new Logger(OidcSignIn.name);
  private readonly clients: ReadonlyMap<string, IssuerClient>;
  private readonly used = new LRUCache<string, true>({ max: MAX_USED });

  constructor(
    private readonly issuers: OidcIssuers,
    private readonly sessions: SessionsService,
    private readonly wrongKeys: WrongKeys,
    @Inject(OIDC_HTTP) http: ProviderHttp,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'public_url'>,
  ) {
    this.clients = new Map(issuers.all.map((issuer) => [issuer.id, new IssuerClient(issuer, http, clock)]));
  }

  /** @throws GatewayError 404 for an issuer that there is not, 503 while it does not answer */
  async begin(
    issuerId: string,
    returnTo: string,
    { requestId }: Pick<Visitor, 'requestId'>,
  ): Promise<{ readonly flow: SignInFlow; readonly url: URL }> {
    const { issuer, client } = this.find(issuerId);
    const flow: SignInFlow = {
      purpose: 'oidc sign-in',
      issuer: issuer.id,
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier: randomPKCECodeVerifier(),
      returnTo,
      endsAtMs: this.clock.epochMs() + FLOW_MS,
    };
    const url = await client.authorizationUrl(flow, this.callbackOf(issuer), this.complainer({ issuer, requestId }));
    return { flow, url };
  }

  /**
   * @param flow that the browser has brought back; undefined = none
   * @param query what the issuer has sent with it
   * @throws GatewayError 400 for what was not begun so, 403 for whom nobody lets in, 404, 429 for too many of these, 503
   */
  async finish(
    issuerId: string,
    flow: SignInFlow | undefined,
    query: string,
    visitor: Visitor,
  ): Promise<{ readonly secret: string; readonly session: OpenSession }> {
    try {
      return await this.signIn(issuerId, flow, query, visitor);
    } catch (error) {
      const isTheirs = error instanceof GatewayError && (error.status === 400 || error.status === 403);
      if (isTheirs) await this.wrongKeys.note(visitor.clientAddress);
      throw error;
    }
  }

  private async signIn(issuerId: string, flow: SignInFlow | undefined, query: string, visitor: Visitor) {
    const { issuer, client } = this.find(issuerId);
    const { requestId } = visitor;
    const complain = this.complainer({ issuer, requestId });
    const url = new URL(this.callbackOf(issuer));
    url.search = query;
    if (!flow || flow.issuer !== issuer.id || !this.isOpen(flow) || url.searchParams.get('state') !== flow.state)
      throw notBegun();
    this.used.set(flow.state, true);
    const named = await client.identify(url, flow, complain);
    const person = personOf(named, issuer);
    if (!person) {
      complain('the subject is not one that OpenID Connect allows');
      throw unverified();
    }
    const opened = await this.sessions.signInPerson(person, visitor);
    if (opened) return opened;
    const why = leavesGroupsOut(named.claims, issuer)
      ? ', and the provider has left out the groups: there are too many'
      : '';
    complain(`no rule is for a person with ${person.facts.groups.length} groups${why}`);
    throw noRole();
  }

  /** The time is that of the gateway where the flow was begun, which may be another one with another clock. */
  private isOpen({ state, endsAtMs }: SignInFlow): boolean {
    return endsAtMs > this.clock.epochMs() && !this.used.has(state);
  }

  /** @throws GatewayError 404 */
  private find(id: string): { readonly issuer: OidcIssuer; readonly client: IssuerClient } {
    const [issuer, client] = [this.issuers.find(id), this.clients.get(id)];
    if (!issuer || !client) throw notFound('There is no identity provider of this name here', 'issuer');
    return { issuer, client };
  }

  /** As it is registered at the issuer. The settings say where the gateway is, no request does. */
  private callbackOf({ id }: OidcIssuer): string {
    return `${this.settings.public_url}/admin/v1/session/oidc/${id}/callback`;
  }

  private complainer({ issuer, requestId }: { readonly issuer: OidcIssuer; readonly requestId: string }) {
    const told: Told = { issuer: issuer.id, requestId };
    return (words: string): void => this.logger.warn(told, `signing in by OpenID Connect: ${words}`);
  }
}

function personOf({ subject, claims }: NamedPerson, issuer: OidcIssuer) {
  if (!SUBJECT.test(subject)) return undefined;
  return {
    id: uuidv5(JSON.stringify([issuer.issuer, subject]), PEOPLE),
    issuer: issuer.id,
    subject,
    name: nameOf(claims, subject),
    facts: factsOf(claims, issuer),
  };
}
