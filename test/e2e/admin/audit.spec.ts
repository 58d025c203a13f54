import { jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { AuditKeeper } from '../../../src/audit/audit-keeper.js';
import { ConfigFileService } from '../../../src/config-file/config-file.service.js';
import { rolesWith } from '../../../src/domain/administrator.js';
import { DeploymentHealth } from '../../../src/routing/deployment-health.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { writeLogs } from '../../support/written-logs.js';
import { object, OpenApiDocument, type Json } from './openapi-document.js';

const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4);
const SECRETS = {
  file: 'sk-file-secret-0123456789',
  sent: 'sk-sent-secret-0123456789',
  other: 'sk-other-secret-987654321',
};

let folder: string;
let file: string;
let first: TestGateway;
let second: TestGateway;
let database: Client;
let ada: { id: string; key: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  file = join(folder, 'config.yaml');
  await writeModels('of-file');
  first = await startTestGateway({ CONFIG_FILE: file, ENCRYPTION_KEY, TRUSTED_PROXIES: '127.0.0.1' });
  second = await startTestGateway({ CONFIG_FILE: file, ENCRYPTION_KEY, DATABASE_URL: first.databaseUrl });
  database = new Client({ connectionString: first.databaseUrl });
  await database.connect();
  ada = (await first.admin('POST', 'admin_keys', { name: 'ada', role: 'owner' })).body;
});
afterAll(async () => {
  await database.end();
  await second.close();
  await first.close();
  await rm(folder, { recursive: true });
});

async function writeModels(...names: readonly string[]): Promise<void> {
  const model_list = names.map((model_name) => ({
    model_name,
    litellm_params: { model: 'openai/whisper-1', api_key: SECRETS.file, api_base: 'http://127.0.0.1:9/v1' },
  }));
  await writeFile(file, JSON.stringify({ model_list, general_settings: { master_key: MASTER_KEY } }));
}

/** What is asked by the holder of ada's key, from elsewhere. */
async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(first.url + path, {
    method,
    headers: {
      authorization: `Bearer ${ada.key}`,
      'content-type': 'application/json',
      'x-forwarded-for': '192.0.2.7',
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const requestId = response.headers.get('x-request-id') ?? '';
  return { status: response.status, requestId, body: object(text.startsWith('{') ? JSON.parse(text) : {}) };
}

/** Events, newest first. */
async function eventsOf(query: string, of = first): Promise<Json[]> {
  const { status, body } = await of.admin('GET', `audit?limit=100&${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.data;
}

let count = 0;
const fresh = (what: string): string => `${what}-${(count += 1)}`;
/** Makes something by the master key; its answer has at least an id. */
async function made(path: string, body: object): Promise<Json & { id: string }> {
  const answer = await first.admin('POST', path, body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}
const deployment = () => ({
  provider: 'openai',
  upstream_model: 'whisper-1',
  api_base: 'http://127.0.0.1:9/v1',
  api_key: SECRETS.sent,
});
const config = { provider: 'openai' };
const newKey = () => made('keys', { name: fresh('key') });
/** Makes a client token by a key. @returns its id */
async function newClientToken(key: unknown): Promise<string> {
  const headers = { authorization: `Bearer ${String(key)}` };
  const response = await fetch(`${first.url}/v1/client_tokens`, { method: 'POST', headers });
  return String(object(await response.json())['id']);
}
const newTeam = () => made('teams', { name: fresh('team') });
const newAdminKey = () => made('admin_keys', { name: fresh('admin'), role: 'viewer' });
const newModel = () => made('models', { name: fresh('model'), deployments: [deployment()] });
const newCredential = () =>
  made('credentials', { name: fresh('credential'), provider: 'openai', api_key: SECRETS.sent });
const newAlert = () => made('alerts', { name: fresh('alert'), url: 'http://127.0.0.1:9/hook' });
async function newLog(): Promise<string> {
  const entry = logEntry();
  await writeLogs(first, entry);
  return entry.id;
}
const newConfig = () => made('configs', { name: fresh('config'), config });
async function newDeployment(): Promise<{ id: string; model: string }> {
  const { id: model } = await newModel();
  return { ...(await made(`models/${model}/deployments`, deployment())), model };
}

/** How a route is called so that it changes something, and which events that leaves. */
interface Recipe {
  /** Where the path has parameters. */
  readonly path?: string;
  readonly body?: object;
  readonly events: readonly string[];
}

/** Every route of administrators that changes something. */
const RECIPES: Readonly<Record<string, () => Recipe | Promise<Recipe>>> = {
  'DELETE /admin/v1/cache': () => ({ events: ['delete cache'] }),
  'POST /admin/v1/keys': () => ({
    body: { name: fresh('key'), budgets: [{ limit_usd: 5, period: 'day' }] },
    events: ['create key', 'create budget'],
  }),
  'PATCH /admin/v1/keys/{key}': async () => ({
    path: `/admin/v1/keys/${(await newKey()).id}`,
    body: { blocked: true, budgets: [{ limit_audio_seconds: 1.5, period: 'day' }] },
    events: ['create budget', 'update key'],
  }),
  'DELETE /admin/v1/keys/{key}': async () => ({
    path: `/admin/v1/keys/${(await newKey()).id}`,
    events: ['delete key'],
  }),
  'POST /admin/v1/keys/{key}/rotate': async () => ({
    path: `/admin/v1/keys/${(await newKey()).id}/rotate`,
    body: { grace_seconds: 60 },
    events: ['update key'],
  }),
  'DELETE /admin/v1/keys/{key}/client_tokens': async () => {
    const { id, key } = await newKey();
    await newClientToken(key);
    return { path: `/admin/v1/keys/${id}/client_tokens`, events: ['delete client_token'] };
  },
  'DELETE /admin/v1/keys/{key}/client_tokens/{id}': async () => {
    const { id, key } = await newKey();
    return { path: `/admin/v1/keys/${id}/client_tokens/${await newClientToken(key)}`, events: ['delete client_token'] };
  },
  'POST /admin/v1/keys/block': async () => ({ body: { ids: [(await newKey()).id] }, events: ['update key'] }),
  'POST /admin/v1/keys/unblock': async () => ({
    body: { ids: [(await made('keys', { name: fresh('key'), blocked: true })).id] },
    events: ['update key'],
  }),
  'POST /admin/v1/keys/revoke': async () => ({ body: { ids: [(await newKey()).id] }, events: ['delete key'] }),
  'POST /admin/v1/teams': () => ({ body: { name: fresh('team') }, events: ['create team'] }),
  'PATCH /admin/v1/teams/{team}': async () => ({
    path: `/admin/v1/teams/${(await newTeam()).id}`,
    body: { blocked: true },
    events: ['update team'],
  }),
  'DELETE /admin/v1/teams/{team}': async () => ({
    path: `/admin/v1/teams/${(await newTeam()).id}`,
    events: ['delete team'],
  }),
  'POST /admin/v1/admin_keys': async () => ({
    body: { name: fresh('admin'), role: 'team_admin', teams: [(await newTeam()).id] },
    events: ['create admin_key', 'create admin_key_team'],
  }),
  'PATCH /admin/v1/admin_keys/{key}': async () => ({
    path: `/admin/v1/admin_keys/${(await newAdminKey()).id}`,
    body: { role: 'admin' },
    events: ['update admin_key'],
  }),
  'DELETE /admin/v1/admin_keys/{key}': async () => ({
    path: `/admin/v1/admin_keys/${(await newAdminKey()).id}`,
    events: ['delete admin_key'],
  }),
  'POST /admin/v1/admin_keys/{key}/rotate': async () => ({
    path: `/admin/v1/admin_keys/${(await newAdminKey()).id}/rotate`,
    events: ['update admin_key'],
  }),
  'DELETE /admin/v1/sessions': async () => {
    await fetch(`${first.url}/admin/v1/session`, { method: 'POST', body: JSON.stringify({ key: MASTER_KEY }) });
    return { path: '/admin/v1/sessions?except=current', events: ['delete session'] };
  },
  'DELETE /admin/v1/sessions/{id}': async () => {
    await fetch(`${first.url}/admin/v1/session`, { method: 'POST', body: JSON.stringify({ key: MASTER_KEY }) });
    const { body } = await first.admin('GET', 'sessions?limit=1');
    return { path: `/admin/v1/sessions/${body.data[0].id}`, events: ['delete session'] };
  },
  'PATCH /admin/v1/gateway': () => ({
    body: { redaction: { kinds: ['email'], in: 'transcript' }, budgets: [{ limit_usd: 1e6, period: 'month' }] },
    events: ['create budget', 'update gateway'],
  }),
  'POST /admin/v1/models': () => ({
    body: { name: fresh('model'), deployments: [deployment()] },
    events: ['create credential', 'create deployment', 'create model'],
  }),
  'PATCH /admin/v1/models/{model}': async () => ({
    path: `/admin/v1/models/${(await newModel()).id}`,
    body: { name: fresh('renamed') },
    events: ['update model'],
  }),
  'DELETE /admin/v1/models/{model}': async () => ({
    path: `/admin/v1/models/${(await newModel()).id}`,
    events: ['delete credential', 'delete deployment', 'delete model'],
  }),
  'POST /admin/v1/credentials': () => ({
    body: { name: fresh('credential'), provider: 'openai', api_key: SECRETS.sent },
    events: ['create credential'],
  }),
  'PATCH /admin/v1/credentials/{credential}': async () => ({
    path: `/admin/v1/credentials/${(await newCredential()).id}`,
    body: { api_key: SECRETS.other },
    events: ['update credential'],
  }),
  'DELETE /admin/v1/credentials/{credential}': async () => ({
    path: `/admin/v1/credentials/${(await newCredential()).id}`,
    events: ['delete credential'],
  }),
  'PATCH /admin/v1/deployments/{id}': async () => ({
    path: `/admin/v1/deployments/${(await newDeployment()).id}`,
    body: { api_key: SECRETS.other },
    events: ['create credential', 'delete credential', 'update deployment'],
  }),
  'DELETE /admin/v1/deployments/{id}': async () => ({
    path: `/admin/v1/deployments/${(await newDeployment()).id}`,
    events: ['delete credential', 'delete deployment'],
  }),
  'POST /admin/v1/deployments/{id}/reset': async () => ({
    path: `/admin/v1/deployments/${(await newDeployment()).id}/reset`,
    events: ['reset deployment'],
  }),
  'POST /admin/v1/models/{model}/deployments': async () => ({
    path: `/admin/v1/models/${(await newModel()).id}/deployments`,
    body: deployment(),
    events: ['create credential', 'create deployment'],
  }),
  'PATCH /admin/v1/models/{model}/deployments/{id}': async () => {
    const { id, model } = await newDeployment();
    return { path: `/admin/v1/models/${model}/deployments/${id}`, body: { weight: 3 }, events: ['update deployment'] };
  },
  'DELETE /admin/v1/models/{model}/deployments/{id}': async () => {
    const { id, model } = await newDeployment();
    const events = ['delete credential', 'delete deployment'];
    return { path: `/admin/v1/models/${model}/deployments/${id}`, events };
  },
  'POST /admin/v1/logs/erase': () => ({ body: { user: 'somebody' }, events: ['delete personal_data'] }),
  'DELETE /admin/v1/logs/{id}/transcript': async () => ({
    path: `/admin/v1/logs/${await newLog()}/transcript`,
    events: ['delete transcript'],
  }),
  'POST /admin/v1/alerts': () => ({
    body: { name: fresh('alert'), url: 'http://127.0.0.1:9/hook' },
    events: ['create alert'],
  }),
  'PATCH /admin/v1/alerts/{alert}': async () => ({
    path: `/admin/v1/alerts/${(await newAlert()).id}`,
    body: { enabled: false },
    events: ['update alert'],
  }),
  'DELETE /admin/v1/alerts/{alert}': async () => ({
    path: `/admin/v1/alerts/${(await newAlert()).id}`,
    events: ['delete alert'],
  }),
  'POST /admin/v1/alerts/{alert}/rotate': async () => ({
    path: `/admin/v1/alerts/${(await newAlert()).id}/rotate`,
    events: ['update alert'],
  }),
  'POST /admin/v1/config/reload': async () => {
    await writeModels('of-file', fresh('of-file'));
    return { events: ['update configuration_file'] };
  },
  'POST /admin/v1/configs': () => ({
    body: { name: fresh('config'), config },
    events: ['create config', 'create config_version'],
  }),
  'PATCH /admin/v1/configs/{config}': async () => ({
    path: `/admin/v1/configs/${(await newConfig()).id}`,
    body: { config: { provider: 'groq' } },
    events: ['create config_version', 'update config'],
  }),
  'DELETE /admin/v1/configs/{config}': async () => ({
    path: `/admin/v1/configs/${(await newConfig()).id}`,
    events: ['delete config', 'delete config_version'],
  }),
  'POST /admin/v1/configs/{config}/rollback': async () => ({
    path: `/admin/v1/configs/${(await newConfig()).id}/rollback`,
    body: { version: 1 },
    events: ['create config_version', 'update config'],
  }),
  'POST /key/generate': () => ({ body: { key_alias: fresh('key') }, events: ['create key'] }),
  'POST /key/update': async () => ({
    body: { key: (await newKey())['key'], blocked: true },
    events: ['update key'],
  }),
  'POST /key/delete': async () => ({ body: { keys: [(await newKey())['key']] }, events: ['delete key'] }),
  'POST /key/block': async () => ({ body: { key: (await newKey())['key'] }, events: ['update key'] }),
  'POST /key/unblock': async () => ({
    body: { key: (await made('keys', { name: fresh('key'), blocked: true }))['key'] },
    events: ['update key'],
  }),
  'POST /key/regenerate': async () => ({ body: { key: (await newKey())['key'] }, events: ['update key'] }),
  'POST /key/{key}/regenerate': async () => ({
    path: `/key/${String((await newKey())['key'])}/regenerate`,
    body: {},
    events: ['update key'],
  }),
  'POST /team/new': () => ({ body: { team_alias: fresh('team') }, events: ['create team'] }),
  'POST /team/update': async () => ({
    body: { team_id: (await newTeam()).id, team_alias: fresh('renamed') },
    events: ['update team'],
  }),
  'POST /team/delete': async () => {
    const { id } = await newTeam();
    await made('keys', { name: fresh('key'), team: id });
    return { body: { team_ids: [id] }, events: ['delete key', 'delete team'] };
  },
  'POST /team/block': async () => ({ body: { team_id: (await newTeam()).id }, events: ['update team'] }),
  'POST /team/unblock': async () => ({
    body: { team_id: (await made('teams', { name: fresh('team'), blocked: true })).id },
    events: ['update team'],
  }),
  'POST /model/new': () => ({
    body: { model_name: fresh('model'), litellm_params: { model: 'openai/whisper-1', api_key: SECRETS.sent } },
    events: ['create credential', 'create deployment', 'create model'],
  }),
  'POST /model/delete': async () => ({
    body: { id: (await newDeployment()).id },
    events: ['delete credential', 'delete deployment'],
  }),
  'POST /v1/configs': () => ({
    body: { name: fresh('config'), config },
    events: ['create config', 'create config_version'],
  }),
  'PUT /v1/configs/{slug}': async () => ({
    path: `/v1/configs/${String((await newConfig())['slug'])}`,
    body: { config: { provider: 'groq' } },
    events: ['create config_version', 'update config'],
  }),
  'DELETE /v1/configs/{slug}': async () => ({
    path: `/v1/configs/${String((await newConfig())['slug'])}`,
    events: ['delete config', 'delete config_version'],
  }),
};

/** Routes that ask something of others, and change nothing. */
const CHANGE_NOTHING = [
  'POST /admin/v1/deployments/{id}/test',
  'POST /admin/v1/alerts/{alert}/test',
  'POST /admin/v1/alerts/{alert}/deliveries/{delivery}/retry',
];

async function changingRoutes(): Promise<string[]> {
  const document = OpenApiDocument.copy;
  return document
    .operations()
    .filter(({ method, facts }) => method !== 'GET' && 'x-permission' in facts)
    .map(({ method, path }) => `${method} ${path}`);
}

it('has an event of every change by every route of administrators: who, from where, what, and the request', async () => {
  const routes = await changingRoutes();
  // A new route gets a recipe, and leaves an event.
  expect([...Object.keys(RECIPES), ...CHANGE_NOTHING].toSorted()).toEqual(routes.toSorted());
  for (const [route, cook] of Object.entries(RECIPES)) {
    const { path, body, events } = await cook();
    const [method = '', template = ''] = route.split(' ');
    const { status, requestId, body: answer } = await call(method, path ?? template, body);
    expect({ route, answer, ok: status < 300 }).toEqual({ route, answer, ok: true });
    const found = await eventsOf(`request_id=${requestId}`);
    const told = found.map(({ action, kind }) => `${String(action)} ${String(kind)}`);
    expect({ route, told: told.toSorted() }).toEqual({ route, told: events.toSorted() });
    for (const event of found) {
      const isOfFile = event['kind'] === 'configuration_file';
      expect({ route, ...event }).toMatchObject({
        route,
        ...(isOfFile
          ? { actor_kind: 'file', actor_name: file, after: { requested_by: { kind: 'admin_key', name: 'ada' } } }
          : { actor_kind: 'admin_key', actor_id: ada.id, actor_name: 'ada' }),
        client_ip: '192.0.2.7',
        request_id: requestId,
      });
    }
  }
  const { rows } = await database.query('SELECT audit_event::text AS event FROM audit_event');
  const all = JSON.stringify([rows, await eventsOf('')]);
  for (const secret of [...Object.values(SECRETS), ada.key, MASTER_KEY]) expect(all).not.toContain(secret);
  expect(all).not.toMatch(/"(hash|previous_hash|key_hash|ciphertext)"/);
}, 120_000);

it('has no event of a test of a deployment, of what is refused, and of what changes nothing', async () => {
  const { id } = await newDeployment();
  const { id: key } = await newKey();
  const { body } = await first.admin('GET', 'audit?limit=1');
  const newest = body.data[0].id;
  expect((await call('POST', `/admin/v1/deployments/${id}/test`)).status).toBe(200);
  expect((await call('PATCH', `/admin/v1/keys/${key}`, { blocked: false })).status).toBe(200);
  expect((await call('PATCH', `/admin/v1/keys/${key}`, { name: 'key-1' })).status).toBe(409);
  expect((await call('POST', '/admin/v1/keys', { name: 7 })).status).toBe(400);
  expect((await call('POST', '/admin/v1/config/reload')).status).toBe(200);
  expect((await first.admin('GET', 'audit?limit=1')).body.data[0].id).toBe(newest);
});

it('says what was and what is in the words of the admin API', async () => {
  const team = await made('teams', { name: 'newsroom' });
  const key = await made('keys', {
    name: 'podcast',
    team: 'newsroom',
    expires_at: '2030-01-01T00:00:00Z',
    budgets: [{ limit_usd: 50, soft_limit_usd: 0.25, limit_audio_seconds: 1.5, period: 'day' }],
  });
  await first.admin('PATCH', `keys/${key.id}`, { name: 'podcast-app', budgets: [{ limit_usd: 60, period: 'day' }] });
  const [update, changed, budget, create] = await eventsOf(`subject=${key.id}`);
  expect(update).toEqual({
    object: 'audit_event',
    id: expect.any(String),
    created_at: expect.stringMatching(/^\d{4}-.+Z$/),
    actor_kind: 'master_key',
    actor_id: null,
    actor_name: 'master key',
    client_ip: '127.0.0.1',
    request_id: expect.any(String),
    session_id: null,
    action: 'update',
    kind: 'key',
    subject_id: key.id,
    subject_name: 'podcast-app',
    owner_kind: 'team',
    owner_id: team.id,
    owner_name: 'newsroom',
    before: { name: 'podcast' },
    after: { name: 'podcast-app' },
  });
  expect(changed).toMatchObject({
    kind: 'budget',
    request_id: update?.['request_id'],
    owner_kind: 'key',
    owner_name: 'podcast',
    before: { limit_usd: 50, soft_limit_usd: 0.25, limit_audio_seconds: 1.5 },
    after: { limit_usd: 60, soft_limit_usd: null, limit_audio_seconds: null },
  });
  expect(budget).toMatchObject({ action: 'create', before: null, after: { period: 'day', limit_usd: 50 } });
  expect(create).toMatchObject({
    action: 'create',
    after: { name: 'podcast', team_id: team.id, expires_at: '2030-01-01T00:00:00.000Z', blocked: false },
  });
});

it('is found by who, what, when and which request', async () => {
  const key = await made('keys', { name: 'found', team: (await made('teams', { name: 'finders' })).id });
  const { requestId } = await call('PATCH', `/admin/v1/keys/${key.id}`, { name: 'refound' });
  const names = async (query: string) => (await eventsOf(query)).map((it) => `${it['action']} ${it['subject_name']}`);
  expect(await names('subject=found')).toEqual(['update refound', 'create found']);
  expect(await names(`subject=${key.id.toUpperCase()}`)).toEqual(['update refound', 'create found']);
  expect(await names('subject=finders&kind=key')).toEqual(['update refound', 'create found']);
  expect(await names('subject=finders&kind=team&kind=budget')).toEqual(['create finders']);
  expect(await names('subject=found&actor=ada')).toEqual(['update refound']);
  expect(await names(`subject=found&actor=${ada.id}`)).toEqual(['update refound']);
  expect(await names('subject=found&actor_kind=master_key')).toEqual(['create found']);
  expect(await names('subject=found&action=update')).toEqual(['update refound']);
  expect(await names(`request_id=${requestId}`)).toEqual(['update refound']);
  expect(await names('subject=found&to=2026-01-01T00:00:00Z')).toEqual([]);
  const [update] = await eventsOf('subject=found');
  const at = String(update?.['created_at']);
  expect(await names(`subject=found&from=${at}`)).toContain('update refound');
  expect(await names(`subject=found&to=${at}`)).not.toContain('update refound');
  const { body } = await first.admin('GET', 'audit?actor_kind=nobody');
  expect(body.error).toMatchObject({ param: 'actor_kind' });

  const page = (await first.admin('GET', 'audit?subject=found&limit=1')).body;
  expect(page).toMatchObject({ object: 'list', has_more: true, next_cursor: page.data[0].id });
  expect(await names(`subject=found&cursor=${page.next_cursor}`)).toEqual(['create found']);
});

it('is exported as lines of JSON and as CSV that a spreadsheet does not run', async () => {
  const name = '=HYPERLINK("http://x", "a")';
  await made('keys', { name });
  const get = async (query: string) => {
    const response = await fetch(`${first.url}/admin/v1/audit/export?subject=${encodeURIComponent(name)}&${query}`, {
      headers: { authorization: `Bearer ${ada.key}` },
    });
    return { headers: response.headers, text: await response.text() };
  };
  const [event] = await eventsOf(`subject=${encodeURIComponent(name)}`);
  const lines = await get('');
  expect(lines.headers.get('content-disposition')).toBe('attachment; filename="audit.ndjson"');
  expect({ object: 'audit_event', ...object(JSON.parse(lines.text)) }).toEqual(event);
  const csv = await get('format=csv');
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  const [header, row] = csv.text.split('\r\n');
  expect(header).toBe(
    'id,created_at,actor_kind,actor_id,actor_name,client_ip,request_id,session_id,action,kind,subject_id,subject_name,owner_kind,owner_id,owner_name,before,after',
  );
  expect(row).toContain(`,"'=HYPERLINK(""http://x"", ""a"")",`);
  expect((await get(`format=csv&cursor=${String(event?.['id'])}`)).text).toBe('');

  const all = await fetch(`${first.url}/admin/v1/audit/export`, { headers: { authorization: `Bearer ${ada.key}` } });
  const ids = (await all.text())
    .split('\n')
    .slice(0, -1)
    .map((line) => String(object(JSON.parse(line))['id']));
  expect(ids.length).toBeGreaterThan(100);
  expect(ids).toEqual([...new Set(ids)].toSorted().toReversed());
});

it('has one event of a file that two gateways take, of each of its changes, and of nothing else', async () => {
  const of = async () => (await eventsOf('kind=configuration_file')).toReversed();
  const [start] = await of();
  expect(start).toMatchObject({
    action: 'create',
    actor_kind: 'file',
    actor_name: file,
    request_id: null,
    client_ip: null,
    after: { models: { added: ['of-file'] }, settings: { added: ['master_key'] } },
  });
  const before = await of();
  await writeModels('of-file', 'another');
  await second.app.get(ConfigFileService).reload();
  await first.app.get(ConfigFileService).reload();
  const news = (await of()).slice(before.length);
  expect(news).toMatchObject([{ action: 'update', actor_kind: 'file', after: { models: { added: ['another'] } } }]);
  expect(news[0]?.['after']).not.toHaveProperty('requested_by');
});

it('is seen through every gateway', async () => {
  const key = await made('keys', { name: 'seen' });
  await second.admin('PATCH', `keys/${key.id}`, { blocked: true });
  const events = await eventsOf('subject=seen', second);
  expect(events).toMatchObject([{ action: 'update' }, { action: 'create' }]);
  expect(await eventsOf('subject=seen')).toEqual(events);
});

it('names who is connected to the database without a gateway', async () => {
  const key = await made('keys', { name: 'by-hand' });
  await database.query('UPDATE virtual_key SET blocked = true WHERE id = $1', [key.id]);
  const { rows } = await database.query('SELECT session_user AS name');
  expect((await eventsOf('subject=by-hand'))[0]).toMatchObject({
    actor_kind: 'database',
    actor_name: rows[0].name,
    request_id: null,
    after: { blocked: true },
  });
});

it('changes nothing of which it cannot write an event', async () => {
  const { id } = await newDeployment();
  const reset = jest.spyOn(first.app.get(DeploymentHealth), 'reset');
  await database.query('ALTER TABLE audit_event ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
  await writeModels('of-file', 'never');
  const answers = await Promise.all([
    call('POST', '/admin/v1/keys', { name: 'never' }),
    call('POST', '/admin/v1/config/reload'),
    call('POST', `/admin/v1/deployments/${id}/reset`),
    call('DELETE', '/admin/v1/cache'),
  ]);
  await database.query('ALTER TABLE audit_event DROP CONSTRAINT full_disk');
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
  expect((await first.admin('GET', 'keys/never')).status).toBe(404);
  expect((await first.admin('GET', 'models/never')).status).toBe(404);
  expect(reset).not.toHaveBeenCalled();
});

it('is read by those who may, and by no team admin', () => {
  expect(rolesWith('audit.read')).toEqual(['owner', 'admin', 'viewer']);
});

it('is kept for ever, or as long as is said, of which an event tells', async () => {
  const write = (days: number, events: number) =>
    database.query(
      `INSERT INTO audit_event (id, created_at, actor_kind, actor_name, action, kind, subject_name)
       SELECT overlay(first_request_id(now() - make_interval(days => $1))::text placing lpad(to_hex(n), 12, '0') from 25)::uuid,
         now() - make_interval(days => $1), 'job', 'j', 'create', 'key', 'old' FROM generate_series(1, $2) AS n`,
      [days, events],
    );
  // More than one transaction deletes.
  await write(31, 5_500);
  await write(29, 3);
  const keeper = first.app.get(AuditKeeper);
  expect(await Promise.all([keeper.keep(30), second.app.get(AuditKeeper).keep(30)])).toEqual([true, true]);
  await keeper.keep(30);
  expect((await eventsOf('subject=old')).length).toBe(3);
  const told = await eventsOf('kind=audit_events');
  expect(told.map(({ actor_kind, actor_name }) => [actor_kind, actor_name])).toEqual(
    told.map(() => ['job', 'audit retention']),
  );
  expect(told.reduce((sum, { after }) => sum + Number(object(after)['deleted']), 0)).toBe(5_500);
});
