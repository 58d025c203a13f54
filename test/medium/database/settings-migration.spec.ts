import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../../src/database/migrator.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const log = { info: () => undefined, warn: () => undefined };
/** The schema of the first version, in which settings were stored in camelCase. */
const RELEASED = '20261120101718_init';
const DEPLOYMENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';
const MODEL = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3b';
const REQUEST = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3c';

describe('what the released version stored', () => {
  let database: TestDatabase;
  let client: Client;

  beforeEach(async () => {
    database = await createTestDatabase({ template: 'template0' });
    const folder = await mkdtemp(join(tmpdir(), 'auricle-released-'));
    await cp(`prisma/migrations/${RELEASED}`, join(folder, RELEASED), { recursive: true });
    await migrate({ url: database.url, log, folder });
    await rm(folder, { recursive: true });
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  async function insertDeployment(settings: unknown, routing: unknown, ofModel: unknown = {}): Promise<void> {
    await client.query('INSERT INTO model (id, name, routing) VALUES ($1, $2, $3)', [
      MODEL,
      'w',
      JSON.stringify(ofModel),
    ]);
    await client.query(
      `INSERT INTO deployment (id, model_id, provider, upstream_model, settings, routing, updated_at)
       VALUES ($1, $2, 'azure', 'whisper', $3, $4, now())`,
      [DEPLOYMENT, MODEL, JSON.stringify(settings), JSON.stringify(routing)],
    );
  }

  async function insertLog(usage: unknown, plan: unknown): Promise<void> {
    await client.query(
      `INSERT INTO request_log (id, created_at, key_name, task, status, http_status, latency_ms, usage, plan)
       VALUES ($1, now(), 'k', 'transcribe', 'success', 200, 1, $2, $3)`,
      [REQUEST, JSON.stringify(usage), JSON.stringify(plan)],
    );
  }

  const rowOf = async (sql: string): Promise<unknown> => (await client.query(sql)).rows[0];
  const update = async () => await migrate({ url: database.url, log });

  it.each<[unknown, unknown]>([
    [
      { apiVersion: '2025-04-01-preview', baseModel: 'whisper', urlStyle: 'v1', auth: 'bearer' },
      { api_version: '2025-04-01-preview', base_model: 'whisper', url_style: 'v1', auth: 'bearer' },
    ],
    [{ mipOptOut: false }, { mip_opt_out: false }],
    [
      { server: 'vllm', formats: ['verbose_json'], maxBytes: 5, maxDurationSeconds: 1.5, bareArrays: true },
      { server: 'vllm', formats: ['verbose_json'], max_bytes: 5, max_duration_seconds: 1.5, bare_arrays: true },
    ],
    [{ organization: 'Acme"Corp":' }, { organization: 'Acme"Corp":' }],
    [{}, {}],
  ])('has its settings in the new spelling: %j', async (before, after) => {
    await insertDeployment(before, {});
    await update();
    expect(await rowOf('SELECT settings FROM deployment')).toEqual({ settings: after });
  });

  it('has its routing in the new spelling', async () => {
    await insertDeployment({}, { max_file_bytes: 7, order: 1 }, { strategy: 'priority', max_retries: 1 });
    await update();
    expect(await rowOf('SELECT routing FROM deployment')).toEqual({ routing: { max_bytes: 7, order: 1 } });
    expect(await rowOf('SELECT routing FROM model')).toEqual({ routing: { strategy: 'weighted', max_retries: 1 } });
  });

  it('has usage as in the answer, and explanations instead of reasons', async () => {
    const candidates = [{ model: 'w', deployment_id: DEPLOYMENT, format: 'native' }];
    const skipped = ['b', 'a'].map((model) => ({ model, deployment_id: null, reason: `${model} is full` }));
    await insertLog({ type: 'tokens', audioInput: 12, textInput: 2, output: 45 }, { candidates, left_out: skipped });
    await update();
    expect(await rowOf('SELECT usage, plan FROM request_log')).toEqual({
      usage: {
        type: 'tokens',
        input_tokens: 14,
        input_token_details: { text_tokens: 2, audio_tokens: 12 },
        output_tokens: 45,
        total_tokens: 59,
      },
      plan: {
        candidates,
        left_out: skipped.map(({ reason, ...rest }) => ({ ...rest, explanation: reason })),
      },
    });
  });

  it('stays as it is where nothing is to be changed', async () => {
    const usage = { type: 'duration', seconds: 9 };
    await insertLog(usage, { candidates: [], left_out: [] });
    await update();
    expect(await rowOf('SELECT usage, plan FROM request_log')).toEqual({
      usage,
      plan: { candidates: [], left_out: [] },
    });
  });
});
