import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { leaksOf } from '../../support/secret-hunt.js';
import { answer, errorAnswer } from '../../support/simulator-answers.js';
import { SimulatorServer } from '../../support/simulator-server.js';
import { until } from '../../support/upload-server.js';
import { object, OpenApiDocument, type Json, type Operation } from '../admin/openapi-document.js';
import { audioFile, form } from '../bad-input/bench.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

let folder: string;
beforeAll(async () => {
  await buildGateway();
  folder = await mkdtemp(join(tmpdir(), 'auricle-secrets-'));
});
afterAll(async () => {
  await GatewayProcess.killAll();
  await rm(folder, { recursive: true, force: true });
});

/** Every secret of the run, by what it is. */
const secrets: Record<string, string> = {};
/** A secret that looks different in a URL. */
const secret = (name: string, prefix = ''): string =>
  (secrets[name] ??= `${prefix}${randomBytes(18).toString('base64url')}+/${randomBytes(6).toString('base64url')}`);

/** What a new secret looks like that an answer may show once. */
const ISSUED = /sk-aur-[\w-]{32,}|ct-aur-[\w-]{32,}/g;

const UNKNOWN_ID = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';
/** What stands for `{parameters}`: what is there where it can be. */
const PARAMETERS: Readonly<Record<string, string>> = { key: 'app', team: 'newsroom', model: 'm', credential: 'stored' };
const ENDS = /delete|revoke|block|DELETE|regenerate|rotate/;

/** A body that the schema of a request allows, as far as its examples say, with secrets of its own where secrets belong. */
function sampleOf(document: OpenApiDocument, schema: Json, path: string): unknown {
  const { $ref, example, properties, allOf, anyOf, oneOf } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    return sampleOf(document, object(object(object(document.json['components'])['schemas'])[name]), path);
  }
  const [part] = [allOf, anyOf, oneOf].flatMap((it) => (Array.isArray(it) ? [object(it[0])] : []));
  if (!properties && part) return sampleOf(document, part, path);
  if (!properties) return example;
  const sample = Object.entries(object(properties)).flatMap(([name, property]): [string, unknown][] => {
    if (/secret|api_key|token$|password/.test(name)) return [[name, secret(`${name} of ${path}`, 'sk-')]];
    const value = sampleOf(document, object(property), path);
    return value === undefined || value === null ? [] : [[name, value]];
  });
  return { ...object(example), ...Object.fromEntries(sample) };
}

it('tells no secret anywhere, whatever is called, and however it fails', async () => {
  const database = await createTestDatabase();
  const proxy = await DatabaseProxy.start(database.url);
  secrets['database password'] = decodeURIComponent(new URL(database.url).password);
  secrets['encryption key'] = randomBytes(32).toString('hex');
  secrets['previous encryption key'] = randomBytes(32).toString('hex');
  // It repeats what it is sent, and takes only what is meant to be good.
  const provider = await new SimulatorServer({
    refuse: () => undefined,
    answer: ({ headers, path }) => {
      const sent = String(headers['authorization'] ?? headers['api-key'] ?? '').replace(/^Bearer /, '');
      const told = { message: `no ${sent} at ${path}`, code: sent, param: sent, type: sent };
      const status = [200, 401, 403, 400, 429, 500][turn % 6] ?? 200;
      turn += 1;
      if (status === 200) return answer(200, { text: 'hello' });
      return errorAnswer(status, told, { 'x-request-id': sent, location: `http://x/?key=${sent}` });
    },
  }).listen();
  let turn = 0;
  const apiBase = `${provider.origin}/v1`;
  const gateway = await GatewayProcess.start({
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: proxy.url,
    DATABASE_TIMEOUT_SECONDS: '1',
    MASTER_KEY: secret('master key', 'sk-master-'),
    ENCRYPTION_KEY: secrets['encryption key'],
    ENCRYPTION_KEY_PREVIOUS: secrets['previous encryption key'],
    METRICS_TOKEN: secret('metrics token'),
    // Nobody is there.
    REDIS_URL: `redis://auricle:${encodeURIComponent(secret('password of Redis'))}@127.0.0.1:1`,
    REDIS_SENTINEL_PASSWORD: secret('password of sentinels'),
    GROQ_API_KEY: secret('key of the environment', 'gsk_'),
    GROQ_BASE_URL: apiBase,
    TRANSLATION_API_BASE: apiBase,
    TRANSLATION_MODEL: 't',
    TRANSLATION_API_KEY: secret('key of the translation model'),
    OIDC_SECRET: secret('client secret'),
    PUBLIC_URL: 'https://auricle.example',
    OIDC_ISSUERS: JSON.stringify([
      {
        id: 'company',
        name: 'Company',
        issuer: provider.origin,
        client_id: 'auricle',
        client_secret: 'os.environ/OIDC_SECRET',
        roles: [{ everybody: true, role: 'viewer' }],
      },
    ]),
    LOG_LEVEL: 'trace',
    LOG_FORMAT: 'json',
    MAX_RETRIES: '0',
    COOLDOWN_SECONDS: '0',
    MAX_WRONG_KEYS_PER_MINUTE: '100000',
  });
  const master = secret('master key');
  const heard: string[] = [];
  const call = async (
    method: string,
    path: string,
    { key, body, headers = {} }: { key?: string; body?: FormData | string; headers?: Record<string, string> } = {},
  ): Promise<string> => {
    const response = await fetch(gateway.url + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        connection: 'close',
        ...headers,
      },
      body,
      redirect: 'manual',
    });
    const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream') && path.includes('/logs');
    if (isEndless) await response.body?.cancel();
    const text = isEndless ? '' : await response.text();
    heard.push(`${method} ${path.split('?')[0]} ${response.status} ${JSON.stringify([...response.headers])} ${text}`);
    return text;
  };
  const admin = async (method: string, path: string, body?: object): Promise<Json> =>
    object(JSON.parse(await call(method, `/admin/v1/${path}`, { key: master, body: body && JSON.stringify(body) })));
  const transcribe = async (key: string, model: string, headers: Record<string, string> = {}, fields = {}) =>
    await call('POST', '/v1/audio/transcriptions', {
      key,
      headers,
      body: form({ model, file: audioFile(), ...fields }),
    });

  for (const path of ['', '/company', '/company/callback?code=a&state=b', '/nobody'])
    await call('GET', `/admin/v1/session/oidc${path}`);

  // A session's secret comes in one header of one answer, which is not among what is searched.
  const { headers: signedIn } = await fetch(`${gateway.url}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ key: master }),
  });
  const cookie = signedIn.getSetCookie()[0]?.split(';')[0] ?? '';
  secrets['session'] = cookie.split('=')[1] ?? '';
  expect(secrets['session']).toHaveLength(43);
  for (const path of ['session', 'sessions', 'keys', 'nothing']) {
    await call('GET', `/admin/v1/${path}`, { headers: { cookie } });
  }
  await call('POST', '/admin/v1/keys', { headers: { cookie }, body: '{}' });

  // What there is.
  await admin('POST', 'teams', { name: 'newsroom' });
  for (const [name, api_key] of [
    ['stored', secret('stored key', 'sk-proj-')],
    ['loose', secret('loose key', 'sk-')],
  ]) {
    expect(await admin('POST', 'credentials', { name, provider: 'openai', api_key })).toMatchObject({ name });
  }
  const whisper = { provider: 'openai', upstream_model: 'whisper-1', api_base: apiBase };
  const deployments = [
    { ...whisper, credential: 'stored' },
    { ...whisper, api_key: secret('key of a deployment', 'sk-') },
  ];
  const made = await admin('POST', 'models', { name: 'm', deployments });
  const [deployment] = Array.isArray(made['deployments']) ? made['deployments'].map(object) : [];
  const app = String((await admin('POST', 'keys', { name: 'app', allow_provider_keys: true }))['key']);
  const token = String(object(JSON.parse(await call('POST', '/v1/client_tokens', { key: app })))['token']);
  const viewer = String((await admin('POST', 'admin_keys', { name: 'v', role: 'viewer' }))['key']);
  const rotated = String((await admin('POST', 'keys/app/rotate', { grace_seconds: 3600 }))['key']);
  expect([app, token, viewer, rotated].map((it) => it.length > 30)).toEqual([true, true, true, true]);
  await admin('PATCH', 'credentials/stored', { api_key: secret('replaced key', 'sk-proj-') });

  // Traffic: good, rejected, repeated by the provider, brought by the caller, in the wrong place.
  for (let round = 0; round < 6; round += 1) {
    await transcribe(round % 2 ? app : rotated, 'm');
    await transcribe(rotated, 'groq/whisper-large-v3');
    const brought = secret('brought key', 'sk-');
    await transcribe(brought, 'whisper-1', { 'x-portkey-api-key': rotated, 'x-portkey-provider': 'openai' });
    const config = { provider: 'openai', api_key: secret('key in a config', 'sk-'), custom_host: apiBase };
    await transcribe('x', 'm', { 'x-portkey-api-key': rotated, 'x-portkey-config': JSON.stringify(config) });
  }
  await transcribe(token, 'm');
  for (const key of [
    secret('wrong key', 'sk-aur-'),
    secret('wrong admin key', 'sk-aur-admin-'),
    secret('stored key'),
  ]) {
    await transcribe(key, 'm');
    await call('GET', '/admin/v1/keys', { key });
    for (const name of ['x-api-key', 'api-key', 'x-goog-api-key', 'x-portkey-api-key', 'cookie']) {
      await call('GET', '/v1/models', { headers: { [name]: key } });
    }
    await call('GET', `/v1/models?key=${encodeURIComponent(key)}&api_key=${encodeURIComponent(key)}`);
    await call('GET', '/v1/models', {
      headers: { authorization: `Basic ${Buffer.from(`u:${key}`).toString('base64')}` },
    });
  }
  await call('GET', '/metrics', { key: secret('metrics token') });
  await call('GET', '/openapi.json');

  // Every route, with everybody's key, with what it wants and with what it does not.
  const document = OpenApiDocument.copy;
  const operations = document.operations();
  expect(operations.length).toBeGreaterThan(100);
  const misplaced = secret('misplaced secret', 'sk-');
  const drive = async (operation: Operation): Promise<void> => {
    const { method, path, facts } = operation;
    const id = String(deployment?.['id']);
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'id' && path.includes('deployments') ? id : (PARAMETERS[name] ?? UNKNOWN_ID),
    );
    const content = object(object(facts['requestBody'])['content']);
    if (content['multipart/form-data']) {
      const audio = { model: 'm', file: audioFile() };
      await call(method, url, { key: rotated, body: form(audio) });
      for (const field of ['response_format', 'temperature', 'stream']) {
        await call(method, url, { key: rotated, body: form({ ...audio, [field]: misplaced }) });
      }
      return;
    }
    const schema = object(object(content['application/json'])['schema']);
    const sample = Object.keys(schema).length > 0 ? sampleOf(document, schema, path) : undefined;
    const good = sample === undefined ? undefined : JSON.stringify(sample);
    for (const key of [secret('wrong key'), rotated, master]) await call(method, url, { key, body: good });
    if (good === undefined) return;
    for (const bad of [
      `{"api_key": "${misplaced}`,
      JSON.stringify({
        ...object(sample),
        api_key: { in: misplaced },
        secret: [misplaced],
        price: misplaced,
        limits: misplaced,
      }),
      JSON.stringify({ ...object(sample), api_base: `http://user:${encodeURIComponent(misplaced)}@127.0.0.1:9/v1` }),
      JSON.stringify({ ...object(sample), expires_at: misplaced, budgets: misplaced, endpoints: [misplaced] }),
    ]) {
      await call(method, url, { key: master, body: bad });
    }
  };
  const isEnd = ({ method, path }: Operation) => ENDS.test(`${method} ${path}`);
  await side(operations.filter((it) => !isEnd(it)).map((it) => () => drive(it)));

  // Without a database.
  proxy.goAway();
  for (const path of ['/admin/v1/keys', '/admin/v1/credentials', '/health/ready', '/v1/me']) {
    await call('GET', path, { key: master });
    await call('GET', path, { key: secret('wrong key') });
  }
  await admin('PATCH', 'credentials/loose', { api_key: secret('key without a database', 'sk-') }).catch(
    () => undefined,
  );
  proxy.comeBack();
  await until(async () => (await call('GET', '/admin/v1/keys', { key: master })).includes('"object":"list"'));
  await side(operations.filter(isEnd).map((it) => () => drive(it)));
  await call('GET', '/admin/v1/logs?fields=all&limit=100', { key: master });
  await call('GET', '/admin/v1/logs/export?fields=all', { key: master });
  await call('GET', '/metrics', { key: master });

  gateway.kill('SIGTERM');
  await gateway.ended;
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const stored = await everythingStored(client);
  const answers = heard.join('\n');
  // New secrets are shown once, in the answer that makes them.
  const issued = new Set(answers.match(ISSUED));
  for (const it of [app, token, viewer, rotated]) expect(issued.has(it)).toBe(true);
  for (const it of issued) expect([it.slice(0, 12), answers.split(it).length - 1]).toEqual([it.slice(0, 12), 1]);
  expect(issued.size).toBeGreaterThanOrEqual(6);
  const places = {
    'process log': gateway.output + gateway.errors,
    database: stored,
    files: await everythingIn(folder),
  };
  expect([places['process log'], stored].map((it) => /credential_rejected|\/v1\/models/.test(it))).toEqual([
    true,
    true,
  ]);
  expect(answers.includes('"openapi":')).toBe(true);
  const all = { ...secrets, ...Object.fromEntries([...issued].map((it, index) => [`issued ${index}`, it])) };
  expect(Object.keys(all).length).toBeGreaterThan(25);
  expect(leaksOf({ ...places, answers }, secrets)).toEqual([]);
  expect(leaksOf(places, all)).toEqual([]);

  // It finds what is put there.
  const planted = Buffer.from(`key: ${secrets['stored key']}`).toString('base64');
  await client.query(`CREATE TABLE planted AS SELECT ${client.escapeLiteral(planted)} AS told`);
  expect(leaksOf({ database: await everythingStored(client) }, secrets)).toContainEqual(
    expect.stringMatching(/^stored key \(base64 at \d\) in database$/),
  );
  await client.end();
  await provider.close();
  await proxy[Symbol.asyncDispose]();
  await database.drop();
}, 300_000);

/** Every row of every table of every schema that is not PostgreSQL's own, as text. */
async function everythingStored(client: Client): Promise<string> {
  const { rows: tables } = await client.query<{ name: string }>(`
    SELECT pg_class.oid::regclass::text AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_toast'`);
  expect(tables.length).toBeGreaterThan(15);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
    texts.push(`${name}:`, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

/** Does all of it, six at a time. */
async function side(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = left.shift(); task; task = left.shift()) await task();
  };
  await Promise.all(Array.from({ length: 6 }, work));
}

/** Every file below a folder. */
async function everythingIn(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  return (await Promise.all(files.map((it) => readFile(it, 'latin1')))).join('\n');
}
