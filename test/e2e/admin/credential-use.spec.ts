import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { Catalogue } from '../../../src/models/catalogue.js';
import { CredentialUses } from '../../../src/models/credentials/use/credential-uses.js';
import { rotate } from '../../../src/models/credentials/rotation/rotation.js';
import { SealedRepository } from '../../../src/models/credentials/rotation/sealed.repository.js';
import { SecretBox } from '../../../src/models/credentials/secret-box.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { answer, errorAnswer } from '../../support/simulator-answers.js';
import { SimulatorServer } from '../../support/simulator-server.js';
import { until } from '../../support/upload-server.js';
import { audioFile, form } from '../bad-input/bench.js';
import { AdminClient } from './admin-client.js';

const [old, current] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const SECRETS = Array.from({ length: 6 }, (_, index) => `sk-credential-${index}-${randomBytes(12).toString('hex')}`);
const [first = '', ...others] = SECRETS;

let rotated: TestGateway;
let behind: TestGateway;
let admin: AdminClient;
let simulator: SimulatorServer;
beforeAll(async () => {
  simulator = await new SimulatorServer({
    refuse: () => undefined,
    answer: () => answer(200, { text: 'hello' }),
  }).listen();
  behind = await startTestGateway({ SANDBOX: 'false', ENCRYPTION_KEY: old });
  // The one that was restarted with the new key; the other has not been yet.
  rotated = await startTestGateway({
    SANDBOX: 'false',
    DATABASE_URL: behind.databaseUrl,
    ENCRYPTION_KEY: current,
    ENCRYPTION_KEY_PREVIOUS: old,
  });
  admin = AdminClient.of(rotated.url);
});
afterAll(async () => {
  await rotated.close();
  await behind.close();
  await simulator.close();
});

async function transcribe(gateway: TestGateway, model = 'm'): Promise<number> {
  const response = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}` },
    body: form({ model, file: audioFile() }),
  });
  await response.text();
  return response.status;
}

it('a credential is replaced while it is used, and its encryption key too: each call has a secret that there was', async () => {
  const made = await behind.admin('POST', 'credentials', { name: 'c', provider: 'openai', api_key: first });
  expect(made.body).toMatchObject({ deployment_count: 0, used_by: [], last_used_at: null, last_rejection: null });
  const deployment = {
    provider: 'openai',
    upstream_model: 'whisper-1',
    api_base: `${simulator.origin}/v1`,
    credential: 'c',
  };
  await behind.admin('POST', 'models', { name: 'm', deployments: [deployment] });
  await until(async () => (await transcribe(rotated)) === 200);

  const done = new AbortController();
  const statuses = new Map<number, number>();
  const load = async (gateway: TestGateway): Promise<void> => {
    while (!done.signal.aborted) {
      const status = await transcribe(gateway);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const loads = [rotated, rotated, behind, behind].map(load);
  const seen = () => simulator.requests.map(({ headers }) => String(headers['authorization']).replace('Bearer ', ''));
  for (const secret of others.slice(0, 4)) {
    // By the gateway that has the new key: the other one cannot read that, and goes on with what it knows.
    await admin.patch('credentials/c', { api_key: secret });
    await until(async () => seen().at(-1) === secret || seen().slice(-8).includes(secret));
  }
  await behind.admin('PATCH', 'credentials/c', { api_key: others[4] });
  await until(async () =>
    seen()
      .slice(-8)
      .every((secret) => secret === others[4]),
  );
  const connection = new SqlConnection(behind.databaseUrl, { connectMs: 10_000, statementMs: 60_000 });
  const keys = [current, old].map((key) => Buffer.from(key, 'hex'));
  const [encryptionKey = Buffer.alloc(32), ...previousEncryptionKeys] = keys;
  const box = new SecretBox({ encryptionKey, previousEncryptionKeys });
  expect(await rotate({ repository: new SealedRepository(connection), box, dryRun: false })).toMatchObject({
    rotated: 1,
  });
  connection.close();
  const { length } = seen();
  await until(async () => seen().length > length + 20);
  done.abort();
  await Promise.all(loads);
  expect([...statuses.keys()]).toEqual([200]);
  expect(new Set(seen())).toEqual(new Set(SECRETS));
  expect(
    seen()
      .slice(-8)
      .every((secret) => secret === others[4]),
  ).toBe(true);
});

it('says where a credential is used, and when it was accepted and rejected last, over all gateways', async () => {
  const { body: model } = await admin.get('models/m');
  const place = { deployment_id: model.deployments[0].id, model: 'm' };
  const since = new Date().toISOString();
  expect(await transcribe(rotated)).toBe(200);
  const { body: used } = await admin.get('credentials/c');
  expect(used).toMatchObject({ deployment_count: 1, used_by: [place], last_used_by: place, last_rejection: null });
  expect(used.last_used_at >= since && used.last_used_at === used.last_success_at).toBe(true);

  simulator.respondWith(errorAnswer(401, { message: `Incorrect API key: ${others[4]}`, code: 'invalid_api_key' }));
  expect(await transcribe(behind)).toBe(502);
  await behind.app.get(CredentialUses).write();
  const { body: rejected } = await admin.get('credentials');
  expect(rejected.data).toMatchObject([
    { last_success_at: used.last_success_at, last_rejection: { ...place, status: 401 } },
  ]);
  const { at } = rejected.data[0].last_rejection;
  expect(at > used.last_success_at && rejected.data[0].last_used_at === at).toBe(true);

  // Other failures are uses, and no rejections; a test of the deployment is one as well.
  simulator.respondWith(errorAnswer(500, { message: 'down' }));
  expect(await transcribe(rotated)).toBe(502);
  const { body: failed } = await admin.get('credentials/c');
  expect(failed).toMatchObject({ last_success_at: used.last_success_at, last_rejection: { at } });
  expect(failed.last_used_at > at).toBe(true);
  await rotated.admin('POST', `deployments/${place.deployment_id}/test`, {});
  expect((await admin.get('credentials/c')).body.last_success_at > failed.last_used_at).toBe(true);
  expect(admin.heard.join('\n')).not.toContain(others[4]?.slice(3, -5));
});

it('notes nothing older over what is newer, nor of what is gone, and keeps what cannot be written', async () => {
  const uses = rotated.app.get(CredentialUses);
  const [{ id: credentialId, last_used_at: noted }] = (await admin.get('credentials')).body.data;
  const deployment = { ...rotatedDeployment(), credentialId };
  const client = new Client({ connectionString: behind.databaseUrl });
  await client.connect();
  await client.query(`UPDATE credential_use SET last_used_at = '2100-01-01', last_success_at = '2100-01-01'`);
  uses.note(deployment, undefined);
  uses.note({ ...deployment, credentialId: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }, undefined);
  expect((await admin.get('credentials/c')).body).toMatchObject({
    last_used_at: '2100-01-01T00:00:00.000Z',
    last_success_at: '2100-01-01T00:00:00.000Z',
  });
  await client.query(`UPDATE credential_use SET last_used_at = '2000-01-01', last_success_at = '2000-01-01'`);
  await client.query('ALTER TABLE credential_use RENAME TO credential_use_away');
  uses.note(deployment, undefined);
  await expect(uses.write()).rejects.toThrow('credential_use');
  await client.query('ALTER TABLE credential_use_away RENAME TO credential_use');
  const { body } = await admin.get('credentials/c');
  expect(body.last_used_at >= noted && body.last_success_at >= noted).toBe(true);
  await admin.patch('models/m', { name: 'renamed' });
  expect((await admin.get('credentials/c')).body).toMatchObject({
    used_by: [{ model: 'renamed' }],
    last_used_by: { model: 'm' },
  });
  await admin.delete('models/renamed');
  expect((await admin.delete('credentials/c')).status).toBe(200);
  expect((await client.query('SELECT FROM credential_use')).rowCount).toBe(0);
  await client.end();
});

function rotatedDeployment() {
  const [deployment] = rotated.app.get(Catalogue).deployments();
  if (!deployment) throw new Error('there is no deployment');
  return deployment;
}
