import { Client } from 'pg';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { until } from '../../support/upload-server.js';
import { AdminClient, type Answer } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
let database: Client;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await gateway.close();
});

const DAY_SECONDS = 86_400;

async function call(key: string, method: string, path: string, body?: object) {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${key}` },
    body: body && JSON.stringify(body),
  });
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status: response.status, body: (await response.json()) as any };
}

const opens = async (...secrets: string[]) =>
  Promise.all(secrets.map(async (secret) => (await call(secret, 'GET', '/v1/models')).status === 200));

let count = 0;
async function newKey(fields: object = {}): Promise<Answer['body']> {
  return (await admin.post('keys', { name: `rotated-${(count += 1)}`, ...fields })).body;
}

async function rotate(id: string, graceSeconds: number): Promise<Answer['body']> {
  return (await admin.post(`keys/${id}/rotate`, { grace_seconds: graceSeconds })).body;
}

/** A secret that somebody chooses through LiteLLM's calls. */
const chosen = () => `sk-${crypto.randomUUID()}`;

it('lets both secrets in until the time of grace is over', async () => {
  const { id, key: before, previous_secret_expires_at } = await newKey();
  expect(previous_secret_expires_at).toBeNull();
  const earliest = Date.now();
  const rotated = await rotate(id, DAY_SECONDS);
  const end = new Date(rotated.previous_secret_expires_at).getTime();
  expect(end).toBeGreaterThanOrEqual(earliest + 1000 * DAY_SECONDS);
  expect(end).toBeLessThanOrEqual(Date.now() + 1000 * DAY_SECONDS);
  expect(await opens(before, rotated.key)).toEqual([true, true]);
  const shown = (await admin.get(`keys/${id}`)).body;
  expect(shown.previous_secret_expires_at).toBe(rotated.previous_secret_expires_at);
  expect(shown.preview).toBe(`sk-aur-...${rotated.key.slice(-4)}`);
  await database.query('UPDATE virtual_key SET previous_expires_at = now() WHERE id = $1', [id]);
  // Any change has the key read anew, however soon this gateway hears of the one above.
  await admin.patch(`keys/${id}`, {});
  expect(await opens(before, rotated.key)).toEqual([false, true]);
  expect((await call(before, 'GET', '/v1/models')).body.error.code).toBe('invalid_api_key');
  expect((await admin.get(`keys/${id}`)).body.previous_secret_expires_at).toBeNull();
});

it('ends a secret on time that it has in memory', async () => {
  const { id, key: before } = await newKey();
  const { key: after } = await rotate(id, 1);
  await until(async () => !(await opens(before))[0]);
  expect(await opens(after)).toEqual([true]);
});

it('ends the oldest secret with a further rotation', async () => {
  const { id, key: first } = await newKey();
  const { key: second } = await rotate(id, 60);
  const { key: third } = await rotate(id, 60);
  expect(await opens(first, second, third)).toEqual([false, true, true]);
  const { key: fourth, previous_secret_expires_at } = (await admin.post(`keys/${id}/rotate`)).body;
  expect(await opens(first, second, third, fourth)).toEqual([false, false, false, true]);
  expect(previous_secret_expires_at).toBeNull();
});

it('leaves two secrets after many rotations at once', async () => {
  const { id, key } = await newKey();
  const rotated = await Promise.all(Array.from({ length: 6 }, () => rotate(id, 60)));
  const works = await opens(key, ...rotated.map((answer) => answer.key));
  expect(works.filter(Boolean)).toHaveLength(2);
});

it('blocks and deletes both', async () => {
  const { id, key: before } = await newKey();
  const { key: after } = await rotate(id, 60);
  await admin.patch(`keys/${id}`, { blocked: true });
  expect(await opens(before, after)).toEqual([false, false]);
  expect((await call(before, 'GET', '/v1/models')).body.error.code).toBe('key_blocked');
  await admin.patch(`keys/${id}`, { blocked: false });
  expect(await opens(before, after)).toEqual([true, true]);
  await admin.delete(`keys/${id}`);
  expect(await opens(before, after)).toEqual([false, false]);
});

it('ends a client token with the secret that it was made with', async () => {
  const { id, key: before } = await newKey();
  const { key: after } = await rotate(id, 60);
  const tokenOf = async (secret: string) => (await call(secret, 'POST', '/v1/client_tokens', {})).body.token;
  const [old, young] = [await tokenOf(before), await tokenOf(after)];
  expect(await opens(old, young)).toEqual([true, true]);
  await rotate(id, 60);
  expect(await opens(old, young)).toEqual([false, true]);
});

it('gives no key a secret that another had before', async () => {
  const first = chosen();
  const generate = (key: string) => call(MASTER_KEY, 'POST', '/key/generate', { key });
  const regenerate = (key: string, new_key: string, grace_period = '1h') =>
    call(MASTER_KEY, 'POST', '/key/regenerate', { key, new_key, grace_period });
  await generate(first);
  const second = chosen();
  expect((await regenerate(first, second)).status).toBe(200);
  expect(await opens(first, second)).toEqual([true, true]);
  const error = { code: 'secret_taken', param: 'key' };
  expect(await generate(first)).toMatchObject({ status: 409, body: { error } });
  const other = chosen();
  await generate(other);
  expect(await regenerate(other, first)).toMatchObject({ status: 409, body: { error: { code: 'secret_taken' } } });
  expect(await opens(other, first)).toEqual([true, true]);
  // Its own it may have again.
  expect((await regenerate(second, first)).status).toBe(200);
  expect(await opens(first, second)).toEqual([true, true]);
  // The same once more is no other secret, and leaves none behind.
  expect((await regenerate(first, first)).status).toBe(200);
  expect(await opens(first, second)).toEqual([true, false]);
});

it('gives a secret to one key only while it moves to another place', async () => {
  const secrets = Array.from({ length: 8 }, chosen);
  const contested = secrets[0] ?? '';
  await call(MASTER_KEY, 'POST', '/key/generate', { key: contested });
  const [{ status: rotated }, ...made] = await Promise.all([
    call(MASTER_KEY, 'POST', '/key/regenerate', { key: contested, new_key: chosen(), grace_period: '1h' }),
    ...secrets.map(() => call(MASTER_KEY, 'POST', '/key/generate', { key: contested })),
  ]);
  expect([rotated, new Set(made.map(({ status }) => status))]).toEqual([200, new Set([409])]);
});

it("tells a key of itself by either secret, and lets LiteLLM's calls name it by both", async () => {
  const { id, key: before } = await newKey();
  const { key: after } = await rotate(id, 60);
  for (const secret of [before, after]) {
    expect((await call(secret, 'GET', '/v1/me')).body.id).toBe(id);
    expect((await call(secret, 'GET', `/key/info?key=${secret}`)).status).toBe(200);
  }
  expect((await call(MASTER_KEY, 'POST', '/key/block', { key: before })).body.blocked).toBe(true);
  expect(await opens(before, after)).toEqual([false, false]);
});

it.each([-1, 0.5, 30 * DAY_SECONDS + 1, '60', null])('refuses grace_seconds %j', async (grace_seconds) => {
  const { id, key } = await newKey();
  const { status, body } = await gateway.admin('POST', `keys/${id}/rotate`, { grace_seconds });
  expect([status, body.error.param]).toEqual([400, 'grace_seconds']);
  expect(await opens(key)).toEqual([true]);
});

it.each(['31d', '2mo', '999999999w', 'soon', 60])("refuses LiteLLM's grace_period %j", async (grace_period) => {
  const { id, key } = await newKey();
  const { status, body } = await call(MASTER_KEY, 'POST', `/key/${id}/regenerate`, { grace_period });
  expect([status, body.error.param]).toEqual([400, 'grace_period']);
  expect(await opens(key)).toEqual([true]);
});

it('keeps no secret in the clear', async () => {
  const { id, key: before } = await newKey();
  const { key: after } = await rotate(id, 60);
  const { rows } = await database.query('SELECT * FROM virtual_key WHERE id = $1', [id]);
  for (const secret of [before, after]) expect(JSON.stringify(rows)).not.toContain(secret.slice(7));
});
