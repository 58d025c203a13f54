import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { AdminClient } from './admin-client.js';
import { object } from './openapi-document.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
});
afterAll(() => gateway.close());

const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

async function mayList(key: string): Promise<number> {
  return (await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
}

it('issues a key that opens the door, and shows its secret this once', async () => {
  const { status, body } = await admin.post('keys', { name: 'plain' });
  expect(status).toBe(201);
  const { key, ...shown } = body;
  expect(key).toMatch(/^sk-aur-[A-Za-z0-9_-]{43}$/);
  expect(shown).toEqual({
    object: 'key',
    id: expect.any(String),
    name: 'plain',
    preview: `sk-aur-...${key.slice(-4)}`,
    previous_secret_expires_at: null,
    models: null,
    endpoints: null,
    allowed_addresses: null,
    user: null,
    team: null,
    expires_at: null,
    blocked: false,
    budgets: [],
    redaction: null,
    privacy: null,
    limits: null,
    cache: true,
    allow_provider_keys: false,
    tags: [],
    metadata: {},
    warnings: [],
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    last_used_at: null,
    spend_usd: 0,
  });
  expect(await mayList(key)).toBe(200);
  expect((await admin.get(`keys/${body.id}`)).body).toEqual(shown);
  expect((await admin.get('keys')).body.data).toContainEqual(shown);
});

it('keeps everything that an administrator sets', async () => {
  const fields = {
    name: 'Ünïcode & <b>',
    models: ['whisper', 'a/b:c'],
    expires_at: '2030-01-01T00:00:00.000Z',
    blocked: true,
    allow_provider_keys: true,
    tags: ['one', 'two'],
    metadata: { cost_center: '4711', note: '"quoted"' },
  };
  const { body } = await admin.post('keys', fields);
  expect(body).toMatchObject(fields);
  expect((await admin.get(`keys/${body.id}`)).body).toMatchObject(fields);
  expect(await mayList(body.key)).toBe(401);
});

it('changes what is sent and nothing else', async () => {
  const { body: created } = await admin.post('keys', { name: 'patched', tags: ['old'], metadata: { a: '1' } });
  const { key: _, ...before } = created;
  const at = `keys/${created.id}`;
  expect((await admin.patch(at, {})).body).toEqual(before);
  expect((await admin.patch(at, { name: 'patched' })).body).toEqual(before);
  expect((await admin.patch(at, { tags: [] })).body).toEqual({ ...before, tags: [] });
  const changed = await admin.patch(at, { metadata: { a: null, b: '2' } });
  expect(changed.body).toEqual({ ...before, tags: [], metadata: { b: '2' } });
  expect((await admin.patch(at, { models: ['sandbox'] })).body.models).toEqual(['sandbox']);
  expect((await admin.patch(at, { models: null })).body.models).toBeNull();
  const moved = await admin.patch(at, { expires_at: '2031-02-03T04:05:06+01:00' });
  expect(moved.body.expires_at).toBe('2031-02-03T03:05:06.000Z');
  expect((await admin.patch(at, { expires_at: null })).body.expires_at).toBeNull();
  expect((await admin.patch(at, { name: ' renamed ' })).body.name).toBe('renamed');
});

it('applies a changed allow list to the next request', async () => {
  const { body } = await admin.post('keys', { name: 'narrowed' });
  const seen = async () => {
    const answer = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${body.key}` } });
    return [object(await answer.json())['data'] ?? []].flat().map((model) => object(model)['id']);
  };
  expect(await seen()).toContain('sandbox-slow');
  await admin.patch(`keys/${body.id}`, { models: ['sandbox', 'not-yet-there'] });
  expect(await seen()).toEqual(['sandbox']);
});

it('gives a name to one key only', async () => {
  await admin.post('keys', { name: 'taken' });
  const { body: other } = await admin.post('keys', { name: 'other' });
  const error = {
    message: "A key named 'taken' exists already",
    type: 'invalid_request_error',
    param: 'name',
    code: 'name_taken',
  };
  for (const answer of [
    await admin.post('keys', { name: 'taken' }),
    await admin.post('keys', { name: ' taken ' }),
    await admin.patch(`keys/${other.id}`, { name: 'taken' }),
  ]) {
    expect([answer.status, answer.body]).toEqual([409, { error }]);
  }
  expect((await admin.get(`keys/${other.id}`)).body.name).toBe('other');
});

it('lets one of many simultaneous claims of a name succeed', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => admin.post('keys', { name: 'contested' })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
});

it('gives a key another secret, and the one before stops at once', async () => {
  const { body: created } = await admin.post('keys', { name: 'rotated', models: ['sandbox'], metadata: { a: '1' } });
  const { key: before, preview: _, ...same } = created;
  expect(await mayList(before)).toBe(200);
  const { status, body } = await admin.post('keys/rotated/rotate');
  expect(status).toBe(200);
  const { key: after, ...shown } = body;
  expect(after).toMatch(/^sk-aur-[A-Za-z0-9_-]{43}$/);
  expect(shown).toEqual({ ...same, preview: `sk-aur-...${after.slice(-4)}` });
  expect([await mayList(before), await mayList(after)]).toEqual([401, 200]);
  expect((await admin.get('keys/rotated')).body).toEqual(shown);
  expect((await admin.post(`keys/${ABSENT}/rotate`)).status).toBe(404);
});

it('lets one of many simultaneous rotations give the secret that counts', async () => {
  const { body } = await admin.post('keys', { name: 'rotated-at-once' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => admin.post(`keys/${body.id}/rotate`)));
  const works = await Promise.all(answers.map(({ body: { key } }) => mayList(key)));
  expect(works.toSorted()).toEqual([200, 401, 401, 401, 401]);
  expect(await mayList(body.key)).toBe(401);
});

it('deletes a key for good', async () => {
  const { body } = await admin.post('keys', { name: 'short-lived' });
  expect(await mayList(body.key)).toBe(200);
  expect((await admin.delete(`keys/${body.id}`)).body).toEqual({ id: body.id, object: 'key', deleted: true });
  expect(await mayList(body.key)).toBe(401);
  expect((await admin.get(`keys/${body.id}`)).status).toBe(404);
  expect((await admin.delete(`keys/${body.id}`)).status).toBe(404);
  expect((await admin.post('keys', { name: 'short-lived' })).status).toBe(201);
});

it('knows no key that is not there', async () => {
  for (const answer of [
    await admin.get(`keys/${ABSENT}`),
    await admin.patch(`keys/${ABSENT}`, { blocked: true }),
    await admin.delete(`keys/${ABSENT}`),
  ]) {
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
  }
});

describe('a list', () => {
  it('is walked exactly once, newest first, whatever the size of its pages', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `walked-${index}`);
    for (const name of names) await admin.post('keys', { name });
    const all = await admin.walk('keys', 100);
    const ids = all.map((key) => key['id']);
    expect(all.filter((key) => names.includes(String(key['name']))).map((key) => key['name'])).toEqual(
      names.toReversed(),
    );
    for (const limit of [1, 2, 3, all.length - 1, all.length, all.length + 1]) {
      expect((await admin.walk('keys', limit)).map((key) => key['id'])).toEqual(ids);
    }
  });

  it('is walked exactly once while keys are added and deleted', async () => {
    const before = (await admin.walk('keys', 100)).map((key) => key['id']);
    let added = 0;
    const walked = await admin.walk('keys', 2, async () => {
      await admin.post('keys', { name: `added-meanwhile-${(added += 1)}` });
      // The one that the next cursor names.
      const doomed = before[added * 2 - 1];
      if (added <= 2) await admin.delete(`keys/${String(doomed)}`);
    });
    expect(added).toBeGreaterThan(2);
    expect(walked.map((key) => key['id'])).toEqual(before);
  });

  it('is narrowed by a part of the name, in any case and as it is written', async () => {
    for (const name of ['Part_A of', 'partXA of', 'part%A of', 'part\\A of']) await gateway.createKey({ name });
    const named = async (part: string) =>
      (await admin.get(`keys?name=${encodeURIComponent(part)}`)).body.data.map(({ name }: { name: string }) => name);
    expect(await named('pArT_a')).toEqual(['Part_A of']);
    expect(await named('t%a')).toEqual(['part%A of']);
    expect(await named('t\\a')).toEqual(['part\\A of']);
    expect((await named('a OF')).length).toBe(4);
    expect(await named('nobody has this')).toEqual([]);
    expect((await admin.get('keys?name=')).status).toBe(400);
  });

  it('has twenty to a page where nobody says otherwise', async () => {
    for (let index = 0; index < 21; index += 1) await admin.post('keys', { name: `many-${index}` });
    const { body } = await admin.get('keys');
    expect([body.data.length, body.has_more, body.next_cursor]).toEqual([20, true, body.data[19].id]);
  });
});
