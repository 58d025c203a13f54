import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { longRecordings } from '../../support/long-audio.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

const MASTER_KEY = 'sk-aur-master-of-the-living';
const THREE_HOURS = 3 * 3_600;
const UPLOADS = 20;
/** Twice what is promised: beside other work a processor does half of what it does alone. */
const LONGEST_MS = 100;

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  await buildGateway();
  folder = await mkdtemp(join(tmpdir(), 'auricle-liveness-'));
  database = await createTestDatabase();
});
afterEach(() => GatewayProcess.killAll());
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const start = (): Promise<GatewayProcess> =>
  GatewayProcess.start({
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    MASTER_KEY,
    LOG_FORMAT: 'json',
    NODE_OPTIONS: `--import ${resolve('test/support/turn-meter.mjs')}`,
    TURNS_FILE: join(folder, 'turns.json'),
  });

async function transcribe(gateway: GatewayProcess, file: Blob, name: string): Promise<Response> {
  const body = new FormData();
  body.append('model', 'sandbox');
  body.append('file', file, name);
  const headers = { authorization: `Bearer ${MASTER_KEY}`, connection: 'close' };
  return await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body });
}

/** What each turn of the event loop has taken since it was asked last, in milliseconds of a processor. */
async function turnsOf(gateway: GatewayProcess): Promise<number[]> {
  const file = join(folder, 'turns.json');
  gateway.kill('SIGUSR2');
  await until(() => existsSync(file));
  const turnsMs = z.array(z.number()).parse(JSON.parse(await readFile(file, 'utf8')));
  await rm(file);
  return turnsMs;
}

/** How long somebody waits who asks at any time, for the end of the turn that is under way, sorted. */
function waitsMs(turnsMs: readonly number[]): readonly number[] {
  return turnsMs
    .flatMap((turnMs) => Array.from({ length: Math.max(1, Math.ceil(turnMs)) }, (_, passedMs) => turnMs - passedMs))
    .toSorted((left, right) => left - right);
}

it('turns to whoever asks soon, 99 times of a hundred, while twenty recordings of three hours are looked into', async () => {
  const gateway = await start();
  const files = Object.entries(longRecordings).map(([name, make]) => ({
    name: `talk.${name}`,
    file: new Blob([new Uint8Array(make(THREE_HOURS))]),
  }));
  await turnsOf(gateway);
  const uploads = Array.from({ length: UPLOADS }, () => files)
    .flat()
    .slice(0, UPLOADS);
  const answers = await Promise.all(uploads.map(({ file, name }) => transcribe(gateway, file, name)));
  const waited = waitsMs(await turnsOf(gateway));
  expect(waited[Math.ceil(waited.length * 0.99) - 1]).toBeLessThan(LONGEST_MS);
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    const log = await gateway.fetch(`/admin/v1/logs/${answer.headers.get('x-request-id')}`, {}, MASTER_KEY);
    expect(await log.json()).toMatchObject({ audio_seconds: expect.closeTo(THREE_HOURS, -1) });
  }
});
