import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { audioFile, form } from '../bad-input/bench.js';
import { buildGateway, GatewayProcess } from '../process/gateway-process.js';

const MASTER = 'master-key-of-the-nowhere-test';
/** Keys that callers bring; none of them is a part of another. */
const REJECTED = 'sk-proj-rejected-Zq81hTnW5xVb20cLrM7yKpD4';
const IN_CONFIG = 'sk-proj-config-Jw36uFaE9sQo15gBiX8zNtH2';
const IN_BAD_CONFIG = 'sk-proj-broken-Cd74kLyP2mRv68eUoS3jGfA9';
const NOT_ALLOWED = 'sk-proj-forbidden-Tb52nXiM4wHz97qJpE1vYsK6';

let folder: string;
beforeAll(async () => {
  await buildGateway();
  folder = await mkdtemp(join(tmpdir(), 'auricle-nowhere-'));
});
afterAll(async () => {
  await GatewayProcess.killAll();
  await rm(folder, { recursive: true, force: true });
});

/** Every row of every table, as text. */
async function everythingStored(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM "${name}" t`);
    texts.push(...rows.map(({ row }) => row));
  }
  await client.end();
  return texts.join('\n');
}

/** Every file below a folder. */
async function everythingIn(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  return (await Promise.all(files.map((it) => readFile(it, 'latin1')))).join('\n');
}

it("keeps, writes and answers nothing of a caller's own key for a provider", async () => {
  const database = await createTestDatabase();
  const openai = await OpenAiSimulator.start();
  const gateway = await GatewayProcess.start({
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: database.url,
    MASTER_KEY: MASTER,
    SHOW_MASTER_KEY: 'false',
    LOG_LEVEL: 'trace',
    LOG_FORMAT: 'json',
    OPENAI_BASE_URL: openai.url,
    MAX_RETRIES: '0',
  });
  const heard: string[] = [];
  const hear = async (response: Response): Promise<string> => {
    const body = await response.text();
    heard.push(JSON.stringify([...response.headers]), body);
    return body;
  };
  const admin = async (method: string, path: string, body?: object): Promise<string> =>
    hear(await gateway.fetch(`/admin/v1/${path}`, { method, body: body && JSON.stringify(body) }, MASTER));
  const keys = [true, false].map(async (allow_provider_keys) => {
    const issued = await admin('POST', 'keys', { name: `allowed ${allow_provider_keys}`, allow_provider_keys });
    const { key } = JSON.parse(issued) as { key: string };
    return key;
  });
  const [allowed = '', forbidden = ''] = await Promise.all(keys);
  const send = async (headers: Record<string, string>, fields: Record<string, string> = {}): Promise<number> => {
    const response = await fetch(`${gateway.url}/v1/audio/transcriptions?api_key=none`, {
      method: 'POST',
      headers: { 'x-portkey-api-key': allowed, 'x-portkey-provider': 'openai', ...headers },
      body: form({ model: 'whisper-1', file: audioFile(), ...fields }),
    });
    await hear(response);
    return response.status;
  };
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const config = (value: unknown) => ({ 'x-portkey-config': JSON.stringify(value) });

  expect(await send(bearer(SIMULATOR_KEY))).toBe(200);
  expect(await send(bearer(SIMULATOR_KEY), { model: 'gpt-4o-transcribe', stream: 'true' })).toBe(200);
  // The simulator repeats the key that it does not take.
  expect(await send(bearer(REJECTED))).toBe(401);
  // A provider that takes a key, and repeats it wherever it can.
  const everywhere = { message: `no ${SIMULATOR_KEY}`, code: SIMULATOR_KEY, param: SIMULATOR_KEY, type: SIMULATOR_KEY };
  for (const status of [400, 402, 404, 413, 429, 500]) {
    for (const headers of [bearer(SIMULATOR_KEY), config({ provider: 'openai', api_key: SIMULATOR_KEY })]) {
      openai.respondWith(errorAnswer(status, everywhere, { 'x-request-id': SIMULATOR_KEY, location: SIMULATOR_KEY }));
      expect(await send(headers)).toBeGreaterThanOrEqual(400);
    }
  }
  for (const targets of [
    [{ provider: 'openai', api_key: IN_CONFIG }],
    [{ provider: 'openai', api_key: IN_CONFIG }, {}],
  ]) {
    await send(config({ strategy: { mode: 'fallback' }, targets }));
  }
  for (const broken of [
    { provider: 'openai', api_key: IN_BAD_CONFIG, unknown: 1 },
    { provider: 'nobody', api_key: IN_BAD_CONFIG },
    { provider: 'azure-openai', api_key: IN_BAD_CONFIG },
    { provider: 'openai', api_key: IN_BAD_CONFIG, custom_host: 'http://127.0.0.1:9' },
    { virtual_key: 'x', api_key: IN_BAD_CONFIG },
    { provider: 'openai', api_key: ` ${IN_BAD_CONFIG} ` },
    { provider: 'openai', api_key: [IN_BAD_CONFIG] },
  ]) {
    expect(await send(config(broken))).toBeGreaterThanOrEqual(400);
  }
  expect(await send({ 'x-portkey-config': `{"api_key":"${IN_BAD_CONFIG}` })).toBe(400);
  expect(await send({ 'x-portkey-api-key': forbidden, ...bearer(NOT_ALLOWED) })).toBeGreaterThan(0);
  expect(await send({ 'x-portkey-api-key': forbidden, ...config({ provider: 'openai', api_key: NOT_ALLOWED }) })).toBe(
    403,
  );
  expect(await send({ 'x-portkey-api-key': 'sk-nobody', ...bearer(NOT_ALLOWED) })).toBe(401);

  for (const path of ['logs', 'keys', 'models', 'credentials', 'providers']) await admin('GET', path);
  const { data } = JSON.parse(await admin('GET', 'logs?limit=100')) as { data: { id: string }[] };
  expect(data.length).toBeGreaterThan(20);
  for (const { id } of data) await admin('GET', `logs/${id}`);
  gateway.kill('SIGTERM');
  await gateway.ended;
  const places = {
    answers: heard.join('\n'),
    'process log': gateway.output + gateway.errors,
    database: await everythingStored(database.url),
    files: await everythingIn(folder),
  };
  await openai.close();
  await database.drop();
  expect(places['process log']).toContain('/v1/audio/transcriptions');
  expect(places.database).toContain('credential_rejected');
  const secrets = { SIMULATOR_KEY, REJECTED, IN_CONFIG, IN_BAD_CONFIG, NOT_ALLOWED };
  for (const [place, text] of Object.entries(places)) {
    for (const [name, secret] of Object.entries(secrets)) {
      for (const form of [
        secret,
        secret.slice(3, -5),
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret).toString('base64'),
      ]) {
        expect([place, name, text.includes(form)]).toEqual([place, name, false]);
      }
      // Not even the end of it, as in a preview.
      expect([place, name, text.includes(`...${secret.slice(-4)}`)]).toEqual([place, name, false]);
    }
  }
});
