import { Client } from 'pg';
import { makeWav } from '../../support/audio.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
let simulator: OpenAiSimulator;
let database: Client;
beforeAll(async () => {
  simulator = await OpenAiSimulator.start();
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await gateway.close();
  await simulator.close();
});

const STORED = 'sk-stored-secret-4f1d2c3b5a697887';
const ROTATED = 'sk-rotated-secret-8c7d6e5f4a3b2c1d';
const INLINE = 'sk-inline-secret-0123456789abcdef';

it('tells a secret to nobody after it was set, and keeps none in the clear', async () => {
  const { body: credential } = await admin.post('credentials', { name: 'c', provider: 'openai', api_key: STORED });
  await admin.post('models', {
    name: 'm',
    deployments: [
      { provider: 'openai', upstream_model: 'whisper-1', api_base: simulator.url, credential: 'c' },
      { provider: 'openai', upstream_model: 'whisper-1', api_base: simulator.url, api_key: INLINE, enabled: false },
    ],
  });
  await admin.patch(`credentials/${credential.id}`, { api_key: ROTATED });
  const issued = await admin.post('keys', { name: 'k' });
  const secret: string = issued.body.key;

  // A provider that repeats what it was sent must not make us repeat it.
  simulator.respondWith(
    errorAnswer(401, { message: `Incorrect API key provided: ${ROTATED}`, code: 'invalid_api_key' }),
  );
  const form = new FormData();
  form.append('model', 'm');
  form.append('file', new File([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))], 'speech.wav'));
  const headers = { authorization: `Bearer ${secret}` };
  const failed = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
  expect(failed.status).toBe(502);
  expect(simulator.lastRequest.headers.authorization).toBe(`Bearer ${ROTATED}`);

  for (const path of ['keys', 'credentials', 'models', 'logs', 'models/m', 'models/m/deployments'])
    await admin.get(path);
  await admin.get(`keys/${issued.body.id}`);
  await admin.get(`credentials/${credential.id}`);
  await admin.get(`logs/${failed.headers.get('x-request-id')}`);
  await admin.post('credentials', { name: 'c', provider: 'openai', api_key: STORED });
  await admin.delete(`credentials/${credential.id}`);

  const heard = [...admin.heard, await failed.text(), await (await fetch(`${gateway.url}/openapi.json`)).text()];
  const answers = heard.join('\n');
  // Once, when it was made.
  expect(answers.split(secret).length - 1).toBe(1);
  for (const hidden of [STORED, ROTATED, INLINE, MASTER_KEY]) expect(answers).not.toContain(hidden);
  // Not even the greater part of one.
  for (const hidden of [STORED, ROTATED, INLINE]) expect(answers).not.toContain(hidden.slice(3, -5));

  const stored = await everythingStored();
  expect(stored).toContain('"name": "k"');
  for (const hidden of [secret, STORED, ROTATED, INLINE, MASTER_KEY]) {
    expect(stored).not.toContain(hidden);
    // As bytea columns are shown.
    expect(stored).not.toContain(Buffer.from(hidden).toString('hex'));
    expect(stored).not.toContain(Buffer.from(hidden).toString('base64'));
  }
});

it('encrypts the same secret differently every time', async () => {
  await admin.post('credentials', { name: 'same-1', provider: 'openai', api_key: STORED });
  await admin.post('credentials', { name: 'same-2', provider: 'openai', api_key: STORED });
  const { rows } = await database.query<{ ciphertext: Buffer }>(
    "SELECT ciphertext FROM provider_credential WHERE name LIKE 'same-%'",
  );
  expect(rows.length).toBe(2);
  expect(rows[0]?.ciphertext.equals(rows[1]?.ciphertext ?? Buffer.alloc(0))).toBe(false);
});

it('leaves no nameless credential behind when its deployment goes', async () => {
  const nameless = async () => (await database.query('SELECT 1 FROM provider_credential WHERE name IS NULL')).rowCount;
  const before = Number(await nameless());
  const deployment = { provider: 'openai', upstream_model: 'whisper-1', api_key: INLINE };
  const { body } = await admin.post('models', { name: 'brief', deployments: [deployment, deployment, deployment] });
  expect(await nameless()).toBe(before + 3);
  await admin.patch(`models/brief/deployments/${body.deployments[0].id}`, { api_key: ROTATED });
  await admin.patch(`models/brief/deployments/${body.deployments[0].id}`, { credential: 'same-1' });
  await admin.delete(`models/brief/deployments/${body.deployments[1].id}`);
  expect(await nameless()).toBe(before + 1);
  await admin.delete('models/brief');
  expect(await nameless()).toBe(before);
});

/** Every row of every table, as text. */
async function everythingStored(): Promise<string> {
  const { rows: tables } = await database.query<{ table_name: string }>(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  expect(tables.length).toBeGreaterThanOrEqual(6);
  const texts: string[] = [];
  for (const { table_name: table } of tables) {
    const { rows } = await database.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM "${table}" t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
