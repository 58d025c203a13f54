import { request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { decodeJwt, importJWK, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { Client } from 'pg';
import { RETRY_MS } from '../../../src/auth/oidc/issuer-client.js';
import { FLOW_MS, MAX_FLOWS } from '../../../src/auth/oidc/sign-in-flow.js';
import { CLOCK } from '../../../src/http/clock.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { newSigningKey, startIdentityProvider, type IdentityProvider } from '../../support/identity-provider.js';
import { ManualClock } from '../../support/manual-clock.js';
import { until } from '../../support/upload-server.js';

const PUBLIC_URL = 'https://auricle.example';
const SECRET = 'a-client-secret-that-nobody-may-see';
const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4);
/** How a request looks that has come by TLS, through the proxy. */
const TLS = { 'x-forwarded-proto': 'https', host: 'auricle.example' };
const OWN = { ...TLS, 'x-auricle-ui': '1', 'sec-fetch-site': 'same-origin' };
const BROWSER = { ...TLS, accept: 'text/html,application/xhtml+xml' };
const HOUR_MS = 3_600_000;

const ACCOUNTS = {
  ada: { preferred_username: 'ada@company.example', realm_access: { roles: ['auricle-owners', 'others'] } },
  vic: { name: 'Vic \u202e\u0007Tor', realm_access: { roles: ['auricle-viewers'] } },
  kim: { preferred_username: 'kim', realm_access: { roles: ['newsroom'] } },
  eve: { preferred_username: 'eve', email: 'eve@partner.example', email_verified: false, realm_access: { roles: [] } },
  bob: { preferred_username: 'bob', email: 'Bob@Partner.example', email_verified: true },
};
const rules = (more: object[] = []) => [
  { group: 'auricle-owners', role: 'owner' },
  ...more,
  { group: 'auricle-viewers', role: 'viewer' },
  { group: 'newsroom', role: 'team_admin', teams: ['newsroom', 'a team that is not there'] },
];

let company: IdentityProvider;
let partner: IdentityProvider;
let gateway: TestGateway;
/** On the same database, with other rules and without the partner, as after a restart. */
let later: TestGateway;
let clock: ManualClock;
let database: Client;

const issuers = (roles = rules()) => [
  {
    id: 'company',
    name: 'Company <&> Inc.',
    issuer: company.issuer,
    client_id: 'auricle',
    client_secret: 'os.environ/COMPANY_SECRET',
    scopes: ['openid', 'profile', 'email', 'roles'],
    groups_claim: 'realm_access.roles',
    roles,
  },
  {
    id: 'partner',
    name: 'Partner',
    issuer: partner.issuer,
    client_id: 'auricle-public',
    roles: [{ email_domain: 'partner.example', role: 'admin' }],
  },
  {
    id: 'late',
    name: 'Late',
    issuer: partner.issuer,
    client_id: 'auricle-public',
    roles: [{ everybody: true, role: 'viewer' }],
  },
];

beforeAll(async () => {
  const callback = (id: string) => [`${PUBLIC_URL}/admin/v1/session/oidc/${id}/callback`];
  const options = { accounts: ACCOUNTS, claims: { roles: ['realm_access'] }, asksNoConsent: true };
  company = await startIdentityProvider({
    ...options,
    clients: [{ client_id: 'auricle', client_secret: SECRET, redirect_uris: callback('company') }],
  });
  partner = await startIdentityProvider({
    ...options,
    saysAllInToken: true,
    clients: [{ client_id: 'auricle-public', redirect_uris: callback('partner') }],
  });
  clock = new ManualClock();
  const environment = {
    ENCRYPTION_KEY,
    PUBLIC_URL,
    MAX_WRONG_KEYS_PER_MINUTE: '100',
    COMPANY_SECRET: SECRET,
    TRUSTED_PROXIES: '127.0.0.1',
    OIDC_ISSUERS: JSON.stringify(issuers()),
  };
  const replacements = [{ provide: CLOCK, useValue: clock }];
  gateway = await startTestGateway(environment, replacements);
  const [onlyCompany] = issuers(rules([{ group: 'others', role: 'viewer' }]).slice(1));
  later = await startTestGateway(
    { ...environment, DATABASE_URL: gateway.databaseUrl, OIDC_ISSUERS: JSON.stringify([onlyCompany]) },
    replacements,
  );
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
  await gateway.admin('POST', 'teams', { name: 'newsroom' });
});
afterAll(async () => {
  await database.end();
  await later.close();
  await gateway.close();
  await company[Symbol.asyncDispose]();
  await partner[Symbol.asyncDispose]();
});
beforeEach(() => {
  for (const provider of [company, partner]) provider.tampering = {};
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly location: string;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  readonly code: string | undefined;
}

/** Sends exactly these headers, and follows nothing. */
async function send(
  url: string,
  headers: Record<string, string | string[]> = {},
  { method = 'GET', form }: { method?: string; form?: Record<string, string> } = {},
): Promise<Answer> {
  const text = form && new URLSearchParams(form).toString();
  return await new Promise((resolve, reject) => {
    const type = text === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = httpRequest(url, { method, headers: { ...type, ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const told = Buffer.concat(pieces).toString();
        const body = told.startsWith('{') ? JSON.parse(told) : told;
        const { location = '' } = response.headers;
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          location,
          body,
          code: body?.error?.code,
        });
      });
    });
    sent.end(text);
  });
}

/** The cookies of a browser, by name; it sends all of them everywhere. */
class Jar extends Map<string, string> {
  take({ headers }: Answer): void {
    for (const line of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.delete(name);
      else this.set(name, value);
    }
  }
  get header(): string {
    return [...this].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

const ROOT = '/admin/v1/session/oidc';
/** As a browser asks for a page of the gateway, whatever its address is outside. */
async function visit(jar: Jar, path: string, headers: Record<string, string> = BROWSER, at = gateway): Promise<Answer> {
  const answer = await send(at.url + path, { ...headers, cookie: jar.header });
  jar.take(answer);
  return answer;
}

/** Signs in on the pages of the provider. @returns where it leads back to, without the origin */
async function logIn(jar: Jar, authorizationUrl: string, login: string): Promise<string> {
  let url = authorizationUrl;
  const { origin } = new URL(url);
  while (url.startsWith(origin)) {
    const isForm = /\/interaction\/[^/]+$/.test(url);
    const answer = await send(
      url,
      { cookie: jar.header },
      isForm ? { method: 'POST', form: { prompt: 'login', login, password: 'any' } } : {},
    );
    jar.take(answer);
    if (!answer.location) throw new Error(`${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    url = new URL(answer.location, url).href;
  }
  return url.replace(PUBLIC_URL, '');
}

interface Begun {
  readonly jar: Jar;
  readonly back: string;
}
/** Somebody who has signed in at the provider and is about to come back. */
async function begun(login: string, issuer = 'company', returnTo = '/ui/logs?status=failure'): Promise<Begun> {
  const jar = new Jar();
  const { status, location } = await visit(jar, `${ROOT}/${issuer}?return_to=${encodeURIComponent(returnTo)}`);
  expect(status).toBe(303);
  return { jar, back: await logIn(jar, location, login) };
}
async function signedIn(login: string, issuer?: string): Promise<Jar> {
  const { jar, back } = await begun(login, issuer);
  const { status, location } = await visit(jar, back);
  expect({ status, location }).toEqual({ status: 303, location: '/ui/logs?status=failure' });
  return jar;
}
/** The name of the cookie of a flow, by the address that an issuer is given or has given back. */
const flowCookie = (url: string | URL) =>
  `__Host-auricle_oidc_${new URL(url, PUBLIC_URL).searchParams.get('state') ?? ''}`;
const flowsOf = (jar: Jar) => [...jar.keys()].filter((name) => name.startsWith('__Host-auricle_oidc_'));
const current = (jar: Jar, at = gateway) => send(`${at.url}/admin/v1/session`, { ...OWN, cookie: jar.header });
const ask = (jar: Jar, path: string, method = 'GET', at = gateway) =>
  send(`${at.url}/admin/v1/${path}`, { ...OWN, cookie: jar.header }, { method });

it('says by whom people may sign in, and nothing else of them', async () => {
  const { body } = await send(gateway.url + ROOT);
  expect(body).toEqual({
    object: 'list',
    data: [
      { id: 'company', name: 'Company <&> Inc.' },
      { id: 'partner', name: 'Partner' },
      { id: 'late', name: 'Late' },
    ],
  });
});

describe('who signs in', () => {
  it('is sent to the provider with all that makes the way back safe', async () => {
    const jar = new Jar();
    const answer = await visit(jar, `${ROOT}/company?return_to=/ui/keys`);
    const url = new URL(answer.location);
    expect(url.origin).toBe(company.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'auricle',
      response_type: 'code',
      redirect_uri: `${PUBLIC_URL}${ROOT}/company/callback`,
      scope: 'openid profile email roles',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^__Host-auricle_oidc_[\w-]{43}=[\w-]+; Max-Age=600; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
    const [named = '', sealed = ''] = cookie.split(/[=;]/);
    expect(named).toBe(flowCookie(url));
    for (const name of ['state', 'nonce']) {
      const value = url.searchParams.get(name) ?? '?';
      expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain(value);
    }
  });

  it('in two tabs at once ends signed in in both, and a browser keeps no more flows than a few, the newest', async () => {
    const jar = new Jar();
    const company = await visit(jar, `${ROOT}/company?return_to=/ui/keys`);
    const partner = await visit(jar, `${ROOT}/partner?return_to=/ui/logs`);
    expect(flowsOf(jar)).toHaveLength(2);
    const [first, second] = [await logIn(jar, company.location, 'ada'), await logIn(jar, partner.location, 'bob')];
    expect(await visit(jar, first)).toMatchObject({ status: 303, location: '/ui/keys' });
    expect((await current(jar)).body).toMatchObject({ name: 'ada@company.example' });
    expect(flowsOf(jar)).toEqual([flowCookie(second)]);
    expect(await visit(jar, second)).toMatchObject({ status: 303, location: '/ui/logs' });
    expect((await current(jar)).status).toBe(200);
    expect(flowsOf(jar)).toEqual([]);

    // What is no flow of ours goes before those that are.
    jar.set(`__Host-auricle_oidc_${'x'.repeat(43)}`, 'nonsense');
    jar.set('__Host-auricle_oidc_short', 'nonsense');
    const begun: string[] = [];
    for (let tab = 0; tab < MAX_FLOWS + 2; tab += 1) {
      const answer = await visit(jar, `${ROOT}/company?return_to=/ui/${'a'.repeat(1400)}`);
      expect(answer.status).toBe(303);
      begun.push(flowCookie(answer.location));
    }
    jar.delete('__Host-auricle_oidc_short');
    expect(flowsOf(jar)).toEqual(begun.slice(-MAX_FLOWS));
    expect(Buffer.byteLength(jar.header)).toBeLessThan(12_000);
  });

  it('has a session with the role of the first rule, which says so everywhere', async () => {
    const { jar, back } = await begun('ada');
    const answer = await visit(jar, back);
    expect([answer.status, answer.location]).toEqual([303, '/ui/logs?status=failure']);
    const cookies = answer.headers['set-cookie']?.join('\n') ?? '';
    expect(cookies).toMatch(/^__Host-auricle_oidc_[\w-]{43}=;/);
    expect(cookies).toMatch(/__Host-auricle_session=[\w-]{43}; .*HttpOnly; Secure; SameSite=Strict/);
    const { body } = await current(jar);
    expect(body).toMatchObject({
      kind: 'oidc',
      name: 'ada@company.example',
      role: 'owner',
      teams: null,
      key: null,
      secure: true,
    });
    const listed = await ask(jar, 'sessions');
    expect(listed.body.data[0]).toMatchObject({
      kind: 'oidc',
      name: 'ada@company.example',
      role: 'owner',
      current: true,
    });
    const { body: audit } = await ask(jar, 'audit?kind=session&actor=ada%40company.example');
    expect(audit.data[0]).toMatchObject({
      actor_kind: 'oidc',
      actor_name: 'ada@company.example',
      subject_name: 'ada@company.example',
      action: 'create',
      after: { kind: 'oidc', issuer: 'company', subject: 'ada', role: 'owner' },
    });
    expect(JSON.stringify(audit)).not.toContain('auricle-owners');
    // What the person changes is told of the person.
    const made = await fetch(`${gateway.url}/admin/v1/teams`, {
      method: 'POST',
      headers: { ...OWN, cookie: jar.header, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'made by ada' }),
    });
    expect(made.status).toBe(201);
    const { body: changes } = await ask(jar, 'audit?actor_kind=oidc&kind=team');
    expect(changes.data[0]).toMatchObject({ actor_name: 'ada@company.example', actor_id: audit.data[0].actor_id });
  });

  it('may do what the role may, with what is its own', async () => {
    const [vic, again, ada] = [await signedIn('vic'), await signedIn('vic'), await signedIn('ada')];
    expect((await current(vic)).body).toMatchObject({ name: 'Vic Tor', role: 'viewer' });
    expect((await ask(vic, 'keys')).status).toBe(200);
    expect(await ask(vic, 'admin_keys')).toMatchObject({ status: 403, code: 'insufficient_role' });
    const seen = (await ask(vic, 'sessions')).body.data;
    expect(seen.map(({ name }: { name: string }) => name)).toEqual(['Vic Tor', 'Vic Tor']);
    const [ofAda] = (await ask(ada, 'sessions')).body.data;
    expect((await ask(vic, `sessions/${ofAda.id}`, 'DELETE')).status).toBe(404);
    const ended = seen.find(({ current: isCurrent }: { current: boolean }) => !isCurrent);
    expect((await ask(vic, `sessions/${ended.id}`, 'DELETE')).status).toBe(200);
    expect((await current(again)).status).toBe(401);
  });

  it('has the teams that are there, as long as they are', async () => {
    const kim = await signedIn('kim');
    const { body } = await current(kim);
    expect(body).toMatchObject({ role: 'team_admin', teams: [{ name: 'newsroom' }] });
    expect((await ask(kim, 'teams')).body.data.map(({ name }: { name: string }) => name)).toEqual(['newsroom']);
    expect((await ask(kim, 'audit')).status).toBe(403);
    await later.admin('DELETE', 'teams/newsroom');
    await until(async () => (await current(kim)).body.teams?.length === 0);
    expect(await ask(kim, 'keys')).toMatchObject({ status: 403, code: 'insufficient_role' });
    await gateway.admin('POST', 'teams', { name: 'newsroom' });
  });

  it('is known by a verified address at a second issuer, whose token says all', async () => {
    partner.asked.length = 0;
    const bob = await signedIn('bob', 'partner');
    expect((await current(bob)).body).toMatchObject({ kind: 'oidc', name: 'bob', role: 'admin' });
    expect(partner.asked).not.toContain('GET /me');
  });

  it('comes back to a gateway whose clock is behind', async () => {
    const { jar, back } = await begun('ada');
    clock.advance(-1000);
    expect((await visit(jar, back)).location).toBe('/ui/logs?status=failure');
    clock.advance(1000);
  });

  it('signs out here, which ends the session and is audited', async () => {
    const jar = await signedIn('ada');
    expect((await ask(jar, 'session', 'DELETE')).status).toBe(204);
    expect((await current(jar)).status).toBe(401);
    const { body } = await gateway.admin('GET', 'audit?kind=session&action=delete&actor_kind=oidc');
    expect(body.data[0].actor_name).toBe('ada@company.example');
  });

  it('signs out for good, also where no rule is for the person at the moment', async () => {
    const bob = await signedIn('bob', 'partner');
    expect((await ask(bob, 'session', 'DELETE', later)).status).toBe(204);
    await until(async () => (await current(bob)).status === 401);
    const { body } = await gateway.admin('GET', 'audit?kind=session&action=delete&actor_kind=oidc');
    expect(body.data[0].actor_name).toBe('bob');
  });

  it('stays so until it is too long, or nothing is done, and no longer than there are the issuer and a rule', async () => {
    const [ada, vic, bob] = [await signedIn('ada'), await signedIn('vic'), await signedIn('bob', 'partner')];
    // On a gateway with other rules the same sessions are other ones.
    expect((await current(ada, later)).body).toMatchObject({ role: 'viewer', name: 'ada@company.example' });
    expect((await current(vic, later)).body).toMatchObject({ role: 'viewer' });
    expect((await current(bob, later)).status).toBe(401);
    const listed = (await ask(ada, 'sessions?limit=100', 'GET', later)).body.data;
    expect(listed[0]).toMatchObject({ role: 'viewer' });
    await database.query(`UPDATE sessions SET claims = '{"groups": ["auricle-owners"]}' WHERE name = 'Vic Tor'`);
    await later.admin('PATCH', 'teams/newsroom', { tags: ['x'] });
    clock.advance(11_000);
    expect((await current(vic)).status).toBe(401);
    clock.advance(9 * HOUR_MS);
    expect((await current(ada)).status).toBe(401);
  });
});

describe('nobody is signed in', () => {
  const refusal = async ({ jar, back }: Begun, headers: Record<string, string> = TLS): Promise<Answer> => {
    const answer = await visit(jar, back, headers);
    expect(jar.has('__Host-auricle_session')).toBe(false);
    return answer;
  };

  it.each([
    ['whom no rule is for', 'nobody', 'company'],
    ['whose address is not verified', 'eve', 'partner'],
  ])('%s: the page says so, with the request and without a secret', async (_, login, issuer) => {
    const at = await begun(login, issuer);
    const answer = await refusal(at, BROWSER);
    expect(answer.status).toBe(303);
    const url = new URL(answer.location, PUBLIC_URL);
    expect([url.origin, url.pathname, Object.fromEntries(url.searchParams)]).toEqual([
      PUBLIC_URL,
      '/ui/logs',
      { status: 'failure', sign_in_error: 'no_role', sign_in_request: answer.headers['x-request-id'] },
    ]);
    expect(await refusal(await begun(login, issuer))).toMatchObject({ status: 403, code: 'no_role' });
  });

  it.each<[string, (begun: Begun) => unknown]>([
    ['in another browser', ({ jar }) => jar.clear()],
    [
      'with a cookie that was changed',
      ({ jar, back }) => jar.set(flowCookie(back), `${jar.get(flowCookie(back))?.slice(0, -4)}AAAA`),
    ],
    ['after ten minutes', () => clock.advance(FLOW_MS)],
  ])('%s', async (_, change) => {
    const at = await begun('ada');
    change(at);
    expect(await refusal(at)).toMatchObject({ status: 400, code: 'sign_in_expired' });
  });

  it.each<[string, (back: URL) => void, number, string]>([
    ['without a state', ({ searchParams }) => searchParams.delete('state'), 400, 'sign_in_expired'],
    ['with another state', ({ searchParams }) => searchParams.set('state', 'A'.repeat(43)), 400, 'sign_in_expired'],
    ['with two states', ({ searchParams }) => searchParams.append('state', 'A'), 403, 'sign_in_failed'],
    [
      'with the issuer of another',
      ({ searchParams }) => searchParams.set('iss', partner.issuer),
      403,
      'sign_in_failed',
    ],
    [
      'without the issuer that the provider names',
      ({ searchParams }) => searchParams.delete('iss'),
      403,
      'sign_in_failed',
    ],
    ['at the callback of another issuer', (url) => (url.pathname = `${ROOT}/partner/callback`), 400, 'sign_in_expired'],
    ['at the callback of nobody', (url) => (url.pathname = `${ROOT}/nobody/callback`), 404, 'not_found'],
    ['without a code', ({ searchParams }) => searchParams.delete('code'), 403, 'sign_in_failed'],
    ['with the code of nobody', ({ searchParams }) => searchParams.set('code', 'A'.repeat(43)), 403, 'sign_in_failed'],
  ])('%s', async (_, change, status, code) => {
    const { jar, back } = await begun('ada');
    const url = new URL(back, PUBLIC_URL);
    change(url);
    expect(await refusal({ jar, back: url.pathname + url.search })).toMatchObject({ status, code });
  });

  it('a second time with the same way back, and never with the state or the code of somebody else', async () => {
    const [mine, others] = [await begun('ada'), await begun('vic')];
    const cookie = mine.jar.get(flowCookie(mine.back)) ?? '';
    expect((await visit(mine.jar, mine.back, TLS)).status).toBe(303);
    mine.jar.delete('__Host-auricle_session');
    expect(await refusal(mine)).toMatchObject({ status: 400, code: 'sign_in_expired' });
    mine.jar.set(flowCookie(mine.back), cookie);
    expect(await refusal(mine)).toMatchObject({ status: 400, code: 'sign_in_expired' });
    // Somebody else's code beside one's own state: it was given for another proof.
    const third = await begun('ada');
    const url = new URL(third.back, PUBLIC_URL);
    url.searchParams.set('code', new URL(others.back, PUBLIC_URL).searchParams.get('code') ?? '');
    expect(await refusal({ jar: third.jar, back: url.pathname + url.search })).toMatchObject({
      status: 403,
      code: 'sign_in_failed',
    });
    // The link that somebody else has made for me, in my browser.
    const mineAgain = await begun('ada');
    expect(await refusal({ jar: mineAgain.jar, back: others.back })).toMatchObject({
      status: 400,
      code: 'sign_in_expired',
    });
  });

  it('who has broken it off at the provider', async () => {
    const jar = new Jar();
    const { location } = await visit(jar, `${ROOT}/company`);
    const interaction = await send(location, { cookie: jar.header });
    jar.take(interaction);
    const aborted = await send(`${new URL(interaction.location, location).href}/abort`, { cookie: jar.header });
    const back = await send(new URL(aborted.location, location).href, { cookie: jar.header });
    const path = back.location.replace(PUBLIC_URL, '');
    expect(path).toContain('error=access_denied');
    expect(await refusal({ jar, back: path })).toMatchObject({ status: 403, code: 'sign_in_denied' });
  });

  const resigned = async (token: string, changes: JWTPayload, key = company.key): Promise<string> =>
    await new SignJWT({ ...decodeJwt(token), ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid })
      .sign(await importJWK(key, 'ES256'));
  const seconds = () => Math.floor(Date.now() / 1000);
  it.each<[string, (token: string) => Promise<string> | string]>([
    ['the nonce of another', (token) => resigned(token, { nonce: 'A'.repeat(43) })],
    ['no nonce', (token) => resigned(token, { nonce: undefined })],
    ['another audience', (token) => resigned(token, { aud: 'somebody-else' })],
    ['another issuer', (token) => resigned(token, { iss: partner.issuer })],
    ['a time that is over', (token) => resigned(token, { exp: seconds() - 120 })],
    ['a time that has not begun', (token) => resigned(token, { nbf: seconds() + 600 })],
    ["a key that is not the issuer's", (token) => resigned(token, {}, { ...newSigningKey(), kid: company.key.kid })],
    ["a signature of somebody's own key", (token) => resigned(token, {}, newSigningKey())],
    ['no signature', (token) => new UnsecuredJWT(decodeJwt(token)).encode()],
    ['a subject that is no subject', (token) => resigned(token, { sub: `a\u0000${'b'.repeat(300)}` })],
    ['no token at all', () => ''],
  ])('by an id token with %s', async (_, idToken) => {
    const at = await begun('ada');
    company.tampering = { idToken };
    expect(await refusal(at)).toMatchObject({ status: 403, code: 'sign_in_failed' });
  });

  it('where the way back has not come by TLS, or from elsewhere than this machine', async () => {
    const plain = await send(`${gateway.url}${ROOT}/company`, { host: 'auricle.example' });
    expect(plain).toMatchObject({ status: 400, code: 'https_required' });
  });

  it('more often than MAX_WRONG_KEYS_PER_MINUTE', async () => {
    const from = (address: string) => ({ ...TLS, 'x-forwarded-for': address });
    const tries = Array.from({ length: 100 }, () =>
      send(`${gateway.url}${ROOT}/company/callback?code=a&state=b`, from('192.0.2.77')),
    );
    expect(new Set((await Promise.all(tries)).map(({ status }) => status))).toEqual(new Set([400]));
    const one = await clock.passUntil(
      send(`${gateway.url}${ROOT}/company/callback?code=a&state=b`, from('192.0.2.77')),
    );
    expect(one).toMatchObject({ status: 429, code: 'too_many_wrong_keys' });
  });
});

describe('a provider', () => {
  it('that is away when it is needed is said to be, and asked again a little later', async () => {
    const begin = () => send(`${gateway.url}${ROOT}/late`, TLS);
    partner.tampering = { answer: (request) => request.socket.destroy() };
    expect(await begin()).toMatchObject({ status: 503, code: 'identity_provider_unavailable' });
    partner.tampering = {};
    expect((await begin()).status).toBe(503);
    for (const answer of [
      () => undefined,
      (_: unknown, response: ServerResponse) => response.end(Buffer.alloc(2 * 1024 * 1024, ' ')),
      (_: unknown, response: ServerResponse) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ issuer: company.issuer })),
      (_: unknown, response: ServerResponse) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ issuer: partner.issuer })),
    ]) {
      clock.advance(RETRY_MS);
      partner.tampering = { answer };
      expect((await clock.passUntil(begin())).status).toBe(503);
    }
    clock.advance(RETRY_MS);
    partner.tampering = {};
    expect((await begin()).status).toBe(303);
  });

  it.each<[string, IdentityProvider['tampering']]>([
    ['breaks off', { answer: (request) => request.socket.destroy() }],
    ['is out of order', { answer: (_, response) => response.writeHead(502).end('<html>') }],
    ['does not answer', { answer: () => undefined }],
  ])('that %s when somebody comes back is a 503', async (_, tampering) => {
    const { jar, back } = await begun('ada');
    company.tampering = tampering;
    const answer = await clock.passUntil(visit(jar, back, TLS));
    expect(answer).toMatchObject({ status: 503, code: 'identity_provider_unavailable' });
    expect(jar.has('__Host-auricle_session')).toBe(false);
  });

  it('may change its key at any time', async () => {
    await signedIn('ada');
    company.rotateKey();
    await signedIn('ada');
  });
});

it.each([
  'https://evil.example/ui/',
  '//evil.example',
  '/\\evil.example',
  '/ui/..//evil.example',
  '/ui/%2e%2e//evil.example',
  '/ui/\t/evil.example',
  'javascript:alert(1)',
])('leads nobody astray: %j', async (wish) => {
  const { jar, back } = await begun('ada', 'company', wish);
  expect((await visit(jar, back)).location).toBe('/ui/');
});

it('keeps its secret to itself', async () => {
  const { rows } = await database.query(`SELECT string_agg(t::text, ' ') AS told FROM (SELECT * FROM sessions) AS t`);
  expect(rows[0].told).not.toContain(SECRET);
  for (const path of ['config', 'sessions', 'audit', 'gateway']) {
    expect(JSON.stringify((await gateway.admin('GET', path)).body)).not.toContain(SECRET);
  }
});
