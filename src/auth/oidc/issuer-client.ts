import {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  type ClientAuth,
  type CustomFetch,
  type ServerMetadata,
} from 'openid-client';
import type { OidcIssuer } from '../../config/oidc-issuers.schema.js';
import { overloaded, ProviderError } from '../../domain/errors.js';
import type { Clock } from '../../http/clock.js';
import type { ProviderHttp } from '../../providers/provider-http.js';
import { denied, isAway, issuerAway, unverified, wordsOf } from './oidc-errors.js';
import { joinClaims, lacksClaims, type Claims } from './role-mapping.js';
import type { SignInFlow } from './sign-in-flow.js';

/** How long one answer of an issuer may take. */
export const ANSWER_MS = 10_000;
/** For so long an issuer is not asked again where its endpoints are. */
const DISCOVERED_MS = 600_000;
/** For so long an issuer that did not answer is not asked again. */
export const RETRY_MS = 3000;
/** So many people may come back from an issuer at once. */
const MAX_AT_ONCE = 50;
/** Answers without a body, which `Response` insists on. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Told of what went wrong, without secrets. */
type Complain = (words: string) => void;

/** Who somebody is, as an issuer says. */
export interface NamedPerson {
  readonly subject: string;
  readonly claims: Claims;
}

/** One issuer, asked when somebody signs in. What it says of itself is kept for a while; its keys are read anew each time. */
export class IssuerClient {
  private known: { readonly metadata: ServerMetadata; readonly atMs: number } | undefined;
  private asking: Promise<ServerMetadata> | undefined;
  private failedAtMs = Number.NEGATIVE_INFINITY;
  private comingBack = 0;
  private readonly fetch: CustomFetch;

  constructor(
    private readonly issuer: OidcIssuer,
    http: Pick<ProviderHttp, 'request'>,
    private readonly clock: Pick<Clock, 'nowMs' | 'startTimer'>,
  ) {
    this.fetch = fetchOver(http, clock);
  }

  /** Where a browser is sent. @throws GatewayError 503 */
  async authorizationUrl(flow: SignInFlow, redirectUri: string, complain: Complain): Promise<URL> {
    const configuration = this.configurationOf(await this.metadata(complain));
    return buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.issuer.scopes.join(' '),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await calculatePKCECodeChallenge(flow.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  /**
   * Who has come back.
   * @param url where the issuer has sent the browser
   * @throws GatewayError 403 for what cannot be believed, 503
   */
  async identify(url: URL, flow: SignInFlow, complain: Complain): Promise<NamedPerson> {
    if (this.comingBack >= MAX_AT_ONCE) throw overloaded('Too many people are signing in at this moment.');
    this.comingBack += 1;
    try {
      const configuration = this.configurationOf(await this.metadata(complain));
      return await this.askWho(configuration, url, flow).catch((error: unknown) => {
        complain(wordsOf(error));
        if (isAway(error)) throw issuerAway();
        throw error instanceof AuthorizationResponseError ? denied() : unverified();
      });
    } finally {
      this.comingBack -= 1;
    }
  }

  private async askWho(configuration: Configuration, url: URL, flow: SignInFlow): Promise<NamedPerson> {
    const tokens = await authorizationCodeGrant(configuration, url, {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.codeVerifier,
      idTokenExpected: true,
    });
    const ofToken = tokens.claims();
    if (!ofToken) throw new Error('there is no id token');
    const { sub: subject } = ofToken;
    const isElsewhere = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const claims: Claims =
      isElsewhere && lacksClaims(ofToken, this.issuer)
        ? joinClaims(ofToken, await fetchUserInfo(configuration, tokens.access_token, subject))
        : ofToken;
    return { subject, claims };
  }

  private async metadata(complain: Complain): Promise<ServerMetadata> {
    const { known } = this;
    const nowMs = this.clock.nowMs();
    if (known && nowMs - known.atMs < DISCOVERED_MS) return known.metadata;
    if (nowMs - this.failedAtMs < RETRY_MS) {
      if (known) return known.metadata;
      throw issuerAway();
    }
    this.asking ??= this.discover().finally(() => (this.asking = undefined));
    try {
      return await this.asking;
    } catch (error) {
      complain(wordsOf(error));
      if (known) return known.metadata;
      throw issuerAway();
    }
  }

  /** @throws what the library does, also where the issuer is another than it should be */
  private async discover(): Promise<ServerMetadata> {
    try {
      const { issuer, client_id } = this.issuer;
      const configuration = await discovery(new URL(issuer), client_id, undefined, None(), {
        execute: this.isLocal ? [allowInsecureRequests] : [],
        [customFetch]: this.fetch,
      });
      const metadata = configuration.serverMetadata();
      // The library lets pass what one of the large providers says for all of its customers.
      if (new URL(metadata.issuer).href !== new URL(issuer).href)
        throw new Error('the provider calls itself by another issuer than the settings do');
      // Throws where browsers cannot be sent to what it names.
      buildAuthorizationUrl(this.configurationOf(metadata), {});
      this.known = { metadata, atMs: this.clock.nowMs() };
      return metadata;
    } catch (error) {
      this.failedAtMs = this.clock.nowMs();
      throw error;
    }
  }

  private configurationOf(metadata: ServerMetadata): Configuration {
    const configuration = new Configuration(metadata, this.issuer.client_id, undefined, this.authFor(metadata));
    configuration[customFetch] = this.fetch;
    enableNonRepudiationChecks(configuration);
    if (this.isLocal) allowInsecureRequests(configuration);
    return configuration;
  }

  private authFor({ token_endpoint_auth_methods_supported: methods }: ServerMetadata): ClientAuth {
    const { client_secret: secret } = this.issuer;
    if (secret === undefined) return None();
    return methods?.includes('client_secret_post') ? ClientSecretPost(secret) : ClientSecretBasic(secret);
  }

  /** The settings allow an issuer without TLS on this machine only. */
  private get isLocal(): boolean {
    return new URL(this.issuer.issuer).protocol === 'http:';
  }
}

/** Calls issuers the gateway's own way out: bounded, without redirects, and never to where nobody has an issuer. */
function fetchOver(http: Pick<ProviderHttp, 'request'>, clock: Pick<Clock, 'startTimer'>): CustomFetch {
  return async (url, { method, headers, body }) => {
    const late = new AbortController();
    const stopTimer = clock.startTimer(ANSWER_MS, () =>
      late.abort(new DOMException('no answer in time', 'TimeoutError')),
    );
    try {
      const response = await http.request({
        url,
        method: method === 'POST' ? 'POST' : 'GET',
        headers: Object.fromEntries(new Headers(headers)),
        body: body instanceof URLSearchParams ? formBody(body) : undefined,
        signal: late.signal,
      });
      if (response.status >= 500) throw new ProviderError('unavailable', `the issuer answered ${response.status}`);
      const content = BODILESS.has(response.status) ? null : Uint8Array.from(response.body);
      return new Response(content, { status: response.status, headers: { ...response.headers } });
    } finally {
      stopTimer();
    }
  };
}

function formBody(form: URLSearchParams) {
  const bytes = Buffer.from(form.toString());
  return { contentType: 'application/x-www-form-urlencoded', sizeBytes: bytes.length, open: () => bytes };
}
