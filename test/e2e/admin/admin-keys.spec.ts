import { Client } from 'pg';
import { AdminKeysService } from '../../../src/auth/admin-keys/admin-keys.service.js';
import { MASTER_KEY, startTestGateway, type AdminAnswer, type TestGateway } from '../../support/gateway.js';
import { until } from '../../support/upload-server.js';
import { AdminClient } from './admin-client.js';
import { object } from './openapi-document.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway({ MAX_WRONG_KEYS_PER_MINUTE: '1000' });
  admin = AdminClient.of(gateway.url);
  for (const name of ['newsroom', 'radio', 'archive']) await admin.post('teams', { name });
});
afterAll(() => gateway.close());

/** Calls a route with a key. */
async function callWith(secret: string, method: string, path: string, body?: object): Promise<AdminAnswer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function codeOf(secret: string, method = 'GET', path = '/admin/v1/keys', body?: object): Promise<unknown> {
  const answer = await callWith(secret, method, path, body);
  return answer.status < 300 ? answer.status : [answer.status, object(object(answer.body)['error'])['code']];
}

async function issue(name: string, role: string, teams: string[] = []): Promise<{ id: string; key: string }> {
  const { status, body } = await admin.post('admin_keys', { name, role, teams });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

/** What the database has in a row of a key. */
async function stored(name: string): Promise<Record<string, unknown>> {
  const client = new Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT * FROM admin_key WHERE name = $1', [name]);
    return rows[0] ?? {};
  } finally {
    await client.end();
  }
}

const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

describe('an admin key', () => {
  it('is issued once with its secret, which is stored as its hash, and found by its id and its name', async () => {
    const { status, body } = await admin.post('admin_keys', { name: 'ada', role: 'viewer' });
    expect(status).toBe(201);
    const { key, ...shown } = body;
    expect(key).toMatch(/^sk-aur-admin-[\w-]{43}$/);
    expect(shown).toEqual({
      object: 'admin_key',
      id: expect.any(String),
      name: 'ada',
      preview: `sk-aur-admin-...${key.slice(-4)}`,
      role: 'viewer',
      teams: [],
      expires_at: null,
      blocked: false,
      created_at: expect.any(String),
      last_used_at: null,
    });
    expect((await admin.get(`admin_keys/${body.id}`)).body).toEqual(shown);
    expect((await admin.get('admin_keys/ada')).body).toEqual(shown);
    expect((await admin.get('admin_keys')).body.data).toContainEqual(shown);
    const row = await stored('ada');
    expect(row['hash']).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(row)).not.toContain(key);
  });

  it('changes in what is sent, is rotated and deleted, at once', async () => {
    const { id, key } = await issue('grace', 'admin');
    expect(await codeOf(key)).toBe(200);
    expect((await admin.patch('admin_keys/grace', { blocked: true })).body).toMatchObject({
      blocked: true,
      role: 'admin',
    });
    expect(await codeOf(key)).toEqual([401, 'key_blocked']);
    await admin.patch(`admin_keys/${id}`, { blocked: false, expires_at: '2020-01-01T00:00:00Z' });
    expect(await codeOf(key)).toEqual([401, 'key_expired']);
    await admin.patch(`admin_keys/${id}`, { expires_at: null, role: 'viewer', name: 'hopper' });
    expect(await codeOf(key, 'POST', '/admin/v1/keys', { name: 'x' })).toEqual([403, 'insufficient_role']);
    const { status, body } = await admin.post('admin_keys/hopper/rotate');
    expect(status).toBe(200);
    expect(await codeOf(key)).toEqual([401, 'invalid_api_key']);
    expect(await codeOf(body.key)).toBe(200);
    expect((await admin.delete('admin_keys/hopper')).body).toEqual({ id, object: 'admin_key', deleted: true });
    expect(await codeOf(body.key)).toEqual([401, 'invalid_api_key']);
    for (const answer of [
      await admin.get(`admin_keys/${id}`),
      await admin.patch('admin_keys/hopper', { blocked: true }),
      await admin.post(`admin_keys/${ABSENT}/rotate`),
      await admin.delete('admin_keys/hopper'),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    }
  });

  it('has a name of its own, a role, and teams only where that is the role', async () => {
    await issue('taken', 'owner');
    for (const [body, status, param] of [
      [{ name: 'taken', role: 'viewer' }, 409, 'name'],
      [{ name: 'new' }, 400, 'role'],
      [{ name: 'new', role: 'root' }, 400, 'role'],
      [{ name: 'new', role: 'team_admin' }, 400, 'teams'],
      [{ name: 'new', role: 'admin', teams: ['newsroom'] }, 400, 'teams'],
      [{ name: 'new', role: 'team_admin', teams: ['newsroom', 'nobody'] }, 400, 'teams.1'],
      [{ name: 'new', role: 'owner', expires_at: 'tomorrow' }, 400, 'expires_at'],
    ] as const) {
      const answer = await admin.post('admin_keys', body);
      expect({ body, status: answer.status, error: answer.body.error }).toMatchObject({
        body,
        status,
        error: { param },
      });
    }
    const { id } = await issue('changing', 'team_admin', ['radio', 'newsroom', 'radio']);
    const at = `admin_keys/${id}`;
    expect((await admin.get(at)).body.teams).toEqual(['newsroom', 'radio']);
    expect((await admin.patch(at, { role: 'viewer' })).body.error).toMatchObject({ param: 'teams' });
    expect((await admin.patch(at, { teams: [] })).body.error).toMatchObject({ param: 'teams' });
    expect((await admin.patch(at, { teams: ['archive'] })).body.teams).toEqual(['archive']);
    expect((await admin.patch(at, { role: 'viewer', teams: [] })).body).toMatchObject({ role: 'viewer', teams: [] });
  });

  it('is walked exactly once, newest first', async () => {
    for (let index = 0; index < 4; index += 1) await issue(`walked-${index}`, 'viewer');
    const ids = (await admin.walk('admin_keys', 100)).map(({ id }) => id);
    for (const limit of [1, 3]) expect((await admin.walk('admin_keys', limit)).map(({ id }) => id)).toEqual(ids);
  });

  it('tells when it was used, and writes that once a minute at most', async () => {
    const { id, key } = await issue('used', 'viewer');
    expect(await codeOf(key)).toBe(200);
    await until(async () => (await admin.get('admin_keys/used')).body.last_used_at !== null);
    const before = (await admin.get(`admin_keys/${id}`)).body.last_used_at;
    expect(await codeOf(key)).toBe(200);
    await gateway.app.get(AdminKeysService).beforeApplicationShutdown();
    expect((await admin.get(`admin_keys/${id}`)).body.last_used_at).toBe(before);
  });

  it('may delete itself and the last owner, for the master key stays', async () => {
    const { key } = await issue('last', 'owner');
    expect(await codeOf(key, 'DELETE', '/admin/v1/admin_keys/last')).toBe(200);
    expect(await codeOf(key)).toEqual([401, 'invalid_api_key']);
    expect(await codeOf(MASTER_KEY)).toBe(200);
  });

  it('is no virtual key, and no virtual key becomes one', async () => {
    const { key } = await issue('not-virtual', 'owner');
    expect(await codeOf(key, 'GET', '/v1/models')).toEqual([401, 'invalid_api_key']);
    for (const chosen of [key, `sk-aur-admin-${'x'.repeat(43)}`, MASTER_KEY]) {
      expect(await codeOf(MASTER_KEY, 'POST', '/key/generate', { key: chosen })).toEqual([400, 'invalid_value']);
      const { id } = await gateway.createKey();
      expect(await codeOf(MASTER_KEY, 'POST', `/key/${id}/regenerate`, { new_key: chosen })).toEqual([
        400,
        'invalid_value',
      ]);
    }
  });

  it('may do little where its row is not understood', async () => {
    const { key } = await issue('odd', 'owner');
    const client = new Client({ connectionString: gateway.databaseUrl });
    await client.connect();
    await client.query(`UPDATE admin_key SET role = 'emperor' WHERE name = 'odd'`);
    await client.end();
    expect(await codeOf(key, 'GET', '/admin/v1/admin_keys')).toEqual([401, 'key_blocked']);
    expect((await admin.get('admin_keys/odd')).body).toMatchObject({ role: 'viewer', blocked: true });
  });
});

describe('nobody rises', () => {
  it.each(['admin', 'viewer', 'team_admin'])(
    'a holder of the role %s neither sees nor makes nor changes admin keys',
    async (role) => {
      const { id, key } = await issue(`low-${role}`, role, role === 'team_admin' ? ['newsroom'] : []);
      const calls: [string, string, object?][] = [
        ['GET', '/admin/v1/admin_keys'],
        ['GET', `/admin/v1/admin_keys/${id}`],
        ['POST', '/admin/v1/admin_keys', { name: 'mine', role: 'owner' }],
        ['PATCH', `/admin/v1/admin_keys/${id}`, { role: 'owner' }],
        ['POST', `/admin/v1/admin_keys/${id}/rotate`],
        ['DELETE', `/admin/v1/admin_keys/${id}`],
      ];
      for (const [method, path, body] of calls) {
        expect(await codeOf(key, method, path, body)).toEqual([403, 'insufficient_role']);
      }
      expect((await admin.get(`admin_keys/${id}`)).body).toMatchObject({ role, last_used_at: expect.anything() });
    },
  );

  it('a viewer reads no secret, and changes nothing', async () => {
    const { key: viewer } = await issue('reader', 'viewer');
    const secret = 'sk-upstream-4711-abcdefghijkl';
    await admin.post('credentials', { name: 'upstream', provider: 'openai', api_key: secret });
    const issued = await gateway.createKey({ name: 'seen', team: 'newsroom' });
    const heard: string[] = [];
    const paths = [
      'keys',
      'teams',
      'credentials',
      'models',
      'deployments',
      'providers',
      'configs',
      'gateway',
      'logs',
      'logs/export',
      'analytics',
      'cache',
    ];
    for (const path of paths) {
      const { status, body } = await callWith(viewer, 'GET', `/admin/v1/${path}`);
      expect({ path, status }).toEqual({ path, status: 200 });
      heard.push(JSON.stringify(body));
    }
    for (const it of [secret, issued.key, viewer, MASTER_KEY]) expect(heard.join()).not.toContain(it);
    expect(await codeOf(viewer, 'DELETE', `/admin/v1/keys/${issued.id}`)).toEqual([403, 'insufficient_role']);
    expect(await codeOf(viewer, 'GET', '/metrics')).toBe(200);
  });
});

it('counts wrong admin keys of an address, and serves right ones from there', async () => {
  const small = await startTestGateway({ MAX_WRONG_KEYS_PER_MINUTE: '2' });
  try {
    const { body } = await small.admin('POST', 'admin_keys', { name: 'right', role: 'viewer' });
    const statusWith = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret}` };
      const answer = await fetch(`${small.url}/admin/v1/keys`, { headers });
      await answer.arrayBuffer();
      return answer.status;
    };
    const wrong = [1, 2, 3].map((digit) => `${body.key}${digit}`);
    expect([
      await statusWith(wrong[0] ?? ''),
      await statusWith(wrong[1] ?? ''),
      await statusWith(wrong[2] ?? ''),
    ]).toEqual([401, 401, 429]);
    expect(await statusWith(body.key)).toBe(200);
    expect(await statusWith(MASTER_KEY)).toBe(200);
  } finally {
    await small.close();
  }
});
