import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { SecretBox } from '../../../src/models/credentials/secret-box.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { until } from '../../support/upload-server.js';
import { audioFile, form } from '../bad-input/bench.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

let folder: string;
let database: TestDatabase;
let client: Client;
beforeAll(() => buildGateway());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-rotate-'));
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await GatewayProcess.killAll();
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const rotate = async (environment: Record<string, string>, ...words: string[]) => {
  const { code, output, errors } = await GatewayProcess.fail(environment, {
    command: ['dist/main.js', 'rotate-encryption-key', ...words],
  });
  return { code, output, errors };
};

async function transcribe(gateway: GatewayProcess, key?: string): Promise<number> {
  const body = form({ model: 'stored', file: audioFile() });
  const answer = await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body }, key);
  await answer.text();
  return answer.status;
}

it('gives a gateway that keeps its key itself another one, and its secrets stay', async () => {
  const openai = await OpenAiSimulator.start();
  const environment = { DATA_DIR: join(folder, 'data'), DATABASE_URL: database.url, MAX_RETRIES: '0' };
  const file = join(folder, 'data/encryption-key');
  const keys = async () => (await readFile(file, 'utf8')).trim().split('\n');

  let gateway = await GatewayProcess.start(environment);
  const credential = { name: 'c', provider: 'openai', api_key: SIMULATOR_KEY };
  const model = {
    name: 'stored',
    deployments: [{ provider: 'openai', upstream_model: 'whisper-1', api_base: openai.url, credential: 'c' }],
  };
  for (const [path, body] of [
    ['credentials', credential],
    ['models', model],
  ] as const) {
    const made = await gateway.fetch(`/admin/v1/${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(made.status).toBe(201);
  }
  const [first] = await keys();

  const begun = await rotate(environment, '--new-key');
  expect(begun).toMatchObject({ code: 0, errors: '' });
  expect(begun.output).toContain('Restart the gateway, then run auricle rotate-encryption-key.');
  const [second, kept] = await keys();
  expect(kept).toBe(first);
  expect(await transcribe(gateway)).toBe(200);
  gateway.kill('SIGTERM');
  await gateway.ended;
  gateway = await GatewayProcess.start(environment);
  expect(await transcribe(gateway)).toBe(200);
  const done = await rotate(environment);
  expect(done).toMatchObject({ code: 0, errors: '' });
  expect(done.output).toContain('1 secrets encrypted anew; all have the current key\n');
  expect(await keys()).toEqual([second]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await transcribe(gateway)).toBe(200);
  await openai.close();
});

async function storeMany(box: SecretBox, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => Buffer.from(box.seal(`sk-${index}`).ciphertext));
  await client.query(
    `INSERT INTO provider_credential (id, provider, ciphertext, preview, updated_at)
       SELECT id, 'openai', box, '...', now() FROM unnest($1::uuid[], $2::bytea[]) AS t (id, box)`,
    [rows.map(() => v7()), rows],
  );
}

it('is killed in the midst, and started again it finishes', async () => {
  const [old, current] = [randomBytes(32), randomBytes(32)];
  await storeMany(new SecretBox({ encryptionKey: old }), 3000);
  const environment = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: current.toString('hex'),
    ENCRYPTION_KEY_PREVIOUS: old.toString('hex'),
  };
  const { header } = new SecretBox({ encryptionKey: current });
  const rotated = async (): Promise<number> => {
    const { rowCount } = await client.query(
      'SELECT FROM provider_credential WHERE substring(ciphertext FROM 1 FOR 5) = $1',
      [header],
    );
    return rowCount ?? 0;
  };
  const killed = GatewayProcess.launch(environment, { command: ['dist/main.js', 'rotate-encryption-key'] });
  await until(async () => (await rotated()) > 0);
  killed.kill('SIGKILL');
  await killed.ended;
  // A statement that had been sent is still carried out, and the server has to notice that nobody is there.
  await until(async () => {
    const { rows } = await client.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 620733`);
    return rows.length === 0;
  });
  const again = await rotate(environment, '--json');
  expect([again.code, again.errors]).toEqual([0, '']);
  expect(await rotated()).toBe(3000);
  const lines = again.output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { kind: 'key', table: 'provider_credential', key: 'current', rows: 3000 },
    { kind: 'verdict', mode: 'rotate', unreadable: 0, left: 0 },
  ]);
  const box = new SecretBox({ encryptionKey: current });
  const { rows } = await client.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM provider_credential ORDER BY id');
  expect(new Set(rows.map(({ ciphertext }) => box.open(ciphertext))).size).toBe(3000);
});
