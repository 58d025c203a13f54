import { Client } from 'pg';
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

/** The models that a key or a client token may use, or the code of the refusal. */
async function seenBy(secret: string): Promise<unknown> {
  const answer = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
  const body = object(await answer.json());
  if (answer.status !== 200) return [answer.status, object(body['error'])['code']];
  return [body['data'] ?? []].flat().map((model) => object(model)['id']);
}

const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

describe('a team', () => {
  it('is made, found by its id and by its name, and listed', async () => {
    const { status, body } = await admin.post('teams', { name: 'plain' });
    expect(status).toBe(201);
    expect(body).toEqual({
      object: 'team',
      id: expect.any(String),
      name: 'plain',
      models: null,
      endpoints: null,
      allowed_addresses: null,
      blocked: false,
      holders_may_read_logs: false,
      budgets: [],
      redaction: null,
      privacy: null,
      limits: null,
      tags: [],
      metadata: {},
      warnings: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      spend_usd: 0,
    });
    expect((await admin.get(`teams/${body.id}`)).body).toEqual(body);
    expect((await admin.get('teams/plain')).body).toEqual(body);
    expect((await admin.get('teams')).body.data).toContainEqual(body);
  });

  it('keeps everything that an administrator sets', async () => {
    const fields = {
      name: 'Ünïcode & <b>',
      models: ['sandbox', 'a/b:c'],
      blocked: true,
      tags: ['one', 'two'],
      metadata: { cost_center: '4711' },
    };
    const { body } = await admin.post('teams', fields);
    expect(body).toMatchObject({ ...fields, warnings: ["models names 'a/b:c', which does not exist"] });
    expect((await admin.get(`teams/${body.id}`)).body).toEqual(body);
  });

  it('changes in what is sent and in nothing else', async () => {
    const { body: before } = await admin.post('teams', {
      name: 'patched',
      tags: ['old'],
      metadata: { a: '1', b: '2' },
    });
    const at = `teams/${before.id}`;
    expect((await admin.patch(at, {})).body).toEqual(before);
    expect((await admin.patch(at, { tags: [] })).body).toEqual({ ...before, tags: [] });
    expect((await admin.patch(at, { metadata: { a: null, c: '3' } })).body.metadata).toEqual({ b: '2', c: '3' });
    expect((await admin.patch('teams/patched', { models: ['sandbox'] })).body.models).toEqual(['sandbox']);
    expect((await admin.patch(at, { models: null })).body.models).toBeNull();
    expect((await admin.patch(at, { name: ' renamed ', blocked: true })).body).toMatchObject({
      name: 'renamed',
      blocked: true,
    });
    const tooMuch = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`n${index}`, 'x']));
    expect((await admin.patch(at, { metadata: tooMuch })).status).toBe(400);
  });

  it('has a name of its own', async () => {
    await admin.post('teams', { name: 'taken' });
    const { body: other } = await admin.post('teams', { name: 'other' });
    const error = {
      message: "A team named 'taken' exists already",
      type: 'invalid_request_error',
      param: 'name',
      code: 'name_taken',
    };
    for (const answer of [
      await admin.post('teams', { name: ' taken ' }),
      await admin.patch(`teams/${other.id}`, { name: 'taken' }),
    ]) {
      expect([answer.status, answer.body]).toEqual([409, { error }]);
    }
  });

  it('is deleted for good', async () => {
    const { body } = await admin.post('teams', { name: 'short-lived' });
    expect((await admin.delete('teams/short-lived')).body).toEqual({ id: body.id, object: 'team', deleted: true });
    for (const answer of [
      await admin.get(`teams/${body.id}`),
      await admin.patch(`teams/${ABSENT}`, { blocked: true }),
      await admin.delete('teams/short-lived'),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    }
    expect((await admin.post('teams', { name: 'short-lived' })).status).toBe(201);
  });

  it('may name no list of models that allows nothing', async () => {
    expect((await admin.post('teams', { name: 'nothing', models: [] })).body.error).toMatchObject({ param: 'models' });
  });
});

it('teams are walked exactly once, newest first, whatever the size of the pages', async () => {
  for (let index = 0; index < 5; index += 1) await admin.post('teams', { name: `walked-${index}` });
  const ids = (await admin.walk('teams', 100)).map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(5);
  for (const limit of [1, 2, ids.length]) {
    expect((await admin.walk('teams', limit)).map(({ id }) => id)).toEqual(ids);
  }
});

describe('a key', () => {
  it('belongs to one team at most, which is told by its id or its name', async () => {
    const { body: first } = await admin.post('teams', { name: 'first' });
    await admin.post('teams', { name: 'second' });
    const { status, body } = await admin.post('keys', { name: 'member', team: first.id });
    expect([status, body.team]).toEqual([201, 'first']);
    const at = `keys/${body.id}`;
    expect((await admin.patch(at, { tags: ['still'] })).body.team).toBe('first');
    expect((await admin.patch(at, { team: 'second' })).body.team).toBe('second');
    expect((await admin.get(at)).body.team).toBe('second');
    await admin.patch('teams/second', { name: 'second to none' });
    expect((await admin.get(at)).body.team).toBe('second to none');
    expect((await admin.patch(at, { team: null })).body.team).toBeNull();
    for (const answer of [
      await admin.patch(at, { team: 'nobody' }),
      await admin.post('keys', { name: 'stray', team: 'nobody' }),
      await admin.get('keys?team=nobody'),
    ]) {
      expect([answer.status, answer.body.error]).toMatchObject([
        400,
        { message: "There is no team with the id or name 'nobody'", param: 'team', code: 'invalid_value' },
      ]);
    }
  });

  it('is found by its team', async () => {
    const { body: team } = await admin.post('teams', { name: 'listed' });
    for (let index = 0; index < 3; index += 1) await admin.post('keys', { name: `listed-${index}`, team: 'listed' });
    const names = async (path: string) => (await admin.walk(path, 2)).map(({ name }) => name);
    expect(await names('keys?team=listed')).toEqual(['listed-2', 'listed-1', 'listed-0']);
    expect(await names(`keys?team=${team.id}`)).toEqual(['listed-2', 'listed-1', 'listed-0']);
  });

  it('may use what it and its team allow, from the next request on', async () => {
    await admin.post('teams', { name: 'bounding', models: ['sandbox', 'sandbox-slow'] });
    const { body: all } = await admin.post('keys', { name: 'all-of-it', team: 'bounding' });
    const { body: some } = await admin.post('keys', {
      name: 'some-of-it',
      team: 'bounding',
      models: ['sandbox-error', 'sandbox'],
    });
    expect(some.warnings).toEqual(["models names 'sandbox-error', which the team 'bounding' does not allow"]);
    expect(await seenBy(all.key)).toEqual(['sandbox', 'sandbox-slow']);
    expect(await seenBy(some.key)).toEqual(['sandbox']);
    await admin.patch('teams/bounding', { models: ['sandbox-slow'] });
    expect(await seenBy(all.key)).toEqual(['sandbox-slow']);
    expect(await seenBy(some.key)).toEqual([]);
    await admin.patch('teams/bounding', { models: null });
    expect(await seenBy(some.key)).toEqual(['sandbox', 'sandbox-error']);
    await admin.patch('teams/bounding', { models: ['sandbox'] });
    await admin.patch('keys/some-of-it', { team: null });
    expect(await seenBy(some.key)).toEqual(['sandbox', 'sandbox-error']);
  });

  it('is refused while its team is blocked, and so is a client token of it', async () => {
    await admin.post('teams', { name: 'to-be-blocked', models: ['sandbox', 'sandbox-slow'] });
    const { body: key } = await admin.post('keys', { name: 'of-blocked', team: 'to-be-blocked' });
    const tokenFor = async (models: string[]) =>
      await fetch(`${gateway.url}/v1/client_tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ models }),
      });
    expect((await tokenFor(['sandbox-error'])).status).toBe(400);
    const token = String(object(await (await tokenFor(['sandbox'])).json())['token']);
    expect([await seenBy(key.key), await seenBy(token)]).toEqual([['sandbox', 'sandbox-slow'], ['sandbox']]);
    await admin.patch('teams/to-be-blocked', { blocked: true });
    expect([await seenBy(key.key), await seenBy(token)]).toEqual([
      [401, 'team_blocked'],
      [401, 'team_blocked'],
    ]);
    await admin.patch('teams/to-be-blocked', { blocked: false });
    expect([await seenBy(key.key), await seenBy(token)]).toEqual([['sandbox', 'sandbox-slow'], ['sandbox']]);
    await admin.patch('teams/to-be-blocked', { models: ['sandbox-slow'] });
    expect(await seenBy(token)).toEqual([]);
  });

  it('is refused where its team is not understood', async () => {
    await admin.post('teams', { name: 'garbled', models: ['sandbox'] });
    const { body: key } = await admin.post('keys', { name: 'of-garbled', team: 'garbled' });
    const database = new Client({ connectionString: gateway.databaseUrl });
    await database.connect();
    await database.query(`UPDATE team SET models = '{"all": true}' WHERE name = 'garbled'`);
    await database.end();
    expect(await seenBy(key.key)).toEqual([401, 'team_blocked']);
    expect((await admin.get('teams/garbled')).body).toMatchObject({ blocked: true, models: [] });
  });
});

it('a team that keys belong to is not deleted, and says which', async () => {
  const { body: team } = await admin.post('teams', { name: 'in-use' });
  const refusal = async () => {
    const { status, body } = await admin.delete('teams/in-use');
    return [status, body.error];
  };
  await admin.post('keys', { name: 'user-0', team: 'in-use' });
  expect(await refusal()).toMatchObject([
    409,
    { message: "The team is used by key 'user-0'", param: 'team', code: 'in_use' },
  ]);
  for (let index = 1; index < 7; index += 1) await admin.post('keys', { name: `user-${index}`, team: 'in-use' });
  expect(await refusal()).toMatchObject([
    409,
    { message: "The team is used by keys 'user-0', 'user-1', 'user-2', 'user-3', 'user-4' and 2 more" },
  ]);
  for (let index = 0; index < 3; index += 1) await admin.delete(`keys/user-${index}`);
  for (let index = 3; index < 7; index += 1) await admin.patch(`keys/user-${index}`, { team: null });
  expect((await admin.delete(`teams/${team.id}`)).status).toBe(200);
  expect((await admin.get('keys/user-6')).status).toBe(200);
});
