import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { makeWav } from '../../support/audio.js';
import { createTestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { childrenOf } from '../../support/processes.js';
import { readPrometheusText, valueOf } from '../../support/prometheus-text.js';
import { heldAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

const MASTER_KEY = 'sk-workers-0123456789';
const AUDIO = makeWav({ durationSeconds: 1, toneHz: 440 });
const readySchema = z.object({ status: z.string(), workers: z.object({ up: z.int(), of: z.int() }).optional() });

let folder: string;
let simulator: OpenAiSimulator;
/** Requests that were answered with 200, by all gateways of this suite. */
const answered: string[] = [];
beforeAll(async () => {
  await buildGateway();
  folder = await mkdtemp(join(tmpdir(), 'auricle-workers-'));
  // PostgreSQL runs as another user when the tests are run by root.
  chmodSync(folder, 0o755);
  simulator = await OpenAiSimulator.start();
});
afterAll(async () => {
  await GatewayProcess.killAll();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, 'data');
const configFile = () => join(folder, 'config.yaml');
const environment = () => ({
  DATA_DIR: dataDir(),
  CONFIG_FILE: configFile(),
  MASTER_KEY,
  WORKERS: '2',
  LOG_FORMAT: 'json',
  SANDBOX: 'false',
  FFMPEG_PATH: '',
});

async function declare(...models: readonly string[]): Promise<void> {
  const entries = models.map(
    (name) =>
      `  - { model_name: ${name}, litellm_params: { model: openai/whisper-1, api_base: "${simulator.url}", api_key: ${SIMULATOR_KEY} } }`,
  );
  await writeFile(configFile(), `model_list:\n${entries.join('\n')}\n`);
}

/** Sends each request on a connection of its own, so that the workers take turns. */
async function transcribe(
  gateway: GatewayProcess,
  key = MASTER_KEY,
): Promise<{ status: number; worker: string | null }> {
  const form = new FormData();
  form.append('model', 'whisper');
  form.append('file', new File([Uint8Array.from(AUDIO)], 'speech.wav'));
  const answer = await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: form }, key);
  await answer.text();
  if (answer.status === 200) answered.push(String(answer.headers.get('x-request-id')));
  return { status: answer.status, worker: answer.headers.get('x-auricle-worker') };
}

async function admin(gateway: GatewayProcess, method: string, path: string, body?: object): Promise<Response> {
  return await gateway.fetch(`/admin/v1/${path}`, { method, body: body && JSON.stringify(body) }, MASTER_KEY);
}

async function readyOf(gateway: GatewayProcess) {
  return readySchema.parse(await (await gateway.fetch('/health/ready', {}, MASTER_KEY)).json());
}

const allUp = (gateway: GatewayProcess) => until(async () => (await readyOf(gateway)).workers?.up === 2);

async function scrape(gateway: GatewayProcess) {
  return readPrometheusText(await (await gateway.fetch('/metrics', {}, MASTER_KEY)).text());
}

/** Waits until each of the two workers has answered so. */
async function untilBoth(ask: () => Promise<Response>, isRight: (answer: Response) => boolean | Promise<boolean>) {
  const right = new Set<string>();
  await until(async () => {
    const answer = await ask();
    const worker = String(answer.headers.get('x-auricle-worker'));
    if (await isRight(answer)) right.add(worker);
    else right.delete(worker);
    return right.size === 2;
  });
}

const offers = (model: string) => async (answer: Response) => (await answer.text()).includes(`"${model}"`);

/** Makes the provider's next answer wait until it is released. */
function hold(): () => void {
  const { answer, release } = heldAnswer();
  simulator.respondWith(answer);
  return release;
}

async function expectAllInLedger(gateway: GatewayProcess): Promise<void> {
  for (const id of answered) await until(async () => (await admin(gateway, 'GET', `logs/${id}`)).status === 200);
}

it('serves with two workers as one gateway does, whichever of its processes are killed', async () => {
  await declare('whisper');
  const gateway = await GatewayProcess.start(environment());
  expect(gateway.output).toContain('\n  Workers       2\n');
  const supervisor = Number(gateway.pid);
  const served = await Promise.all(Array.from({ length: 8 }, () => transcribe(gateway)));
  expect(new Set(served.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(served.map(({ worker }) => worker))).toEqual(new Set(['1', '2']));
  const requests = async () => valueOf(await scrape(gateway), 'auricle_requests_total') ?? 0;
  expect(await requests()).toBe(8);
  expect(valueOf(await scrape(gateway), 'auricle_workers_up')).toBe(2);
  expect(gateway.output).toMatch(/"worker":1,.*"msg":"request completed"/);
  expect(gateway.output).toMatch(/"worker":2,.*"msg":"request completed"/);
  expect(await readyOf(gateway)).toMatchObject({ status: 'ok', workers: { up: 2, of: 2 } });

  // What one lets in counts at the other.
  const made = await admin(gateway, 'POST', 'keys', { name: 'limited', limits: { requests_per_day: 5 } });
  const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(await made.json());
  const limited = await Promise.all(Array.from({ length: 20 }, () => transcribe(gateway, key)));
  expect(limited.filter(({ status }) => status === 200)).toHaveLength(5);
  expect(new Set(limited.map(({ worker }) => worker)).size).toBe(2);

  // What changes in one changes in the other: by the database, by the file, and by the file again.
  const models = () => gateway.fetch('/v1/models', {}, MASTER_KEY);
  expect((await admin(gateway, 'PATCH', `keys/${id}`, { blocked: true })).status).toBe(200);
  await untilBoth(
    () => gateway.fetch('/v1/models', {}, key),
    ({ status }) => status === 401,
  );
  await declare('whisper', 'by-signal');
  gateway.kill('SIGHUP');
  await untilBoth(models, offers('by-signal'));
  await declare('whisper', 'by-route');
  expect((await admin(gateway, 'POST', 'config/reload')).status).toBe(200);
  await untilBoth(models, offers('by-route'));

  // A worker that is killed under load comes back, and nothing that was answered is missing.
  const before = await requests();
  const over = new AbortController();
  const load = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) await transcribe(gateway).catch(() => undefined);
  });
  const [victim = 0] = childrenOf(supervisor);
  process.kill(victim, 'SIGKILL');
  await gateway.says('"reason":"it was killed by SIGKILL"');
  await allUp(gateway);
  const count = answered.length;
  await until(() => answered.length > count + 8);
  over.abort();
  await Promise.all(load);
  await expectAllInLedger(gateway);
  expect(await requests()).toBeGreaterThan(before);
  expect(valueOf(await scrape(gateway), 'auricle_worker_restarts_total')).toBe(1);

  // Without their supervisor the workers finish what they have, and the next gateway waits for them.
  const release = hold();
  const arrival = simulator.nextRequest();
  const late = transcribe(gateway);
  await arrival;
  gateway.kill('SIGKILL');
  await gateway.says('the supervisor has ended');
  const next = GatewayProcess.launch(environment());
  await next.says('waiting for a worker of an earlier gateway');
  release();
  expect((await late).status).toBe(200);
  await gateway.ended;
  await next.says('Auricle is ready.');
  await next.says('speech.wav');
  await expectAllInLedger(next);

  // All are told to stop at once, and finish.
  const releaseLast = hold();
  const lastArrival = simulator.nextRequest();
  const last = transcribe(next);
  await lastArrival;
  next.kill('SIGTERM');
  // A connection that has said nothing yet is closed in the moment of the stop.
  const refused = () =>
    next.fetch('/v1/models', {}, MASTER_KEY).then(
      ({ status }) => status === 503,
      () => false,
    );
  await until(refused);
  releaseLast();
  expect((await last).status).toBe(200);
  expect(await next.ended).toEqual({ code: 0, signal: null });
  const journals = [1, 2].map((slot) => readdirSync(join(dataDir(), 'workers', String(slot), 'journal')));
  expect(journals).toEqual([[], []]);
});

it('leaves to one process what its workers had in their journals', async () => {
  const killed = await GatewayProcess.start(environment());
  const release = hold();
  const arrival = simulator.nextRequest();
  const lost = transcribe(killed).catch(() => undefined);
  await arrival;
  const workers = childrenOf(Number(killed.pid));
  for (const pid of [Number(killed.pid), ...workers]) process.kill(pid, 'SIGKILL');
  await killed.ended;
  await lost;
  release();
  const alone = await GatewayProcess.start({ ...environment(), WORKERS: '1' });
  const logs = z.object({ data: z.array(z.unknown()) });
  await until(async () => logs.parse(await (await admin(alone, 'GET', 'logs?status=lost')).json()).data.length === 1);
  await expectAllInLedger(alone);
  expect((await transcribe(alone)).worker).toBeNull();
  expect(readdirSync(join(dataDir(), 'workers'))).toEqual([]);
  alone.kill('SIGTERM');
  expect((await alone.ended).code).toBe(0);
});

it('does not start, and leaves no process, where a worker cannot', async () => {
  const database = await createTestDatabase();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const failed = await GatewayProcess.fail({
    DATA_DIR: join(folder, 'other'),
    DATABASE_URL: database.url,
    PORT: String(port),
    WORKERS: '2',
  });
  other.close();
  await database.drop();
  expect(failed).toMatchObject({ code: 1 });
  expect(failed.errors).toBe(`\nAuricle cannot start.\nPort ${port} is in use. Choose another with PORT.\n\n`);
  expect(existsSync(join(folder, 'other', 'lock'))).toBe(false);
});
