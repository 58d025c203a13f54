import { Client } from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
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

const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

const mayCall = async (key: string) =>
  (await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;

async function statuses(...keys: { key: string }[]): Promise<number[]> {
  return await Promise.all(keys.map(({ key }) => mayCall(key)));
}

const selected = (...keys: { id: string }[]) => {
  const ids = keys.map(({ id }) => id).toSorted();
  return { status: 200, body: { object: 'selected_keys', count: ids.length, ids } };
};

it.each<[string, (ids: string[]) => Record<string, unknown>]>([
  ['ids', (ids) => ({ ids: [...ids, ABSENT, ...ids] })],
  ['team', () => ({ team: 'team' })],
  ['user', () => ({ user: 'user' })],
  ['tag', () => ({ tag: 'tag' })],
])('blocks, unblocks and revokes keys by %s', async (by, body) => {
  if (by === 'team') await admin.post('teams', { name: 'team' });
  const fields = { ids: {}, team: { team: 'team' }, user: { user: 'user' }, tag: { tags: ['other', 'tag'] } }[by];
  const one = await gateway.createKey(fields);
  const two = await gateway.createKey(fields);
  const other = await gateway.createKey({ tags: ['tags', 'TAG'], user: 'User' });
  const meant = body([one.id, two.id]);
  expect(await statuses(one, two, other)).toEqual([200, 200, 200]);
  expect(await admin.post('keys/block', meant)).toMatchObject(selected(one, two));
  expect(await statuses(one, two, other)).toEqual([401, 401, 200]);
  expect(await admin.post('keys/block', meant)).toMatchObject(selected(one, two));
  expect(await admin.post('keys/unblock', meant)).toMatchObject(selected(one, two));
  expect(await statuses(one, two, other)).toEqual([200, 200, 200]);
  expect(await admin.post('keys/revoke', meant)).toMatchObject(selected(one, two));
  expect(await statuses(one, two, other)).toEqual([401, 401, 200]);
  expect((await admin.get(`keys/${one.id}`)).status).toBe(404);
  expect(await admin.post('keys/revoke', meant)).toMatchObject(selected());
});

it('stops the former secret and the client tokens of keys as well', async () => {
  const key = await gateway.createKey({ user: 'leaving' });
  const { key: after } = (await admin.post(`keys/${key.id}/rotate`, { grace_seconds: 60 })).body;
  const made = await fetch(`${gateway.url}/v1/client_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${after}` },
  });
  const { token } = (await made.json()) as { token: string };
  expect(await Promise.all([key.key, after, token].map(mayCall))).toEqual([200, 200, 200]);
  await admin.post('keys/revoke', { user: 'leaving' });
  expect(await Promise.all([key.key, after, token].map(mayCall))).toEqual([401, 401, 401]);
});

it.each([
  [{}, null],
  [{ tag: 'a', user: 'b' }, null],
  [{ ids: [] }, 'ids'],
  [{ ids: ['x'] }, 'ids.0'],
  [{ ids: Array.from({ length: 1001 }, () => ABSENT) }, 'ids'],
  [{ team: 'nobody' }, 'team'],
  [{ tag: '' }, 'tag'],
  [{ all: true }, 'all'],
  [{ tag: null }, 'tag'],
  [[], null],
])('refuses %j', async (body, param) => {
  for (const action of ['block', 'unblock', 'revoke']) {
    const answer: Answer['body'] = await gateway.admin('POST', `keys/${action}`, body);
    expect([action, answer.status, answer.body.error.param]).toEqual([action, 400, param]);
  }
});

it('takes a tag as it is written', async () => {
  const odd = await gateway.createKey({ tags: ['a"}, {b', "it's %_*"] });
  expect(await admin.post('keys/block', { tag: '%' })).toMatchObject(selected());
  expect(await admin.post('keys/block', { tag: 'a"}, {b' })).toMatchObject(selected(odd));
  expect(await admin.post('keys/unblock', { tag: "it's %_*" })).toMatchObject(selected(odd));
});

it('changes ten thousand keys at once, and of more none', async () => {
  const insert = `INSERT INTO virtual_key (id, name, hash, preview, tags)
    SELECT gen_random_uuid(), $1 || n, $1 || n, '', ARRAY['many'] FROM generate_series(1, $2::int) AS n`;
  await database.query(insert, ['many-', 10_000]);
  const blocked = await admin.post('keys/block', { tag: 'many' });
  expect([blocked.status, blocked.body.count, new Set(blocked.body.ids).size]).toEqual([200, 10_000, 10_000]);
  await database.query(insert, ['one-more-', 1]);
  for (const action of ['unblock', 'revoke']) {
    const { status, body } = await admin.post(`keys/${action}`, { tag: 'many' });
    expect([status, body.error.code]).toEqual([400, 'too_many_keys']);
  }
  const { rows } = await database.query(
    `SELECT count(*)::int AS n FROM virtual_key WHERE blocked AND tags @> '{many}'`,
  );
  expect(rows).toEqual([{ n: 10_000 }]);
  await database.query(`DELETE FROM virtual_key WHERE name = 'one-more-1'`);
  expect((await admin.post('keys/revoke', { tag: 'many' })).body.count).toBe(10_000);
});

it('survives changes of the same keys at the same time', async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => gateway.createKey({ tags: ['busy'] })));
  const answers = await Promise.all([
    admin.post('keys/block', { tag: 'busy' }),
    ...keys.map(({ id }) => admin.patch(`keys/${id}`, { metadata: { a: '1' } })),
    admin.post('keys/unblock', { ids: keys.map(({ id }) => id).toReversed() }),
    admin.post('keys/block', { tag: 'busy' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  await admin.post('keys/block', { tag: 'busy' });
  expect(await statuses(...keys)).toEqual(keys.map(() => 401));
});

it('leaves keys that are called so alone', async () => {
  const { body } = await admin.post('keys', { name: 'block' });
  expect((await admin.get('keys/block')).body.id).toBe(body.id);
});
