import { CLOCK } from '../../../src/http/clock.js';
import { Catalogue } from '../../../src/models/catalogue.js';
import { Redactions } from '../../../src/redaction/redactions.service.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { until } from '../../support/upload-server.js';
import { audioFile, form } from '../bad-input/bench.js';
import { object } from './openapi-document.js';

// For the second gateway no time passes: what it has in memory never becomes old, so that it knows of a change only if it is told.

const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4);
let first: TestGateway;
let second: TestGateway;
let simulator: OpenAiSimulator;
beforeAll(async () => {
  simulator = await OpenAiSimulator.start();
  first = await startTestGateway({ SANDBOX: 'false', ENCRYPTION_KEY });
  await first.createModel('whisper', simulator.url, { api_key: SIMULATOR_KEY });
  second = await startTestGateway({ SANDBOX: 'false', ENCRYPTION_KEY, DATABASE_URL: first.databaseUrl }, [
    { provide: CLOCK, useValue: new ManualClock() },
  ]);
});
afterAll(async () => {
  await second.close();
  await first.close();
  await simulator.close();
});

/** What the second gateway says to a holder of a secret. */
async function ask(secret: string, headers: Record<string, string> = {}): Promise<{ status: number; code: unknown }> {
  const response = await fetch(`${second.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, ...headers },
    body: form({ model: 'whisper', file: audioFile() }),
  });
  const body = object(await response.json());
  return { status: response.status, code: response.ok ? undefined : object(body['error'])['code'] };
}

/** A key that the second gateway knows. */
async function knownKey(fields: Record<string, unknown> = {}) {
  const key = await first.createKey(fields);
  expect(await ask(key.key)).toMatchObject({ status: 200 });
  return key;
}

const becomes = (secret: string, status: number, code?: string) =>
  until(async () => {
    const seen = await ask(secret);
    return seen.status === status && seen.code === code;
  });

it.each<[string, object, number, string]>([
  ['blocked', { blocked: true }, 401, 'key_blocked'],
  ['expired', { expires_at: '2020-01-01T00:00:00Z' }, 401, 'key_expired'],
  ['narrowed', { models: ['other'] }, 404, 'model_not_found'],
  ['given its first budget', { budgets: [{ limit_usd: 0, period: 'total' }] }, 429, 'budget_exceeded'],
])('a key that is %s is so on the other gateway', async (_, change, status, code) => {
  const { id, key } = await knownKey();
  expect((await first.admin('PATCH', `keys/${id}`, change)).status).toBe(200);
  await becomes(key, status, code);
});

it('a key that is deleted, or has another secret, is refused by the other gateway', async () => {
  const [deleted, rotated] = [await knownKey(), await knownKey()];
  await first.admin('DELETE', `keys/${deleted.id}`);
  await becomes(deleted.key, 401, 'invalid_api_key');
  const { body } = await first.admin('POST', `keys/${rotated.id}/rotate`);
  await becomes(rotated.key, 401, 'invalid_api_key');
  expect(await ask(body.key)).toMatchObject({ status: 200 });
});

it('an admin key that is blocked, changed, left without teams or deleted is so on the other gateway', async () => {
  await first.admin('POST', 'teams', { name: 'short-lived' });
  const { body } = await first.admin('POST', 'admin_keys', { name: 'kim', role: 'team_admin', teams: ['short-lived'] });
  const becomesFor = (path: string, ...expected: [status: number, code?: string]) =>
    until(async () => {
      const headers = { authorization: `Bearer ${body.key}` };
      const answer = await fetch(`${second.url}/admin/v1/${path}`, { headers });
      const code = object(object(await answer.json())['error'])['code'];
      return answer.status === expected[0] && code === expected[1];
    });
  await becomesFor('keys', 200);
  await first.admin('DELETE', 'teams/short-lived');
  await becomesFor('keys', 403, 'insufficient_role');
  await first.admin('PATCH', 'admin_keys/kim', { role: 'viewer' });
  await becomesFor('models', 200);
  await first.admin('PATCH', 'admin_keys/kim', { blocked: true });
  await becomesFor('models', 401, 'key_blocked');
  await first.admin('PATCH', 'admin_keys/kim', { blocked: false });
  await becomesFor('models', 200);
  await first.admin('DELETE', 'admin_keys/kim');
  await becomesFor('models', 401, 'invalid_api_key');
});

it('a secret that was nobody’s is known once a key has it', async () => {
  const key = 'sk-chosen-by-somebody-1234567890';
  expect(await ask(key)).toMatchObject({ status: 401 });
  const made = await fetch(`${first.url}/key/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  expect(made.status).toBe(200);
  await becomes(key, 200);
});

it('a team that is blocked, narrowed or given a budget is so for its keys', async () => {
  const { body: team } = await first.admin('POST', 'teams', { name: 'newsroom' });
  const { key } = await knownKey({ team: 'newsroom' });
  for (const [change, status, code] of [
    [{ blocked: true }, 401, 'team_blocked'],
    [{ blocked: false, models: ['other'] }, 404, 'model_not_found'],
    [{ models: null, budgets: [{ limit_usd: 0, period: 'day' }] }, 429, 'budget_exceeded'],
    [{ budgets: [] }, 200, undefined],
  ] as const) {
    await first.admin('PATCH', `teams/${team.id}`, change);
    await becomes(key, status, code);
  }
});

it('the gateway’s own budget holds on the other gateway', async () => {
  const { key } = await knownKey();
  await first.admin('PATCH', 'gateway', { budgets: [{ limit_usd: 0, period: 'day' }] });
  await becomes(key, 429, 'budget_exceeded');
  await first.admin('PATCH', 'gateway', { budgets: [] });
  await becomes(key, 200);
});

it('the gateway’s own redaction holds on the other gateway', async () => {
  const masks = async () =>
    (await second.app.get(Redactions).of({ kind: 'master_key', name: 'master key' }))?.setting.kinds;
  expect(await masks()).toBeUndefined();
  await first.admin('PATCH', 'gateway', { redaction: { kinds: ['email'], in: 'answer' } });
  await until(async () => (await masks())?.includes('email') === true);
  await first.admin('PATCH', 'gateway', { redaction: null });
  await until(async () => (await masks()) === undefined);
});

it('a client token that is revoked is refused by the other gateway', async () => {
  const { key } = await knownKey();
  const headers = { authorization: `Bearer ${key}` };
  const tokens = `${first.url}/v1/client_tokens`;
  const made = object(await (await fetch(tokens, { method: 'POST', headers, body: '{}' })).json());
  const token = String(made['token']);
  expect(await ask(token)).toMatchObject({ status: 200 });
  await fetch(`${tokens}/${String(made['id'])}`, { method: 'DELETE', headers });
  await becomes(token, 401, 'invalid_api_key');
});

it('models, deployments and credentials are what they are made on the first', async () => {
  const names = async () => (await second.admin('GET', 'models')).body.data.map(({ name }: { name: string }) => name);
  const other = second.app.get(Catalogue);
  await first.createModel('new', simulator.url, { api_key: SIMULATOR_KEY });
  await until(() => other.find('new')?.deployments.length === 1);
  await first.admin('PATCH', 'models/new', { name: 'renamed' });
  await until(() => other.find('new') === undefined && other.find('renamed') !== undefined);
  await first.admin('POST', 'models/renamed/deployments', {
    provider: 'openai',
    upstream_model: 'gpt-4o-transcribe',
    api_key: 'sk-of-another',
  });
  await until(() => other.find('renamed')?.deployments.length === 2);
  expect(await names()).toContain('renamed');
  await first.admin('DELETE', 'models/renamed');
  await until(() => other.find('renamed') === undefined);
});

it('a saved config is used as it was changed', async () => {
  const { key } = await knownKey();
  const { body } = await first.admin('POST', 'configs', { name: 'ours', config: { override_params: {} } });
  const headers = { 'x-portkey-config': body.slug };
  expect(await ask(key, headers)).toMatchObject({ status: 200 });
  const config = { override_params: { model: 'absent' } };
  expect((await first.admin('PATCH', `configs/${body.slug}`, { config })).status).toBe(200);
  await until(async () => (await ask(key, headers)).status === 404);
});
