import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import { makeWav } from '../../support/audio.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

const MASTER_KEY = 'sk-budgets-0123456789';
/** As long as what the simulated whisper bills, so that what is reserved is what it costs. */
const WAV = Uint8Array.from(makeWav({ durationSeconds: 9, toneHz: 440 }));
const COST_NANO_USD = 900_000;
const issued = z.looseObject({ id: z.string(), key: z.string().default('') });
const ROOM = 20;
const REQUESTS = 500;
/** Enough to fill what is left after a gateway was killed. */
const FEWER_REQUESTS = 60;

let database: TestDatabase;
let client: Client;
let provider: OpenAiSimulator;
let folders: string[];
beforeAll(() => buildGateway());
beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  provider = await OpenAiSimulator.start();
  folders = [];
});
afterEach(async () => {
  await GatewayProcess.killAll();
  await provider.close();
  await client.end();
  await database.drop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-budgets-'));
  folders.push(folder);
  return folder;
}

const start = (dataDir: string) =>
  GatewayProcess.start({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    MASTER_KEY,
    // What one of them has stored, the other can read.
    ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
    SANDBOX: 'false',
  });

async function admin(gateway: GatewayProcess, path: string, body: object): Promise<{ id: string; key: string }> {
  const answer = await fetch(`${gateway.url}/admin/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  return issued.parse(await answer.json());
}

/** The status of a request; 0 where its gateway was killed. */
async function transcribe(gateway: GatewayProcess, key: string): Promise<number> {
  const form = new FormData();
  form.append('model', 'whisper');
  form.append('file', new File([WAV], 'speech.wav'));
  try {
    const answer = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    });
    await answer.text();
    return answer.status;
  } catch {
    return 0;
  }
}

async function period(): Promise<{ spent: number; reserved: number }> {
  const { rows } = await client.query(
    'SELECT spent_nano_usd::int AS spent, reserved_nano_usd::int AS reserved FROM budget_period',
  );
  return rows[0];
}

async function costOfRows(): Promise<number> {
  const { rows } = await client.query(
    'SELECT coalesce(sum(cost_nano_usd), 0)::int AS cost FROM request_log WHERE key_id IS NOT NULL',
  );
  return rows[0].cost;
}

/** Resolves when all that the gateway has answered is in the ledger. */
async function written(gateway: GatewayProcess): Promise<void> {
  const answer = await fetch(`${gateway.url}/admin/v1/logs?limit=1`, {
    headers: { authorization: `Bearer ${MASTER_KEY}`, connection: 'close' },
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  await answer.text();
}

/** Two gateways on one database, and a key on whose budget there is room for some requests. */
async function startTwo() {
  const one = await start(await newFolder());
  const deployment = {
    provider: 'openai',
    upstream_model: 'whisper-1',
    api_base: provider.url,
    api_key: SIMULATOR_KEY,
  };
  await admin(one, 'models', { name: 'whisper', deployments: [deployment] });
  const budgets = [{ limit_usd: (ROOM * COST_NANO_USD) / 1e9, period: 'total' }];
  const { key } = await admin(one, 'keys', { name: 'limited', budgets });
  const folder = await newFolder();
  return { one, other: await start(folder), folder, key };
}

const askAll = (gateways: readonly GatewayProcess[], key: string, count: number): Promise<number>[] =>
  Array.from({ length: count }, async (_, index) => {
    const gateway = gateways[index % gateways.length];
    return gateway ? await transcribe(gateway, key) : 0;
  });

it('lets in exactly as many requests as a budget has room for, over two gateways', async () => {
  const { one, other, key } = await startTwo();
  const seen = await Promise.all(askAll([one, other], key, REQUESTS));
  expect(seen.filter((status) => status === 200)).toHaveLength(ROOM);
  expect(seen.filter((status) => status === 429)).toHaveLength(REQUESTS - ROOM);
  expect(provider.requests).toHaveLength(ROOM);
  await until(async () => (await period()).reserved === 0);
  expect([(await period()).spent, await costOfRows()]).toEqual([ROOM * COST_NANO_USD, ROOM * COST_NANO_USD]);
});

it('leaves nothing reserved for ever by a gateway that was killed, and never spends more than there is', async () => {
  const { one, other, folder, key } = await startTwo();
  const asking = askAll([other, one], key, REQUESTS);
  await until(() => provider.requests.length >= 3);
  other.kill('SIGKILL');
  const seen = await Promise.all(asking);
  await other.ended;
  expect(provider.requests.length).toBeLessThanOrEqual(ROOM);
  expect(seen.filter((status) => status === 200).length).toBeLessThanOrEqual(ROOM);
  // What it had answered, and what it had begun, is in its journal.
  const again = await start(folder);
  // A request of its own comes after all that is in its journal from before.
  expect(await transcribe(again, MASTER_KEY)).toBe(200);
  for (const gateway of [one, again]) await written(gateway);
  // What it had reserved a moment before it died is not: that ends with its lease.
  const leases = await client.query(
    `SELECT max(expires_at) < clock_timestamp() + interval '20 minutes' AS end FROM budget_reservation`,
  );
  expect(leases.rows[0].end).not.toBe(false);
  await client.query('UPDATE budget_reservation SET expires_at = clock_timestamp()');
  await until(async () => (await period()).reserved === 0);
  // What the killed gateway never told the cost of is not spent, so that there is room again for as many.
  const more = await Promise.all(askAll([one, again], key, FEWER_REQUESTS));
  expect(more.filter((status) => ![200, 429].includes(status))).toEqual([]);
  await until(async () => (await period()).reserved === 0);
  expect(await costOfRows()).toBe(ROOM * COST_NANO_USD);
  expect(await period()).toEqual({ spent: ROOM * COST_NANO_USD, reserved: 0 });
});
