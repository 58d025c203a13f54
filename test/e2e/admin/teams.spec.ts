import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = await AdminClient.connect(gateway.url);
});
afterAll(() => gateway.close());

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
      blocked: false,
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
