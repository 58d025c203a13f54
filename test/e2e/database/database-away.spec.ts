import { jest } from '@jest/globals';
import { stopApp } from '../../../src/app.js';
import { SavedConfigsService } from '../../../src/doors/portkey/configs/saved-configs.service.js';
import { CLOCK } from '../../../src/http/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { quietPort } from '../../support/quiet-port.js';
import { until } from '../../support/upload-server.js';
import { object, OpenApiDocument } from '../admin/openapi-document.js';
import { LedgerBench } from '../ledger/ledger-bench.js';

/** Not the default. */
const GRACE_MS = 120_000;
const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

let database: TestDatabase;
let proxy: DatabaseProxy;
let port: number;
let bench: LedgerBench;
let clock: ManualClock;

async function open(): Promise<void> {
  database = await createTestDatabase();
  port = await quietPort();
  proxy = await DatabaseProxy.start(database.url, port);
  clock = new ManualClock();
  const environment = {
    DATABASE_URL: proxy.url,
    // What a busy machine needs to answer while the database is there, and what each test waits when it is not.
    DATABASE_TIMEOUT_SECONDS: '1',
    AUTH_GRACE_SECONDS: String(GRACE_MS / 1000),
  };
  bench = await LedgerBench.start(environment, [{ provide: CLOCK, useValue: clock }]);
}

async function close(): Promise<void> {
  await bench.close();
  await proxy.close();
  await database.drop();
}

async function expectUnavailable(answer: Response): Promise<void> {
  expect({
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    ...object(await answer.json()),
  }).toEqual({
    status: 503,
    retryAfter: '1',
    error: {
      message: 'The database does not answer. Please try again.',
      type: 'server_error',
      param: null,
      code: 'database_unavailable',
    },
  });
}

/** What a page of ours sends by a session that the gateway does not know yet. */
const OWN_PAGE = { 'x-auricle-ui': '1', 'sec-fetch-site': 'same-origin' };
const UNSEEN_SESSION = { ...OWN_PAGE, cookie: `auricle_session=${'A'.repeat(43)}` };

const list = (key: string) => fetch(`${bench.gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });

// It comes back after each test, for what waits to be written: the gateway would stop only when its time is over.
describe.each<[string, () => void | Promise<void>, () => void | Promise<void>]>([
  ['frozen', () => proxy.freeze(), () => proxy.thaw()],
  [
    'gone',
    () => proxy.close(),
    async () => {
      proxy = await DatabaseProxy.start(database.url, port);
    },
  ],
  ['slow', () => proxy.slowDown(2000), () => proxy.slowDown(0)],
])('while the database is %s', (_, takeAway, bringBack) => {
  let isAway = false;
  const goAway = async () => {
    isAway = true;
    await takeAway();
  };
  const comeBack = async () => {
    if (!isAway) return;
    isAway = false;
    await bringBack();
  };
  beforeAll(() => open());
  afterEach(async () => {
    await comeBack();
    await until(async () => (await bench.gateway.admin('GET', 'keys')).status === 200);
    await bench.gateway.heard();
  });
  afterAll(() => close());

  it('a known key goes on for the time of grace, another one is a 503, a wrong one a 401', async () => {
    const [known, unknown] = [await bench.gateway.createKey(), await bench.gateway.createKey()];
    const blocked = await bench.gateway.createKey({ blocked: true });
    const expiresAtMs = Date.now() + 60_000;
    const expiring = await bench.gateway.createKey({ expires_at: new Date(expiresAtMs).toISOString() });
    await bench.gateway.heard();
    expect((await bench.transcribe(known.key)).status).toBe(200);
    expect((await list(expiring.key)).status).toBe(200);
    for (const refused of [blocked.key, 'sk-wrong']) expect((await list(refused)).status).toBe(401);
    await goAway();
    // Longer than anything is taken from memory while the database could be asked.
    clock.advance(61_000);
    expect((await bench.transcribe(known.key)).status).toBe(200);
    const today = jest.spyOn(Date, 'now').mockReturnValue(expiresAtMs);
    expect((await list(expiring.key)).status).toBe(401);
    today.mockRestore();
    for (const refused of [blocked.key, 'sk-wrong']) expect((await list(refused)).status).toBe(401);
    for (const secret of [unknown.key, 'sk-aur-never-seen']) await expectUnavailable(await list(secret));
    // A bearer that is known to be no key of ours does not hide the key beside it.
    const beside = { authorization: 'Bearer sk-wrong', 'x-portkey-api-key': known.key };
    expect((await fetch(`${bench.gateway.url}/v1/models`, { headers: beside })).status).toBe(200);
    clock.advance(GRACE_MS - 61_000);
    expect((await bench.transcribe(known.key)).status).toBe(200);
    clock.advance(1);
    for (const secret of [known.key, blocked.key, 'sk-wrong']) await expectUnavailable(await list(secret));
    expect((await list(MASTER_KEY)).status).toBe(200);
  });

  it('a known admin key goes on for the time of grace, another one is a 503, the master key needs no database', async () => {
    const [known, unknown] = [0, 1].map(async (index) => {
      const made = await bench.gateway.admin('POST', 'admin_keys', { name: `viewer ${index}`, role: 'viewer' });
      return String(made.body.key);
    });
    const keys = { known: await known, unknown: await unknown };
    const health = (key = '') =>
      fetch(`${bench.gateway.url}/admin/v1/deployments/health`, { headers: { authorization: `Bearer ${key}` } });
    await bench.gateway.heard();
    expect((await health(keys.known)).status).toBe(200);
    await goAway();
    clock.advance(60_001);
    expect((await health(keys.known)).status).toBe(200);
    await expectUnavailable(await health(keys.unknown));
    clock.advance(GRACE_MS);
    await expectUnavailable(await health(keys.known));
    expect((await health(MASTER_KEY)).status).toBe(200);
    await comeBack();
    await until(async () => (await health(keys.unknown)).status === 200);
  });

  it('a known session goes on as its key does, another one is a 503, and so is signing in and out', async () => {
    const { body } = await bench.gateway.admin('POST', 'admin_keys', { name: 'ada', role: 'viewer' });
    await bench.gateway.heard();
    const session = `${bench.gateway.url}/admin/v1/session`;
    const signIn = (key: string) => fetch(session, { method: 'POST', body: JSON.stringify({ key }) });
    const cookieOf = async (key: string) => (await signIn(key)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const [ofAda, ofMaster, unseen] = [
      await cookieOf(body.key),
      await cookieOf(MASTER_KEY),
      await cookieOf(MASTER_KEY),
    ];
    const ask = (cookie: string) =>
      fetch(`${bench.gateway.url}/admin/v1/deployments/health`, { headers: { ...OWN_PAGE, cookie } });
    for (const cookie of [ofAda, ofMaster]) expect((await ask(cookie)).status).toBe(200);
    await goAway();
    clock.advance(60_001);
    for (const cookie of [ofAda, ofMaster]) expect((await ask(cookie)).status).toBe(200);
    await expectUnavailable(await ask(unseen));
    await expectUnavailable(await signIn(MASTER_KEY));
    await expectUnavailable(await fetch(session, { method: 'DELETE', headers: { ...OWN_PAGE, cookie: ofMaster } }));
    clock.advance(GRACE_MS);
    for (const cookie of [ofAda, ofMaster]) await expectUnavailable(await ask(cookie));
    await comeBack();
    await until(async () => (await ask(unseen)).status === 200);
  });

  it('a known client token goes on until it expires, but with a limit of audio is a 503', async () => {
    const { key } = await bench.gateway.createKey();
    await bench.gateway.heard();
    const tokenOf = async (body: object) => {
      const answer = await fetch(`${bench.gateway.url}/v1/client_tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
      });
      return String(object(await answer.json())['token']);
    };
    const [limited, free, unseen] = [await tokenOf({ max_audio_seconds: 60 }), await tokenOf({}), await tokenOf({})];
    await bench.gateway.heard();
    for (const token of [limited, free]) expect((await list(token)).status).toBe(200);
    // What holds for all requests is known with it.
    expect((await bench.transcribe(free)).status).toBe(200);
    expect((await list('ct-aur-wrong')).status).toBe(401);
    await goAway();
    clock.advance(61_000);
    expect((await bench.transcribe(free)).status).toBe(200);
    expect((await list('ct-aur-wrong')).status).toBe(401);
    expect((await bench.transcribe(limited)).status).toBe(503);
    await expectUnavailable(await list(unseen));
    expect(await tokenOf({})).toBe('undefined');
    clock.advance(GRACE_MS - 61_000 + 1);
    await expectUnavailable(await list(free));
  });

  it('a saved config that was used lately goes on, feedback and configs are a 503', async () => {
    const { body } = await bench.gateway.admin('POST', 'configs', { name: 'kept', config: { provider: 'openai' } });
    const configs = bench.gateway.app.get(SavedConfigsService);
    const { key } = await bench.gateway.createKey();
    await bench.gateway.heard();
    expect(await configs.find(body.slug)).toEqual({ provider: 'openai' });
    expect((await list(key)).status).toBe(200);
    await goAway();
    // Longer than a config is used without a look.
    clock.advance(5001);
    expect(await configs.find(body.slug)).toEqual({ provider: 'openai' });
    await expect(configs.find('pc-never-used')).rejects.toMatchObject({ status: 503 });
    const send = (path: string, secret: string, sent?: object) =>
      fetch(bench.gateway.url + path, {
        method: sent ? 'POST' : 'GET',
        headers: { 'x-portkey-api-key': secret },
        body: sent && JSON.stringify(sent),
      });
    await expectUnavailable(await send('/v1/feedback', key, { trace_id: 'a', value: 1 }));
    await expectUnavailable(await send('/v1/configs', MASTER_KEY, { name: 'x', config: {} }));
    await expectUnavailable(await send(`/v1/configs/${body.slug}`, MASTER_KEY));
  });

  it('every admin route answers, with a 503 where it needs the database', async () => {
    const document = OpenApiDocument.copy;
    const { body } = await bench.gateway.admin('GET', 'models/whisper');
    const [{ id }] = body.deployments;
    await goAway();
    const bodies: Record<string, object> = {
      'POST /admin/v1/session': { key: MASTER_KEY },
      'POST /admin/v1/keys': { name: 'new' },
      'POST /admin/v1/keys/block': { tag: 'new' },
      'POST /admin/v1/keys/unblock': { tag: 'new' },
      'POST /admin/v1/keys/revoke': { tag: 'new' },
      'POST /admin/v1/logs/erase': { user: 'new' },
      'POST /admin/v1/teams': { name: 'new' },
      'POST /admin/v1/admin_keys': { name: 'new', role: 'viewer' },
      'POST /admin/v1/models': { name: 'new' },
      'POST /admin/v1/credentials': { name: 'new', provider: 'openai', api_key: 'sk-up' },
      'POST /admin/v1/alerts': { name: 'new', url: 'http://127.0.0.1:9000/hook' },
      'POST /admin/v1/configs': { name: 'new', config: {} },
      'POST /admin/v1/configs/{config}/rollback': { version: 1 },
      'POST /admin/v1/models/{model}/deployments': { provider: 'sandbox', upstream_model: 'sandbox' },
    };
    const inMemory =
      /^(GET \/admin\/v1\/(models|deployments|providers|prices|config$|config\/plan$|settings$|session\/oidc)|POST .*\/(\{id\}\/test|reload)$)/;
    const operations = document.operations().filter(({ path }) => path.startsWith('/admin/'));
    await Promise.all(
      operations.map(async ({ method, path }) => {
        const filled = path
          .replace('{model}', 'whisper')
          .replaceAll('{id}', path.includes('deployments') ? id : ABSENT)
          .replaceAll(/\{\w+\}/g, ABSENT);
        const query = `${method} ${path}` === 'DELETE /admin/v1/sessions' ? '?except=current' : '';
        const answer = await fetch(`${bench.gateway.url}${filled}${query}`, {
          method,
          headers: path === '/admin/v1/session' ? UNSEEN_SESSION : { authorization: `Bearer ${MASTER_KEY}` },
          body: ['POST', 'PATCH'].includes(method) ? JSON.stringify(bodies[`${method} ${path}`] ?? {}) : undefined,
        });
        if (!inMemory.test(`${method} ${path}`)) return await expectUnavailable(answer);
        expect([200, 404, 409]).toContain(answer.status);
        // What is left unread keeps its connection.
        await answer.text();
      }),
    );
  });
});

describe('a gateway of its own', () => {
  beforeEach(() => open());
  afterEach(() => close());

  it('goes on where it was when a frozen database is back', async () => {
    const { key } = await bench.gateway.createKey();
    await bench.gateway.heard();
    expect((await bench.transcribe(key)).status).toBe(200);
    proxy.freeze();
    const { id } = await bench.transcribe(key);
    expect((await bench.gateway.admin('GET', `logs/${id}`)).status).toBe(503);
    expect((await bench.gateway.admin('GET', 'logs')).status).toBe(503);
    proxy.thaw();
    await until(async () => (await bench.gateway.admin('GET', `logs/${id}`)).status === 200);
    expect((await bench.gateway.admin('POST', 'keys', { name: 'after' })).status).toBe(201);
  });

  it('stops although the database is frozen, with a log that cannot be written', async () => {
    const { key } = await bench.gateway.createKey();
    await bench.gateway.heard();
    expect((await bench.transcribe(key)).status).toBe(200);
    proxy.freeze();
    expect((await bench.transcribe(key)).status).toBe(200);
    await expect(stopApp(bench.gateway.app, 1000)).resolves.toBe(true);
    proxy.thaw();
  }, 60_000);
});
