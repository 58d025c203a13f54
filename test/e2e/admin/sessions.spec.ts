import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Client } from 'pg';
import { SessionsKeeper } from '../../../src/auth/sessions/sessions-keeper.js';
import { adminRoles, permissionsOf, type AdminRole } from '../../../src/domain/administrator.js';
import { CLOCK } from '../../../src/http/clock.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { until } from '../../support/upload-server.js';
import { audioFile, form } from '../bad-input/bench.js';
import { OpenApiDocument } from './openapi-document.js';

const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4);
const HOUR_MS = 3_600_000;

let gateway: TestGateway;
/** On the same database; no time passes for it but what the test lets pass. */
let other: TestGateway;
let clock: ManualClock;
let database: Client;
const adminKeys = new Map<AdminRole, { id: string; key: string }>();
beforeAll(async () => {
  clock = new ManualClock();
  const environment = { ENCRYPTION_KEY, MAX_WRONG_KEYS_PER_MINUTE: '100000', TRUSTED_PROXIES: '127.0.0.1' };
  gateway = await startTestGateway(environment, [{ provide: CLOCK, useValue: clock }]);
  other = await startTestGateway({ ...environment, DATABASE_URL: gateway.databaseUrl }, [
    { provide: CLOCK, useValue: clock },
  ]);
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
  await gateway.admin('POST', 'teams', { name: 'newsroom' });
  for (const role of adminRoles) adminKeys.set(role, await newAdminKey(role));
});
afterAll(async () => {
  await database.end();
  await other.close();
  await gateway.close();
});

let count = 0;
async function newAdminKey(role: AdminRole): Promise<{ id: string; key: string; name: string }> {
  const teams = role === 'team_admin' ? ['newsroom'] : [];
  const { status, body } = await gateway.admin('POST', 'admin_keys', { name: `${role} ${(count += 1)}`, role, teams });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  readonly code: string | undefined;
}

interface Asking {
  readonly headers?: Record<string, string | string[]>;
  readonly cookie?: string;
  readonly body?: unknown;
  readonly at?: TestGateway;
}

/** Sends exactly these headers, as no browser lets a page do. */
async function send(
  method: string,
  path: string,
  { headers = {}, cookie, body, at = gateway }: Asking = {},
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return await new Promise((resolve, reject) => {
    const sent = httpRequest(at.url + path, {
      method,
      headers: {
        ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const told = Buffer.concat(pieces).toString();
        const parsed = told.startsWith('{') ? JSON.parse(told) : told;
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: parsed,
          code: parsed?.error?.code,
        });
      });
    });
    sent.end(text);
  });
}

/** What our own pages send. */
const OWN = { 'x-auricle-ui': '1', 'sec-fetch-site': 'same-origin' };
/** How a request looks that has come by TLS, through the proxy. */
const TLS = { 'x-forwarded-proto': 'https', host: 'auricle.example' };

async function signIn(
  key: string,
  headers: Record<string, string> = OWN,
  at = gateway,
): Promise<{ cookie: string; answer: Answer }> {
  const answer = await send('POST', '/admin/v1/session', { headers, body: { key }, at });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  const [cookie = ''] = answer.headers['set-cookie']?.[0]?.split(';') ?? [];
  return { cookie, answer };
}
const cookieOf = async (key: string) => (await signIn(key)).cookie;
const current = (cookie: string, at = gateway) => send('GET', '/admin/v1/session', { cookie, at });
const list = async (cookie: string, at = gateway) =>
  (await send('GET', '/admin/v1/sessions?limit=100', { cookie, at })).body.data;
/** One that is at home on both gateways. */
async function knownCookie(key: string): Promise<string> {
  const cookie = await cookieOf(key);
  for (const at of [gateway, other]) expect((await current(cookie, at)).status).toBe(200);
  return cookie;
}
async function becomes(cookie: string, status: number, code?: string, at = other): Promise<void> {
  await until(async () => {
    const answer = await current(cookie, at);
    return answer.status === status && answer.code === code;
  });
}

describe('signing in', () => {
  it('gives the master key a session that says who it is and what it may do', async () => {
    const { cookie, answer } = await signIn(MASTER_KEY);
    const nowMs = clock.epochMs();
    expect(answer.body).toEqual({
      kind: 'master_key',
      name: 'master key',
      role: 'owner',
      permissions: permissionsOf('owner'),
      teams: null,
      key: null,
      created_at: new Date(nowMs).toISOString(),
      expires_at: new Date(nowMs + 168 * HOUR_MS).toISOString(),
      idle_expires_at: new Date(nowMs + 8 * HOUR_MS).toISOString(),
      secure: false,
      may_use_audio: true,
    });
    const { status, body } = await current(cookie);
    expect({ status, body }).toEqual({ status: 200, body: answer.body });
  });

  it.each(adminRoles)('gives the holder of an admin key what the role %s has', async (role) => {
    const { key } = adminKeys.get(role) ?? { key: '' };
    const { answer } = await signIn(key);
    const { body: teams } = await gateway.admin('GET', 'teams');
    expect(answer.body).toMatchObject({
      kind: 'admin_key',
      name: expect.stringContaining(role),
      role,
      permissions: permissionsOf(role),
      teams: role === 'team_admin' ? [{ id: teams.data[0].id, name: 'newsroom' }] : null,
      key: null,
      may_use_audio: role === 'owner' || role === 'admin',
    });
  });

  it('gives the holder of a virtual key its own', async () => {
    const { id, key, name } = (await gateway.admin('POST', 'keys', { name: 'podcast', endpoints: ['models'] })).body;
    const { answer } = await signIn(key);
    expect(answer.body).toMatchObject({
      kind: 'virtual_key',
      name,
      role: null,
      permissions: ['analytics.read'],
      teams: null,
    });
    expect(answer.body).toMatchObject({ key: { id, name }, may_use_audio: false });
    const talking = await gateway.createKey({ endpoints: ['speech'] });
    expect((await signIn(talking.key)).answer.body.may_use_audio).toBe(true);
  });

  it('answers every wrong key in the same way, counts it, and no other body', async () => {
    const { key } = await gateway.createKey();
    const made = await send('POST', '/v1/client_tokens', { headers: { authorization: `Bearer ${key}` }, body: {} });
    const wrong = [
      'x',
      `${MASTER_KEY}x`,
      `sk-aur-admin-${'x'.repeat(43)}`,
      `${key}x`,
      made.body.token,
      'ünïcödé \u{1F511}',
    ];
    const answers = [];
    for (const it of wrong) {
      const { status, body, headers } = await send('POST', '/admin/v1/session', { body: { key: it } });
      expect(headers['set-cookie']).toBeUndefined();
      answers.push(JSON.stringify({ status, body }));
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } });
    for (const body of [{}, { key: '' }, { key: 7 }, { key: 'x', more: 1 }, [MASTER_KEY], { key: 'x'.repeat(1001) }]) {
      expect(await send('POST', '/admin/v1/session', { body })).toMatchObject({ status: 400 });
    }
    expect(await send('POST', '/admin/v1/session', { body: { key: 'x'.repeat(9000) } })).toMatchObject({ status: 413 });
  });

  it('limits the wrong keys of an address', async () => {
    const strict = await startTestGateway({ MAX_WRONG_KEYS_PER_MINUTE: '2' });
    const statuses = [];
    for (const key of ['a', 'b', 'c']) {
      statuses.push((await send('POST', '/admin/v1/session', { body: { key }, at: strict })).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
    await signIn(MASTER_KEY, OWN, strict);
    await strict.close();
  });

  it('refuses a key that may not be used', async () => {
    const blocked = await gateway.createKey({ blocked: true });
    const elsewhere = await gateway.createKey({ allowed_addresses: ['192.0.2.0/24'] });
    expect(await send('POST', '/admin/v1/session', { body: { key: blocked.key } })).toMatchObject({
      status: 401,
      code: 'key_blocked',
    });
    expect(await send('POST', '/admin/v1/session', { body: { key: elsewhere.key } })).toMatchObject({
      status: 403,
      code: 'address_not_allowed',
    });
  });

  it('keeps neither the key nor what the cookie holds', async () => {
    const { key } = await newAdminKey('owner');
    const secret = (await cookieOf(key)).split('=')[1] ?? '';
    const virtual = await gateway.createKey();
    await cookieOf(virtual.key);
    await cookieOf(MASTER_KEY);
    const { rows } = await database.query(
      `SELECT sessions::text AS row FROM sessions UNION SELECT audit_event::text FROM audit_event`,
    );
    expect(secret).toMatch(/^[\w-]{43}$/);
    for (const it of [key, virtual.key, MASTER_KEY, secret]) expect(JSON.stringify(rows)).not.toContain(it);
  });

  it('adopts no cookie that was there before', async () => {
    const before = await cookieOf(MASTER_KEY);
    const chosen = `auricle_session=${'A'.repeat(43)}`;
    for (const planted of [before, chosen]) {
      const answer = await send('POST', '/admin/v1/session', {
        headers: OWN,
        cookie: planted,
        body: { key: MASTER_KEY },
      });
      expect(answer.status).toBe(201);
      expect(answer.headers['set-cookie']?.[0]).not.toContain(planted);
    }
    expect((await current(chosen)).code).toBe('no_session');
  });

  it('keeps a hundred sessions of one key, and ends the oldest', async () => {
    const { key } = await gateway.createKey();
    const oldest = await knownCookie(key);
    const second = await knownCookie(key);
    for (let made = 2; made < 101; made += 1) await cookieOf(key);
    await becomes(oldest, 401, 'no_session');
    expect((await current(second)).status).toBe(200);
  });
});

describe('the cookie', () => {
  it('by TLS is of this host alone, and no script can read it', async () => {
    const { answer, cookie } = await signIn(MASTER_KEY, { ...OWN, ...TLS });
    expect(answer.headers['set-cookie']).toHaveLength(1);
    const [pair = '', ...attributes] = answer.headers['set-cookie']?.[0]?.split('; ') ?? [];
    expect(pair).toMatch(/^__Host-auricle_session=[\w-]{43}$/);
    expect(attributes.filter((it) => !it.startsWith('Expires=')).toSorted()).toEqual([
      'HttpOnly',
      `Max-Age=${168 * 3600}`,
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    expect(answer.body.secure).toBe(true);
    expect(await send('GET', '/admin/v1/session', { cookie, headers: TLS })).toMatchObject({
      status: 200,
      body: { secure: true },
    });
    // Over plain http such a cookie is not ours, and by TLS one that anybody could have set is not.
    expect((await current(cookie)).code).toBe('no_session');
    const plain = await cookieOf(MASTER_KEY);
    expect(await send('GET', '/admin/v1/session', { cookie: plain, headers: TLS })).toMatchObject({
      code: 'no_session',
    });
  });

  it.each(['localhost', 'localhost:4000', 'LOCALHOST', '127.0.0.1:80', '[::1]:4000'])(
    'is without Secure at http://%s',
    async (host) => {
      const { answer } = await signIn(MASTER_KEY, { host });
      expect(answer.body.secure).toBe(false);
      expect(answer.headers['set-cookie']?.[0]).toMatch(
        /^auricle_session=[\w-]{43}; Max-Age=\d+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      );
    },
  );

  it.each([
    'auricle.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.0.2.1',
    'localhost@evil',
    '/',
    '[::1',
  ])('is not given over plain http to %p, unless a setting allows it', async (host) => {
    const answer = await send('POST', '/admin/v1/session', { headers: { host }, body: { key: MASTER_KEY } });
    expect(answer).toMatchObject({ status: 400, code: 'https_required' });
    expect(answer.body.error.message).toMatch(/TRUSTED_PROXIES.*X-Forwarded-Proto/);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('is cleared with the attributes that it has', async () => {
    for (const headers of [{ ...OWN, ...TLS }, OWN]) {
      const { cookie, answer } = await signIn(MASTER_KEY, headers);
      const out = await send('DELETE', '/admin/v1/session', { cookie, headers });
      const attributes = (it: Answer) =>
        it.headers['set-cookie']?.[0]
          ?.split('; ')
          .slice(1)
          .filter((text) => !/^(Expires|Max-Age)=/.test(text))
          .toSorted();
      expect(out.status).toBe(204);
      expect(attributes(out)).toEqual(attributes(answer));
      expect(out.headers['set-cookie']?.[0]).toMatch(/^(__Host-)?auricle_session=; .*Expires=Thu, 01 Jan 1970/);
    }
  });

  it('that is huge, odd or twice there opens nothing', async () => {
    const good = await cookieOf(MASTER_KEY);
    const [name = '', secret = ''] = good.split('=');
    for (const cookie of [
      `${good}; ${good}`,
      `${name}=${'A'.repeat(43)}; ${good}`,
      `${name}="${secret}"`,
      `${name}=${secret}A`,
      `${name}=${secret.slice(1)}`,
      `${name}=${secret}%00`,
      `${name}=`,
      `${name}=${'A'.repeat(8000)}`,
      `${name}=\u00fc\u00ff`,
      `${name.toUpperCase()}=${secret}`,
      `x${good}`,
      ';;;===;',
      Array.from({ length: 2000 }, (_, at) => `a${at}=b`)
        .join(';')
        .slice(0, 12_000),
    ]) {
      expect({ cookie: cookie.slice(0, 80), ...(await current(cookie)) }).toMatchObject({
        status: 401,
        code: 'no_session',
      });
    }
    expect((await current(`a=b; ${good}; c=d; auricle`)).status).toBe(200);
    expect((await current(`${name}=${'A'.repeat(17_000)}`)).status).toBe(431);
  });
});

describe('a request of another page', () => {
  const proofs: readonly (readonly [Record<string, string>, boolean])[] = [
    [{}, false],
    [{ 'x-auricle-ui': '1' }, false],
    [{ 'sec-fetch-site': 'same-origin' }, false],
    [{ 'x-auricle-ui': '1', 'sec-fetch-site': 'same-origin' }, true],
    [{ 'x-auricle-ui': '0', 'sec-fetch-site': 'same-origin' }, false],
    [{ 'x-auricle-ui': '1, 1', 'sec-fetch-site': 'same-origin' }, false],
    [{ 'x-auricle-ui': '1', 'sec-fetch-site': 'same-site' }, false],
    [{ 'x-auricle-ui': '1', 'sec-fetch-site': 'cross-site' }, false],
    [{ 'x-auricle-ui': '1', 'sec-fetch-site': 'none' }, false],
    [{ 'x-auricle-ui': '1', 'sec-fetch-site': '' }, false],
    [{ 'x-auricle-ui': '1', 'sec-fetch-site': 'same-origin, cross-site' }, false],
    [{ 'x-auricle-ui': '1', 'sec-fetch-site': 'cross-site', origin: 'OWN' }, false],
    [{ 'x-auricle-ui': '1', origin: 'OWN' }, true],
    [{ origin: 'OWN' }, false],
    [{ 'x-auricle-ui': '1', origin: 'https://evil.example' }, false],
    [{ 'x-auricle-ui': '1', origin: 'null' }, false],
    [{ 'x-auricle-ui': '1', origin: 'OWN/' }, false],
    [{ 'x-auricle-ui': '1', origin: 'http://127.0.0.1' }, false],
    [{ 'x-auricle-ui': '1', origin: 'TLS' }, false],
    [{ 'x-auricle-ui': '1', referer: 'OWN' }, false],
  ];
  const filled = (headers: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('OWN', gateway.url).replace('TLS', gateway.url.replace('http:', 'https:')),
      ]),
    );

  it('changes and costs nothing, whatever it sends along', async () => {
    const cookie = await cookieOf(MASTER_KEY);
    const admitted = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
      const { status, code } = await send(method, path, { cookie, headers, body });
      expect([403, 400, 404, 200, 201]).toContain(status);
      return status !== 403 || code !== 'cross_site_request';
    };
    for (const [proof, isOwn] of proofs) {
      const headers = filled(proof);
      const seen = {
        post: await admitted('POST', '/admin/v1/keys', headers, {}),
        patch: await admitted('PATCH', '/admin/v1/keys/x', headers, {}),
        delete: await admitted('DELETE', '/admin/v1/keys/x', headers),
        audio: await admitted('POST', '/v1/audio/transcriptions', headers, {}),
        models: await admitted('GET', '/v1/models', headers),
        unversioned: await admitted('GET', '/models', headers),
        door: await admitted('GET', '/key/list', headers),
        litellm: await admitted('GET', '/litellm/v1/models', headers),
        configs: await admitted('GET', '/v1/configs', headers),
        metrics: await admitted('GET', '/metrics', headers),
      };
      const all = Object.fromEntries(Object.keys(seen).map((name) => [name, isOwn]));
      expect({ headers, seen }).toEqual({ headers, seen: all });
      // What only reads of the admin API needs none: nobody else can read the answer.
      for (const method of ['GET', 'HEAD']) {
        expect((await send(method, '/admin/v1/keys', { cookie, headers })).status).toBe(200);
      }
    }
    expect((await current(cookie)).status).toBe(200);
  });

  // Browsers tell there neither the site nor, where only is read, the origin.
  it('reads nothing by plain http from elsewhere, where the pages of this gateway prove themselves by their header', async () => {
    const careless = await startTestGateway({ ALLOW_INSECURE_SIGN_IN: 'true' });
    const host = 'auricle.example';
    const { key } = await careless.createKey();
    const { cookie } = await signIn(key, { host }, careless);
    const admitted: readonly (readonly [string, Record<string, string>, boolean])[] = [
      ['GET', { 'x-auricle-ui': '1' }, true],
      ['HEAD', { 'x-auricle-ui': '1' }, true],
      ['GET', {}, false],
      ['GET', { 'x-auricle-ui': '1', origin: 'http://evil.example' }, false],
      ['GET', { 'x-auricle-ui': '1', origin: 'null' }, false],
      ['GET', { 'x-auricle-ui': '1', 'sec-fetch-site': 'same-site' }, false],
      ['GET', { 'x-auricle-ui': '1', host: 'localhost' }, false],
      ['GET', { 'x-auricle-ui': '1', host: 'no host' }, false],
      ['POST', { 'x-auricle-ui': '1' }, false],
      ['POST', { 'x-auricle-ui': '1', origin: `http://${host}` }, true],
    ];
    for (const [method, headers, isOwn] of admitted) {
      const path = method === 'POST' ? '/v1/client_tokens' : '/v1/me';
      const asking = { cookie, headers: { host, ...headers }, at: careless };
      const { status } = await send(method, path, method === 'POST' ? { ...asking, body: {} } : asking);
      expect({ method, headers, status }).toEqual({
        method,
        headers,
        status: isOwn ? (method === 'POST' ? 201 : 200) : 403,
      });
    }
    await careless.close();
  });

  it('is never allowed the header of our own pages, only what else it asks for', async () => {
    for (const path of ['/v1/models', '/v1/audio/transcriptions', '/models']) {
      const allowed = async (asked: string) => {
        const headers = {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': asked,
        };
        return (await send('OPTIONS', path, { headers })).headers['access-control-allow-headers'];
      };
      expect(await allowed('authorization,x-auricle-ui,x-stainless-lang')).toBe('authorization,x-stainless-lang');
      expect(await allowed('X-Auricle-UI')).toBeUndefined();
      expect(await allowed(' authorization , x-auricle-tag')).toBe('authorization,x-auricle-tag');
    }
  });

  it('neither signs in nor out', async () => {
    const cookie = await cookieOf(MASTER_KEY);
    for (const [proof, isOwn] of proofs) {
      const headers = filled(proof);
      const isOfBrowser = 'origin' in headers || 'sec-fetch-site' in headers;
      const { status, code } = await send('POST', '/admin/v1/session', { headers, body: { key: MASTER_KEY } });
      expect({ headers, status, code }).toEqual(
        isOwn || !isOfBrowser
          ? { headers, status: 201, code: undefined }
          : { headers, status: 403, code: 'cross_site_request' },
      );
      if (isOwn) continue;
      const out = await send('DELETE', '/admin/v1/session', { headers, cookie });
      expect(out).toMatchObject({ status: 403, code: 'cross_site_request' });
      expect(out.headers['set-cookie']).toBeUndefined();
    }
    expect((await current(cookie)).status).toBe(200);
  });

  it('is never told by CORS that it may send the cookie', async () => {
    const cookie = await cookieOf(MASTER_KEY);
    for (const path of ['/v1/models', '/admin/v1/session', '/admin/v1/keys']) {
      const headers = {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-auricle-ui,content-type',
      };
      for (const method of ['OPTIONS', 'GET', 'POST']) {
        const answer = await send(method, path, { headers, cookie });
        expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
        if (path.startsWith('/admin')) expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });
});

describe('a session', () => {
  it('is its key on the admin routes, as far as its role goes', async () => {
    for (const role of adminRoles) {
      const cookie = await cookieOf(adminKeys.get(role)?.key ?? '');
      const ask = async (method: string, path: string, body?: unknown) =>
        (await send(method, `/admin/v1/${path}`, { cookie, headers: OWN, body })).status;
      expect({
        role,
        keys: await ask('GET', 'keys'),
        adminKeys: await ask('GET', 'admin_keys'),
        models: await ask('GET', 'models'),
        team: await ask('POST', 'teams', { name: `of ${role}` }),
      }).toEqual({
        role,
        keys: 200,
        adminKeys: role === 'owner' ? 200 : 403,
        models: role === 'team_admin' ? 403 : 200,
        team: role === 'owner' || role === 'admin' ? 201 : 403,
      });
    }
  });

  it('of an administrator uses audio if its role may, and the ledger names who it was', async () => {
    for (const role of adminRoles) {
      const { key, id } = adminKeys.get(role) ?? { key: '', id: '' };
      const cookie = await cookieOf(key);
      const body = form({ model: 'sandbox', file: audioFile() });
      const answer = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
        method: 'POST',
        headers: { ...OWN, cookie },
        body,
      });
      const may = role === 'owner' || role === 'admin';
      expect({ role, status: answer.status }).toEqual({ role, status: may ? 200 : 403 });
      await answer.text();
      if (!may) continue;
      const { name } = (await gateway.admin('GET', `admin_keys/${id}`)).body;
      expect(await gateway.row(answer)).toMatchObject({ key_id: null, key_name: `admin key ${name}` });
    }
    const cookie = await cookieOf(MASTER_KEY);
    expect(await send('GET', '/v1/me', { cookie, headers: OWN })).toMatchObject({ status: 403, code: 'key_required' });
    expect((await send('GET', '/v1/models', { cookie, headers: OWN })).status).toBe(200);
  });

  it('of a virtual key is that key under /v1, and nobody on the admin routes', async () => {
    const { id, key } = await gateway.createKey({ models: ['sandbox'] });
    const cookie = await cookieOf(key);
    expect(await send('GET', '/v1/me', { cookie, headers: OWN })).toMatchObject({
      status: 200,
      body: { id, models: ['sandbox'] },
    });
    const body = form({ model: 'sandbox', file: audioFile() });
    const answer = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { ...OWN, cookie },
      body,
    });
    expect(answer.status).toBe(200);
    await answer.text();
    expect(await gateway.row(answer)).toMatchObject({ key_id: id });
    const made = await send('POST', '/v1/client_tokens', { cookie, headers: OWN, body: {} });
    expect(made.status).toBe(201);
    expect((await send('GET', '/v1/models', { headers: { authorization: `Bearer ${made.body.token}` } })).status).toBe(
      200,
    );
    for (const path of ['keys', 'sessions', 'admin_keys', 'audit']) {
      expect(await send('GET', `/admin/v1/${path}`, { cookie, headers: OWN })).toMatchObject({
        status: 403,
        code: 'insufficient_role',
      });
    }
    expect((await send('GET', '/metrics', { cookie, headers: OWN })).status).toBe(403);
  });

  it('counts for nothing beside a key', async () => {
    const cookie = await cookieOf(MASTER_KEY);
    const { key } = await gateway.createKey();
    const viewer = adminKeys.get('viewer')?.key ?? '';
    const names = ['authorization', 'api-key', 'x-api-key', 'x-litellm-api-key', 'x-portkey-api-key', 'x-bf-vk'];
    for (const name of names) {
      const presented = (secret: string) => ({ [name]: name === 'authorization' ? `Bearer ${secret}` : secret });
      const statusOf = async (path: string, secret: string) =>
        (await send('GET', path, { cookie, headers: { ...OWN, ...presented(secret) } })).status;
      expect({
        name,
        wrong: await statusOf('/admin/v1/keys', 'wrong'),
        empty: await statusOf('/admin/v1/keys', ''),
        narrower: await statusOf('/admin/v1/admin_keys', viewer),
        virtual: await statusOf('/admin/v1/keys', key),
        session: await statusOf('/admin/v1/session', MASTER_KEY),
      }).toEqual({ name, wrong: 401, empty: 401, narrower: 403, virtual: 401, session: 401 });
      // A key needs no proof of a page.
      const { status } = await send('GET', '/v1/models', { cookie, headers: presented(key) });
      expect({ name, status }).toEqual({ name, status: 200 });
    }
    expect((await send('GET', '/admin/v1/keys', { cookie, headers: { authorization: 'Basic eDp5' } })).status).toBe(
      401,
    );
  });

  it('that was stolen opens nothing after its owner has signed out, on no gateway', async () => {
    for (const key of [MASTER_KEY, adminKeys.get('viewer')?.key ?? '', (await gateway.createKey()).key]) {
      const cookie = await knownCookie(key);
      expect((await send('DELETE', '/admin/v1/session', { cookie, headers: OWN })).status).toBe(204);
      expect((await current(cookie)).code).toBe('no_session');
      await becomes(cookie, 401, 'no_session');
      expect((await send('DELETE', '/admin/v1/session', { cookie, headers: OWN })).status).toBe(204);
    }
    expect((await send('DELETE', '/admin/v1/session')).status).toBe(204);
    expect((await send('GET', '/admin/v1/session')).code).toBe('no_session');
  });
});

describe('whoever is signed in', () => {
  it('sees own sessions, an owner all, and which of them is the current one', async () => {
    const [viewer, admin] = [await newAdminKey('viewer'), await newAdminKey('admin')];
    const agent = { ...OWN, 'user-agent': `Mozilla/5.0 ${'x'.repeat(400)}`, 'x-forwarded-for': '192.0.2.7' };
    const first = (await signIn(viewer.key, agent)).cookie;
    const second = await cookieOf(viewer.key);
    await cookieOf(admin.key);
    const seen = await list(first);
    expect(seen).toMatchObject([{ current: false, user_agent: null, client_ip: '127.0.0.1' }, { current: true }]);
    expect(seen[1]).toEqual({
      object: 'session',
      id: expect.any(String),
      kind: 'admin_key',
      name: viewer.name,
      role: 'viewer',
      created_at: expect.any(String),
      last_seen_at: seen[1].created_at,
      expires_at: new Date(Date.parse(seen[1].created_at) + 168 * HOUR_MS).toISOString(),
      idle_expires_at: expect.any(String),
      client_ip: '192.0.2.7',
      user_agent: `Mozilla/5.0 ${'x'.repeat(400)}`.slice(0, 300),
      current: true,
    });
    const all = await list(await cookieOf(MASTER_KEY));
    expect(all.map((it: { name: string }) => it.name)).toEqual(
      expect.arrayContaining([viewer.name, admin.name, 'master key']),
    );
    // By a key none is the current one.
    const byKey = await send('GET', '/admin/v1/sessions', { headers: { authorization: `Bearer ${viewer.key}` } });
    expect(byKey.body.data).toMatchObject([{ current: false }, { current: false }]);
    expect(JSON.stringify(all)).not.toContain(second.split('=')[1]);
  });

  it('ends own sessions, an owner all: at once on every gateway', async () => {
    const viewer = await newAdminKey('viewer');
    const [mine, others] = [await knownCookie(viewer.key), await knownCookie(MASTER_KEY)];
    const idOf = async (cookie: string) => (await list(cookie)).find((it: { current: boolean }) => it.current).id;
    const end = (cookie: string, id: string) => send('DELETE', `/admin/v1/sessions/${id}`, { cookie, headers: OWN });
    const [myId, otherId] = [await idOf(mine), await idOf(others)];
    expect(await end(mine, otherId)).toMatchObject({ status: 404, code: 'not_found' });
    expect((await current(others)).status).toBe(200);
    expect((await send('DELETE', `/admin/v1/sessions/${myId}`, { cookie: others })).code).toBe('cross_site_request');
    expect(await end(others, myId)).toMatchObject({
      status: 200,
      body: { id: myId, object: 'session', deleted: true },
    });
    expect((await current(mine)).code).toBe('no_session');
    await becomes(mine, 401, 'no_session');
    expect((await end(others, myId)).status).toBe(404);
    expect(await end(others, otherId)).toMatchObject({ status: 200 });
    await becomes(others, 401, 'no_session');
  });

  it('ends all others in one call: own ones, an owner those of everybody, and each leaves its event', async () => {
    const [viewer, admin] = [await newAdminKey('viewer'), await newAdminKey('admin')];
    const { key } = await gateway.createKey();
    const [mine, second, theirs] = [
      await knownCookie(viewer.key),
      await knownCookie(viewer.key),
      await knownCookie(admin.key),
    ];
    const endOthers = (cookie: string, query = '?except=current', headers: Record<string, string> = OWN) =>
      send('DELETE', `/admin/v1/sessions${query}`, { cookie, headers });
    expect(await endOthers(mine, '?except=current', {})).toMatchObject({ code: 'cross_site_request' });
    for (const query of ['', '?except=none', '?except=current&force=1']) {
      expect([query, (await endOthers(mine, query)).status]).toEqual([query, 400]);
    }
    expect(await endOthers(mine)).toMatchObject({ status: 200, body: { object: 'sessions', deleted: 1 } });
    expect((await current(second)).code).toBe('no_session');
    for (const cookie of [mine, theirs]) expect((await current(cookie)).status).toBe(200);
    await becomes(second, 401, 'no_session');
    expect((await endOthers(mine)).body.deleted).toBe(0);

    const [owner, holder] = [await cookieOf(MASTER_KEY), await cookieOf(key)];
    // Two at once end all but their own, and at least one of them goes on or is ended by the other; neither waits for ever.
    const rival = await cookieOf(MASTER_KEY);
    const ids = (await list(owner)).map(({ id }: { id: string }) => id);
    const answers = await Promise.all([endOthers(owner), endOthers(rival)]);
    expect(answers.every(({ status }) => status === 200 || status === 401)).toBe(true);
    for (const cookie of [mine, theirs, holder]) expect((await current(cookie)).code).toBe('no_session');
    const events = (await gateway.admin('GET', 'audit?limit=100&kind=session&action=delete')).body.data;
    const ended = new Set(events.map((event: { subject_id: string }) => event.subject_id));
    expect(ids.filter((id: string) => ended.has(id)).length).toBeGreaterThanOrEqual(3);
    // With a key there is no current one.
    const bearer = { authorization: `Bearer ${MASTER_KEY}` };
    await cookieOf(MASTER_KEY);
    expect((await send('DELETE', '/admin/v1/sessions?except=current', { headers: bearer })).status).toBe(200);
    expect((await gateway.admin('GET', 'sessions')).body.data).toEqual([]);
  });
});

describe('on the other gateway', () => {
  const patch = (path: string, body: object) => gateway.admin('PATCH', path, body);

  it('a session ends with its admin key, or changes as it does', async () => {
    const changes: readonly [(id: string) => Promise<unknown>, number, string | undefined][] = [
      [(id) => patch(`admin_keys/${id}`, { blocked: true }), 401, 'key_blocked'],
      [(id) => patch(`admin_keys/${id}`, { expires_at: '2020-01-01T00:00:00Z' }), 401, 'key_expired'],
      [(id) => gateway.admin('DELETE', `admin_keys/${id}`), 401, 'no_session'],
      [(id) => gateway.admin('POST', `admin_keys/${id}/rotate`), 401, 'no_session'],
    ];
    for (const [change, status, code] of changes) {
      const { id, key } = await newAdminKey('admin');
      const cookie = await knownCookie(key);
      await change(id);
      await becomes(cookie, status, code, gateway);
      await becomes(cookie, status, code);
    }
    const { id, key } = await newAdminKey('admin');
    const cookie = await knownCookie(key);
    await patch(`admin_keys/${id}`, { role: 'viewer' });
    await until(async () => (await current(cookie, other)).body.role === 'viewer');
    const refused = await send('POST', '/admin/v1/teams', { cookie, headers: OWN, body: { name: 'never' }, at: other });
    expect(refused).toMatchObject({ status: 403, code: 'insufficient_role' });
    expect((await send('GET', '/v1/models', { cookie, headers: OWN, at: other })).status).toBe(403);
  });

  it('a session ends with its virtual key and its team', async () => {
    await gateway.admin('POST', 'teams', { name: 'radio' });
    const changes: readonly [(id: string) => Promise<unknown>, number, string][] = [
      [(id) => patch(`keys/${id}`, { blocked: true }), 401, 'key_blocked'],
      [(id) => patch(`keys/${id}`, { expires_at: '2020-01-01T00:00:00Z' }), 401, 'key_expired'],
      [(id) => patch(`keys/${id}`, { allowed_addresses: ['192.0.2.0/24'] }), 403, 'address_not_allowed'],
      [(id) => gateway.admin('DELETE', `keys/${id}`), 401, 'no_session'],
      [(id) => gateway.admin('POST', `keys/${id}/rotate`), 401, 'no_session'],
      [() => patch('teams/radio', { blocked: true }), 401, 'team_blocked'],
    ];
    for (const [change, status, code] of changes) {
      const { id, key } = await gateway.createKey({ team: 'radio' });
      const cookie = await knownCookie(key);
      await change(id);
      await becomes(cookie, status, code);
      expect((await send('GET', '/v1/models', { cookie, headers: OWN, at: other })).status).toBe(status);
    }
    const { id, key } = await gateway.createKey();
    const cookie = await knownCookie(key);
    await patch(`keys/${id}`, { endpoints: ['speech'] });
    await until(
      async () =>
        (await send('GET', '/v1/models', { cookie, headers: OWN, at: other })).code === 'endpoint_not_allowed',
    );
    await gateway.admin('POST', `keys/${id}/rotate`, { grace_seconds: 3600 });
    await other.heard();
    expect((await current(cookie, other)).status).toBe(200);
  });
});

describe('whoever is signed in with a virtual key', () => {
  const transcribe = async (key: string): Promise<string> => {
    const body = form({ model: 'sandbox', file: audioFile() });
    const answer = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body,
    });
    await answer.text();
    return answer.headers.get('x-request-id') ?? '';
  };
  const get = (cookie: string, path: string, at = gateway) =>
    send('GET', `/admin/v1/${path}`, { cookie, headers: OWN, at });

  it('sees the sums and, if its team allows it, the logs of that key only', async () => {
    await gateway.admin('POST', 'teams', { name: 'readers', holders_may_read_logs: true });
    const [own, colleague] = [
      await gateway.createKey({ team: 'readers' }),
      await gateway.createKey({ team: 'readers' }),
    ];
    const [log, second, others] = [
      await transcribe(own.key),
      await transcribe(own.key),
      await transcribe(colleague.key),
    ];
    const cookie = await knownCookie(own.key);
    expect((await current(cookie)).body.permissions).toEqual(['logs.read', 'analytics.read']);
    const { body } = await get(cookie, 'logs');
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([second, log]);
    expect(body.total_estimate).toBe(2);
    expect((await get(cookie, `logs?key_id=${own.id.toUpperCase()}`)).body.data).toHaveLength(2);
    expect((await get(cookie, `logs/${log}`)).body).toMatchObject({ id: log, key_id: own.id });
    expect(await get(cookie, `logs/${others}`)).toMatchObject({ status: 404 });
    expect((await get(cookie, `logs?request_id=${others}`)).body.data).toEqual([]);
    const metrics = 'analytics?metrics=requests&group_by=key';
    const { groups, ...sums } = (await get(cookie, metrics)).body;
    expect(JSON.stringify([groups, sums])).toContain(own.id);
    expect(JSON.stringify([groups, sums])).not.toContain(colleague.id);
    expect((await get(cookie, 'analytics/forecast')).status).toBe(200);
    for (const asked of [colleague.id, 'master', `${own.id}&key_id=${colleague.id}`]) {
      for (const path of [`logs?key_id=${asked}`, `${metrics}&key_id=${asked}`, `analytics/forecast?key_id=${asked}`]) {
        expect({ path, ...(await get(cookie, path)) }).toMatchObject({ path, status: 403, code: 'not_allowed' });
      }
    }
    // Another gateway hears of it when the team does not allow it any more.
    await gateway.admin('PATCH', 'teams/readers', { holders_may_read_logs: false });
    await until(async () => (await get(cookie, 'logs', other)).status === 403);
    expect((await get(cookie, metrics, other)).status).toBe(200);
    expect((await current(cookie)).body.permissions).toEqual(['analytics.read']);
  });

  it('sees nothing else of the admin API, whatever its team allows', async () => {
    await gateway.admin('POST', 'teams', { name: 'curious', holders_may_read_logs: true });
    const { key } = await gateway.createKey({ team: 'curious' });
    const cookies = [await cookieOf(key), await cookieOf((await gateway.createKey()).key)];
    const document = OpenApiDocument.copy;
    const opened: string[][] = [[], []];
    for (const { method, path, facts } of document.operations()) {
      if (!('x-permission' in facts)) continue;
      for (const [index, cookie] of cookies.entries()) {
        const asking = { cookie, headers: OWN, ...(method !== 'GET' && { body: {} }) };
        const { status, code } = await send(
          method,
          path.replaceAll(/\{\w+\}/g, '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a'),
          asking,
        );
        if (status === 403) expect({ method, path, code }).toEqual({ method, path, code: 'insufficient_role' });
        else opened[index]?.push(`${method} ${path}`);
      }
    }
    const sums = ['GET /admin/v1/analytics', 'GET /admin/v1/analytics/forecast'];
    expect(opened[1]).toEqual(sums);
    expect(opened[0]?.toSorted()).toEqual([...sums, 'GET /admin/v1/logs', 'GET /admin/v1/logs/{id}']);
    // The key itself opens none of them.
    expect((await send('GET', '/admin/v1/logs', { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  });
});

it('a stream of logs ends with its session', async () => {
  const cookie = await cookieOf(adminKeys.get('viewer')?.key ?? '');
  const stream = await fetch(`${gateway.url}/admin/v1/logs/stream`, { headers: { cookie } });
  expect(stream.status).toBe(200);
  const whole = stream.text();
  await send('DELETE', '/admin/v1/session', { cookie, headers: OWN });
  // It ends properly.
  await clock.passUntil(whole);
});

it('another master key ends the sessions of the one before, and shows them no more', async () => {
  const cookie = await cookieOf(MASTER_KEY);
  const { key } = await newAdminKey('owner');
  const owner = await cookieOf(key);
  const changed = await startTestGateway(
    { ENCRYPTION_KEY, DATABASE_URL: gateway.databaseUrl, MASTER_KEY: `${MASTER_KEY}-2` },
    [{ provide: CLOCK, useValue: clock }],
  );
  expect(await current(cookie, changed)).toMatchObject({ status: 401, code: 'no_session' });
  expect((await current(owner, changed)).status).toBe(200);
  expect((await list(owner, changed)).map((it: { kind: string }) => it.kind)).not.toContain('master_key');
  expect((await list(owner)).map((it: { kind: string }) => it.kind)).toContain('master_key');
  await changed.close();
});

it('what administrators do by a session is audited as done by their key and by that session, and so are signing in and out', async () => {
  const { id, key, name } = await newAdminKey('admin');
  const from = { ...OWN, 'x-forwarded-for': '192.0.2.9' };
  const { cookie, answer } = await signIn(key, from);
  const made = await send('POST', '/admin/v1/teams', { cookie, headers: from, body: { name: 'by a session' } });
  const out = await send('DELETE', '/admin/v1/session', { cookie, headers: from });
  const requests = [answer, made, out].map(({ headers }) => String(headers['x-request-id']));
  const { body } = await gateway.admin('GET', `audit?actor=${id}`);
  const who = { actor_kind: 'admin_key', actor_id: id, actor_name: name, client_ip: '192.0.2.9' };
  expect(body.data).toMatchObject([
    { ...who, action: 'delete', kind: 'session', request_id: requests[2], session_id: body.data[2].subject_id },
    { ...who, action: 'create', kind: 'team', request_id: requests[1], session_id: body.data[2].subject_id },
    {
      ...who,
      action: 'create',
      kind: 'session',
      request_id: requests[0],
      // It was opened by the key.
      session_id: null,
      after: { kind: 'admin_key', admin_key_id: id },
    },
  ]);
  expect(JSON.stringify(body)).not.toMatch(/hash|last_used_at/);
  // Holders of virtual keys leave none, however often they sign in.
  const newest = body.data[0].id;
  const virtual = await gateway.createKey();
  const theirs = await cookieOf(virtual.key);
  await send('DELETE', '/admin/v1/session', { cookie: theirs, headers: OWN });
  await cookieOf(virtual.key);
  await gateway.admin('DELETE', `keys/${virtual.id}`);
  const since = (await gateway.admin('GET', 'audit?kind=session')).body.data;
  expect(since[0].id).toBe(newest);
});

it('a body that never ends is not waited for', async () => {
  const sent = httpRequest(`${gateway.url}/admin/v1/session`, { method: 'POST', headers: { 'content-length': 100 } });
  const status = new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  sent.write('{"key": "');
  expect(await clock.passUntil(status)).toBe(408);
  sent.destroy();
});

it('plain http is allowed where a setting says so', async () => {
  const careless = await startTestGateway({ ALLOW_INSECURE_SIGN_IN: 'true' });
  const headers = { host: 'auricle.example' };
  const { cookie, answer } = await signIn(MASTER_KEY, headers, careless);
  expect(answer.body.secure).toBe(false);
  expect(await send('GET', '/admin/v1/session', { cookie, headers, at: careless })).toMatchObject({ status: 200 });
  // Nobody is believed who is no proxy.
  const claimed = { ...headers, 'x-forwarded-proto': 'https' };
  expect((await send('GET', '/admin/v1/session', { cookie, headers: claimed, at: careless })).status).toBe(200);
  await careless.close();
});

// Time passes here for all: these come last.
describe('with time', () => {
  const idOf = async (cookie: string) => (await list(cookie)).find((it: { current: boolean }) => it.current).id;
  const lastUse = async (id: string) =>
    (await database.query('SELECT last_used_at FROM sessions WHERE id = $1', [id])).rows[0]?.last_used_at?.getTime();

  it('a session ends when nothing is done, and goes on while something is, whichever gateway it is done by', async () => {
    const [used, idle] = [await knownCookie(MASTER_KEY), await knownCookie(MASTER_KEY)];
    const id = await idOf(used);
    const begun = clock.epochMs();
    clock.advance(59_999);
    expect((await current(used)).status).toBe(200);
    clock.advance(1);
    expect((await current(used)).status).toBe(200);
    await until(async () => (await lastUse(id)) === begun + 60_000);
    clock.advance(8 * HOUR_MS - 60_001);
    expect((await current(idle)).status).toBe(200);
    const { body } = await current(used);
    expect(body.idle_expires_at).toBe(new Date(clock.epochMs() + 8 * HOUR_MS).toISOString());
    clock.advance(1);
    for (const at of [gateway, other]) expect((await current(used, at)).status).toBe(200);
    clock.advance(8 * HOUR_MS);
    for (const at of [gateway, other]) {
      for (const cookie of [used, idle])
        expect(await current(cookie, at)).toMatchObject({ status: 401, code: 'no_session' });
    }
  });

  it('a session ends in the end, whatever is done', async () => {
    const cookie = await knownCookie(MASTER_KEY);
    for (let hours = 7; hours < 168; hours += 7) {
      clock.advance(7 * HOUR_MS);
      expect((await current(cookie)).status).toBe(200);
    }
    clock.advance(7 * HOUR_MS - 1);
    expect((await current(cookie)).status).toBe(200);
    clock.advance(1);
    for (const at of [gateway, other]) expect(await current(cookie, at)).toMatchObject({ code: 'no_session' });
  });

  it('what has ended is in no list, and is removed', async () => {
    const [ended, open] = [await cookieOf(MASTER_KEY), await cookieOf(MASTER_KEY)];
    const id = await idOf(ended);
    clock.advance(5 * HOUR_MS);
    await current(open);
    clock.advance(4 * HOUR_MS);
    expect((await list(open)).map((it: { id: string }) => it.id)).not.toContain(id);
    // Another gateway may be at it.
    await until(async () => {
      await gateway.app.get(SessionsKeeper).keep();
      return (await lastUse(id)) === undefined;
    });
    const { rows } = await database.query('SELECT id::text FROM sessions');
    expect(rows).toEqual([{ id: await idOf(open) }]);
    const { body } = await gateway.admin('GET', `audit?subject=${id}&action=delete`);
    expect(body.data).toMatchObject([{ kind: 'session', actor_kind: 'job', actor_name: 'ended sessions' }]);
    expect((await current(open)).status).toBe(200);
  });
});
