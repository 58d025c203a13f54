import { generateKeyPairSync, randomUUID, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Provider from 'oidc-provider';

/** What the provider says of each person, by what they type as their login. */
type Accounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What becomes of a request before the provider sees it, or of the claims of an id token after. */
interface Tampering {
  /** Takes the place of the provider. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void;
  /** What is sent in the place of an id token. */
  readonly idToken?: (token: string) => Promise<string> | string;
}

export interface IdentityProviderOptions {
  readonly accounts: Accounts;
  readonly clients: readonly {
    readonly client_id: string;
    readonly client_secret?: string;
    readonly redirect_uris: string[];
  }[];
  /** Claims beside the usual ones, and the scope with which they come. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  /** Whether id tokens have all claims, as those of large providers; else they are in the user info. */
  readonly saysAllInToken?: boolean;
  /** Whether nobody is asked for consent. */
  readonly asksNoConsent?: boolean;
}

/** A key of the provider, of which the tests sign, too. */
export interface SigningKey extends JsonWebKey {
  readonly kid: string;
  readonly alg: 'ES256';
}

/** `oidc-provider` on a port of its own: a real one, whose answers a test may change on their way. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The private one that it signs with. */
  readonly key: SigningKey;
  tampering: Tampering;
  /** Has it sign with another key from now on, and publish that alone. */
  rotateKey(): void;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
}

/** Makes a key that providers sign with. */
export function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256' };
}

/** It says of itself each time that it is not meant for anything else but tests. */
function hushProvider(): void {
  for (const level of ['info', 'warn'] as const) {
    const say = console[level];
    console[level] = (...words: unknown[]) => {
      if (!String(words[0]).startsWith('oidc-provider ')) say(...words);
    };
  }
}

/** Starts one on a free port of this machine. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  hushProvider();
  const { default: ProviderClass } = await import('oidc-provider');
  const asked: string[] = [];
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    (provider.tampering.answer ?? handle)(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  let key = newSigningKey();
  const begin = (): void => {
    handle = handlerOf(ProviderClass, issuer, key, options, () => provider.tampering);
  };
  const provider: IdentityProvider = {
    issuer,
    get key() {
      return key;
    },
    tampering: {},
    rotateKey() {
      key = newSigningKey();
      begin();
    },
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  begin();
  return provider;
}

function handlerOf(
  ProviderClass: typeof Provider,
  issuer: string,
  key: SigningKey,
  { accounts, clients, claims = {}, saysAllInToken = false, asksNoConsent = false }: IdentityProviderOptions,
  tampering: () => Tampering,
) {
  const provider = new ProviderClass(issuer, {
    clients: clients.map((client) => ({
      ...client,
      token_endpoint_auth_method: client.client_secret === undefined ? 'none' : 'client_secret_post',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    })),
    jwks: { keys: [{ ...key, kty: 'EC', crv: 'P-256', x: key.x ?? '', y: key.y ?? '', d: key.d ?? '' }] },
    scopes: ['openid', 'profile', 'email', ...Object.keys(claims)],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      ...Object.fromEntries(Object.entries(claims).map(([scope, names]) => [scope, [...names]])),
    },
    conformIdTokenClaims: !saysAllInToken,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    ...(asksNoConsent && {
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.account?.accountId });
        grant.addOIDCScope(['openid', 'profile', 'email', ...Object.keys(claims)].join(' '));
        await grant.save();
        return grant;
      },
    }),
    cookies: { keys: ['of the tests'] },
    pkce: { required: () => true },
  });
  provider.use(async (context, next) => {
    await next();
    const { idToken } = tampering();
    const body: unknown = context.body;
    if (idToken && typeof body === 'object' && body !== null && 'id_token' in body)
      context.body = { ...body, id_token: await idToken(String(body.id_token)) };
  });
  return provider.callback();
}
