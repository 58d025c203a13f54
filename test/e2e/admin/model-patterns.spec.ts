import { makeWav } from '../../support/audio.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  const sandbox = [{ provider: 'sandbox', upstream_model: 'sandbox' }];
  for (const name of ['groq/turbo', 'groq/large', 'azure/turbo']) {
    await admin.post('models', { name, deployments: sandbox });
  }
});
afterAll(() => gateway.close());

/** What was answered. */
interface Answer {
  readonly status: number;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function call(key: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(gateway.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function namesFor(key: string): Promise<string[]> {
  const { body } = await call(key, '/v1/models');
  return body.data.map(({ id }: { id: string }) => id).toSorted();
}

async function transcribe(key: string, model: string): Promise<number> {
  const form = new FormData();
  form.set('model', model);
  form.set('file', new Blob([new Uint8Array(makeWav({ durationSeconds: 1 }))]), 'audio.wav');
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
  await response.arrayBuffer();
  return response.status;
}

async function keyOf(fields: object): Promise<Answer['body']> {
  const { status, body } = await admin.post('keys', { name: crypto.randomUUID(), ...fields });
  expect([status, body.error]).toEqual([201, undefined]);
  return body;
}

it.each([
  [['groq/*'], ['groq/large', 'groq/turbo']],
  [['*/turbo'], ['azure/turbo', 'groq/turbo']],
  [
    ['g*/*r*o', 'azure/turbo'],
    ['azure/turbo', 'groq/turbo'],
  ],
  [
    ['*'.repeat(200), 'x'],
    ['azure/turbo', 'groq/large', 'groq/turbo'],
  ],
  [['groq*large**'], ['groq/large']],
  [['groq'], []],
])('a key with %j sees and may use %j', async (models, expected) => {
  const { key, models: kept } = await keyOf({ models });
  expect(kept).toEqual(models);
  expect((await namesFor(key)).filter((name) => !name.startsWith('sandbox'))).toEqual(expected);
  for (const name of ['groq/turbo', 'groq/large', 'azure/turbo']) {
    const found = (await transcribe(key, name)) !== 404;
    expect({ name, found }).toEqual({ name, found: expected.includes(name) });
    expect((await call(key, `/v1/models/${name}`)).status).toBe(expected.includes(name) ? 200 : 404);
  }
});

it('a model that is made later fits a pattern that was there before', async () => {
  const { key } = await keyOf({ models: ['later-*'] });
  expect(await namesFor(key)).toEqual([]);
  await admin.post('models', { name: 'later-on' });
  expect(await namesFor(key)).toEqual(['later-on']);
});

it('both a key and its team have to allow', async () => {
  await admin.post('teams', { name: 'turbos', models: ['*/turbo', 'sandbox*'] });
  const crossing = await keyOf({ team: 'turbos', models: ['groq/*'] });
  expect(await namesFor(crossing.key)).toEqual(['groq/turbo']);
  expect((await call(crossing.key, '/v1/me')).body.models).toEqual(['groq/turbo']);
  const within = await keyOf({ team: 'turbos', models: ['sandbox', 'azure/*', '*/turbo'] });
  expect((await call(within.key, '/v1/me')).body.models).toEqual(['sandbox', '*/turbo']);
  const any = await keyOf({ team: 'turbos' });
  expect((await call(any.key, '/v1/me')).body.models).toEqual(['*/turbo', 'sandbox*']);
  const none = await keyOf({ team: 'turbos', models: ['azure/large*'] });
  expect([await namesFor(none.key), (await call(none.key, '/v1/me')).body.models]).toEqual([[], []]);
});

it('a client token has patterns as well, as far as its key goes', async () => {
  const { key } = await keyOf({ models: ['groq/*'] });
  const token = async (models: string[]) => (await call(key, '/v1/client_tokens', { models })).body;
  expect(await namesFor((await token(['*/turbo'])).token)).toEqual(['groq/turbo']);
  expect(await namesFor((await token(['*'])).token)).toEqual(['groq/large', 'groq/turbo']);
  for (const pattern of ['azure/*', 'no-such-*']) {
    expect((await token(['groq/turbo', pattern])).error).toMatchObject({
      message: `Invalid 'models.1': '${pattern}' fits no model that exists and that you have access to`,
      param: 'models.1',
      code: 'invalid_value',
    });
  }
});

it('warns of a pattern that fits no model, and of one that its team leaves nothing of', async () => {
  await admin.post('teams', { name: 'groqs', models: ['groq/*'] });
  expect((await keyOf({ models: ['groq/*', '*', '*urb*'] })).warnings).toEqual([]);
  expect((await keyOf({ models: ['grok/*', 'a*b*c', 'gone'] })).warnings).toEqual([
    "models names 'gone', which does not exist",
    "models has 'grok/*', 'a*b*c', which fit no model",
  ]);
  const { warnings } = await keyOf({ team: 'groqs', models: ['*/turbo', 'azure/*', 'groq/large', 'azure/turbo'] });
  expect(warnings).toEqual(["models names 'azure/*', 'azure/turbo', which the team 'groqs' does not allow"]);
  expect((await admin.post('teams', { name: 'idle', models: ['idle/*'] })).body.warnings).toEqual([
    "models has 'idle/*', which fits no model",
  ]);
});

it('a renamed model is followed by its name, and not by patterns', async () => {
  await admin.post('models', { name: 'old/name' });
  const named = await keyOf({ models: ['old/name', 'old/*'] });
  await admin.patch('models/old%2Fname', { name: 'new/name' });
  expect((await admin.get(`keys/${named.id}`)).body.models).toEqual(['new/name', 'old/*']);
  const pattern = await keyOf({ models: ['new/*'] });
  expect(await namesFor(pattern.key)).toEqual(['new/name']);
  await admin.patch('models/new%2Fname', { name: 'other/name' });
  expect(await namesFor(pattern.key)).toEqual([]);
  // A pattern names nothing, so it keeps no model from being deleted.
  await admin.patch(`keys/${named.id}`, { models: ['other/*'] });
  expect((await admin.delete('models/other%2Fname')).status).toBe(200);
});

it("gives nobody more by the name 'provider/model'", async () => {
  const { key } = await keyOf({ models: ['sandbox/*'] });
  expect(await transcribe(key, 'sandbox/sandbox')).toBe(404);
});

it("LiteLLM's calls keep patterns as they are", async () => {
  const generated = await call(MASTER_KEY, '/key/generate', { models: ['groq/*', '*'] });
  expect(generated.body.models).toEqual(['groq/*', '*']);
});
