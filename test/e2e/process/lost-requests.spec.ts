import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { makeWav } from '../../support/audio.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { readPrometheusText, valueOf } from '../../support/prometheus-text.js';
import { hang } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

const MASTER_KEY = 'sk-lost-0123456789';

let database: TestDatabase;
let provider: OpenAiSimulator;
let dataDir: string;
beforeAll(() => buildGateway());
beforeEach(async () => {
  database = await createTestDatabase();
  provider = await OpenAiSimulator.start();
  dataDir = await mkdtemp(join(tmpdir(), 'auricle-lost-'));
});
afterEach(async () => {
  await GatewayProcess.killAll();
  await provider.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const settings = () => ({ DATABASE_URL: database.url, DATA_DIR: dataDir, MASTER_KEY });
const scrape = async (gateway: GatewayProcess) => {
  const answer = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
  return readPrometheusText(await answer.text());
};
const admin = async (gateway: GatewayProcess, path: string, init: RequestInit = {}): Promise<unknown> => {
  const answer = await fetch(`${gateway.url}/admin/v1/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', connection: 'close' },
  });
  return await answer.json();
};

it('leaves a log of a request that was with a provider when the gateway was killed', async () => {
  const killed = await GatewayProcess.start(settings());
  const deployment = {
    provider: 'openai',
    upstream_model: 'whisper-1',
    api_base: provider.url,
    api_key: SIMULATOR_KEY,
  };
  await admin(killed, 'models', {
    method: 'POST',
    body: JSON.stringify({ name: 'whisper', deployments: [deployment] }),
  });
  provider.respondWith(hang());
  const asked = provider.nextRequest();
  const form = new FormData();
  form.append('model', 'whisper');
  form.append('file', new Blob([makeWav({ durationSeconds: 2 })]), 'speech.wav');
  const answer = fetch(`${killed.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}` },
    body: form,
  });
  await asked;
  killed.kill('SIGKILL');
  await expect(answer).rejects.toThrow('fetch failed');
  await killed.ended;

  const next = await GatewayProcess.start(settings());
  const lost = z.object({ data: z.array(z.record(z.string(), z.unknown())) });
  await until(async () => lost.parse(await admin(next, 'logs?status=lost')).data.length === 1);
  const { data } = lost.parse(await admin(next, 'logs?status=lost'));
  expect(data).toMatchObject([
    {
      task: 'transcribe',
      model: 'whisper',
      provider: 'openai',
      http_status: 0,
      error_code: 'gateway_lost',
      audio_seconds: 2,
      cost_usd: null,
    },
  ]);
  const labels = { task: 'transcribe', model: 'whisper', provider: 'openai', stream: 'false', http_status: '0' };
  const counted = async (gateway: GatewayProcess) =>
    valueOf(await scrape(gateway), 'auricle_requests_total', { ...labels, status: 'lost' });
  await until(async () => (await counted(next)) === 1);
  // Whoever starts after it may find it again, but written and counted.
  next.kill('SIGKILL');
  await next.ended;
  const last = await GatewayProcess.start(settings());
  await until(async () => valueOf(await scrape(last), 'auricle_ledger_journal_bytes') === 0);
  expect(await counted(last)).toBeUndefined();
});

it('is the only gateway of its data folder', async () => {
  const first = await GatewayProcess.start(settings());
  const second = await GatewayProcess.fail(settings());
  expect(second.code).toBe(1);
  expect(second.errors).toContain(`Another gateway uses the data folder ${dataDir}`);
  expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
});

it('does not start where its journal cannot be kept, and says why', async () => {
  const { errors, code } = await GatewayProcess.fail({ ...settings(), DATA_DIR: '/dev/null/data' });
  expect(code).toBe(1);
  expect(errors).toContain('The data folder /dev/null/data cannot be locked');
});
