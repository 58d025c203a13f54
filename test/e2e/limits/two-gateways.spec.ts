import { Client } from 'pg';
import { CountersKeeper } from '../../../src/limits/counters-keeper.js';
import { makeWav } from '../../support/audio.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { hang } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { audioFile, form } from '../bad-input/bench.js';

const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4);
const AUDIO = makeWav({ durationSeconds: 1, toneHz: 440 });
const ROOM = 20;

let simulator: OpenAiSimulator;
let first: TestGateway;
let client: Client;
beforeAll(async () => {
  simulator = await OpenAiSimulator.start();
  first = await startTestGateway({ SANDBOX: 'false', ENCRYPTION_KEY });
  await first.createModel('whisper', simulator.url, { api_key: SIMULATOR_KEY });
  client = new Client({ connectionString: first.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await first.close();
  await simulator.close();
});

const another = () => startTestGateway({ SANDBOX: 'false', ENCRYPTION_KEY, DATABASE_URL: first.databaseUrl });
const countsIn = ({ app }: TestGateway, place: string) => until(() => app.get(CountersKeeper).place === place);

async function send({ url }: TestGateway, key: string, signal?: AbortSignal): Promise<number> {
  const answer = await fetch(`${url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form({ model: 'whisper', file: audioFile(AUDIO) }),
    signal,
  });
  await answer.text();
  return answer.status;
}

/** What was counted of requests a day, in each day: whenever this runs, midnight may come. */
async function countedOf(id: string): Promise<number[]> {
  const { rows } = await client.query<{ used: number }>(
    `SELECT used::int AS used FROM limit_counter WHERE counter = $1`,
    [`key ${id} requests_per_day`],
  );
  return rows.map(({ used }) => used);
}

const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0);

it('lets in together as many as the limit says, and no gateway forgets when the others come and go', async () => {
  const { id, key } = await first.createKey({ limits: { requests_per_day: ROOM } });
  await countsIn(first, 'memory');
  const statuses = [await send(first, key), await send(first, key)];
  let second = await another();
  await countsIn(second, 'database');
  await countsIn(first, 'database');
  expect(sum(await countedOf(id))).toBe(2);
  statuses.push(
    ...(await Promise.all(Array.from({ length: 60 }, (_, index) => send(index % 2 ? first : second, key)))),
  );
  const admitted = statuses.filter((it) => it === 200).length;
  const counted = await countedOf(id);
  expect(sum(counted)).toBe(admitted);
  expect(admitted).toBeGreaterThanOrEqual(ROOM);
  expect(Math.max(...counted)).toBe(ROOM);
  await second.close();
  await countsIn(first, 'memory');
  const { key: fresh, id: freshId } = await first.createKey({ limits: { requests_per_day: 3 } });
  expect(await send(first, fresh)).toBe(200);
  second = await another();
  await countsIn(first, 'database');
  expect(await send(second, fresh)).toBe(200);
  expect(sum(await countedOf(freshId))).toBe(2);
  await second.close();
});

it('counts requests at the same time over both', async () => {
  const { key } = await first.createKey({ limits: { concurrent_requests: 1 } });
  const second = await another();
  await countsIn(first, 'database');
  const gone = new AbortController();
  simulator.respondWith(hang());
  const arrived = simulator.nextRequest();
  const running = send(first, key, gone.signal).catch(() => 'gone');
  await arrived;
  expect(await send(second, key)).toBe(429);
  gone.abort();
  await running;
  await until(async () => (await send(second, key)) === 200);
  await second.close();
});
