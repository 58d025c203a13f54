import { CLOCK } from '../../../src/http/clock.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { errorAnswer, eventStream, hang, pieces } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { CacheBench, held, type Asked, type Seen } from './cache-bench.js';

const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4);

let bench: CacheBench;
beforeAll(async () => {
  bench = await CacheBench.start({ ENCRYPTION_KEY });
});
afterAll(() => bench.close());
beforeEach(() => bench.renew());

/** So many equal requests at once. */
async function crowd(size: number, asked: Asked = {}): Promise<Seen[]> {
  return await Promise.all(Array.from({ length: size }, () => bench.ask(asked)));
}

function count(seen: readonly Seen[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { status, cache } of seen) counted[`${status} ${cache}`] = (counted[`${status} ${cache}`] ?? 0) + 1;
  return counted;
}

it.each<[string, Asked]>([
  ['whole answers', {}],
  ['streams', { fields: { model: 'gpt4o', stream: 'true' } }],
])('calls the provider once for a hundred equal requests at once: %s', async (_, asked) => {
  const seen = await crowd(100, asked);
  expect(count(seen)).toEqual({ '200 miss': 1, '200 hit': 99 });
  expect(bench.calls).toBe(1);
  const costs = await bench.gateway.logs(`key_id=${bench.key.id}&limit=100`);
  expect(costs.filter(({ cost_usd }) => cost_usd !== 0)).toHaveLength(1);
  expect(new Set(costs.flatMap(({ cached_request_id }) => cached_request_id ?? [])).size).toBe(1);
});

it('lets the next one ask when the first fails, and fails no other', async () => {
  bench.simulator.respondWith(errorAnswer(500, { message: 'no' }), errorAnswer(500, { message: 'no' }));
  const seen = await crowd(20);
  expect(count(seen)).toEqual({ '502 miss': 2, '200 miss': 1, '200 hit': 17 });
  expect(bench.calls).toBe(3);
});

it('lets the next one ask when the client of the first goes', async () => {
  const arrived = bench.simulator.nextRequest();
  bench.simulator.respondWith(hang());
  const leaving = new AbortController();
  const first = bench.open({ signal: leaving.signal, filename: 'first.wav' }).catch(() => undefined);
  await arrived;
  const others = crowd(10);
  leaving.abort();
  await first;
  expect(count(await others)).toEqual({ '200 miss': 1, '200 hit': 9 });
  expect(bench.calls).toBe(2);
});

it('lets who goes while waiting go, and nobody else', async () => {
  const first = held({
    run: (response) => void response.setHeader('content-type', 'application/json').end('{"text":"a"}'),
  });
  bench.simulator.respondWith(first.scripted);
  const arrived = bench.simulator.nextRequest();
  const asking = bench.ask();
  await arrived;
  const leaving = new AbortController();
  const gone = bench.open({ signal: leaving.signal }).catch(() => 'gone');
  const others = crowd(5);
  leaving.abort();
  expect(await gone).toBe('gone');
  first.release();
  expect(count([await asking, ...(await others)])).toEqual({ '200 miss': 1, '200 hit': 5 });
  expect(bench.calls).toBe(1);
});

it.each(['no-store', 'refresh'])('asks for each of those that want no answer from before: %s', async (wish) => {
  const seen = await crowd(5, { headers: { 'x-auricle-cache': wish } });
  expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(bench.calls).toBe(5);
});

describe('a second gateway on the same database', () => {
  let second: TestGateway;
  beforeAll(async () => {
    second = await startTestGateway({
      SANDBOX: 'false',
      CACHE_SECONDS: '3600',
      ENCRYPTION_KEY,
      DATABASE_URL: bench.gateway.databaseUrl,
    });
  });
  afterAll(() => second.close());

  const askSecond = (asked: Asked = {}): Promise<Seen> =>
    CacheBench.prototype.ask.call(Object.create(bench, { gateway: { value: second } }), asked);

  it('waits for what the first one asks, and gives the same answer', async () => {
    const first = held({
      run: (response) => void response.setHeader('content-type', 'application/json').end('{"text":"Once."}'),
    });
    bench.simulator.respondWith(first.scripted);
    const arrived = bench.simulator.nextRequest();
    const asking = crowd(5);
    await arrived;
    const others = Promise.all([askSecond(), askSecond(), askSecond()]);
    first.release();
    expect(count([...(await asking), ...(await others)])).toEqual({ '200 miss': 1, '200 hit': 7 });
    expect(bench.calls).toBe(1);
    expect(await askSecond()).toMatchObject({ cache: 'hit', text: '{"text":"Once."}' });
  });

  it('asks at once when the first one has failed', async () => {
    bench.simulator.respondWith(errorAnswer(500, { message: 'no' }));
    expect((await bench.ask()).status).toBe(502);
    expect((await askSecond()).cache).toBe('miss');
    expect((await bench.ask()).cache).toBe('hit');
  });

  it('asks when the one that asked is gone without a word', async () => {
    const open = () => bench.database.query<{ owner: string }>('SELECT owner FROM open_question');
    bench.simulator.respondWith(hang());
    const arrived = bench.simulator.nextRequest();
    const leaving = new AbortController();
    const first = bench.open({ signal: leaving.signal }).catch(() => undefined);
    await arrived;
    expect((await open()).rowCount).toBe(1);
    const other = askSecond();
    // As if the process had been killed: nobody moves the time on.
    await bench.database.query(
      `UPDATE open_question SET owner = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a', until = now()`,
    );
    expect(await other).toMatchObject({ status: 200, cache: 'miss' });
    leaving.abort();
    await first;
    await until(async () => (await open()).rowCount === 0);
    expect(await askSecond()).toMatchObject({ cache: 'hit' });
  });
});

describe('by the clock', () => {
  let clock: ManualClock;
  let slow: CacheBench;
  beforeEach(async () => {
    clock = new ManualClock();
    slow = await CacheBench.start({ REQUEST_TIMEOUT_SECONDS: '60' }, [{ provide: CLOCK, useValue: clock }]);
  });
  afterEach(() => slow.close());

  it('nobody is waited for longer than half of the time that there is', async () => {
    const arrived = slow.simulator.nextRequest();
    slow.simulator.respondWith(hang());
    const leaving = new AbortController();
    const first = slow.open({ signal: leaving.signal }).catch(() => undefined);
    await arrived;
    expect(await clock.passUntil(slow.ask())).toMatchObject({ status: 200, cache: 'miss' });
    expect(slow.calls).toBe(2);
    leaving.abort();
    await first;
  });

  it.each([
    ['a stream shows signs of life', 'json', /^: waiting\n\ndata: .*\[DONE\]\n\n$/s],
    ['an answer that cannot be one does not', 'vtt', /^WEBVTT\n/],
  ])('of those that wait %s', async (_, response_format, body) => {
    const answered = held(
      response_format === 'vtt'
        ? pieces(['WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello.\n'], { 'content-type': 'text/plain' })
        : eventStream([{ type: 'transcript.text.done', text: 'Hello.' }]),
    );
    const model = response_format === 'vtt' ? 'whisper' : 'gpt4o';
    const asked: Asked = { fields: { model, response_format, stream: 'true' } };
    const arrived = slow.simulator.nextRequest();
    slow.simulator.respondWith(answered.scripted);
    const first = slow.ask(asked);
    await arrived;
    const second = slow.ask(asked);
    // It waits for half of its time.
    await until(() => clock.pendingIn(30_000) === 1);
    clock.advance(3_000);
    answered.release();
    expect((await second).text).toMatch(body);
    expect([(await first).status, (await second).status, slow.calls]).toEqual([200, 200, 1]);
    expect(await slow.row(await second)).toMatchObject({ cache: 'hit' });
  });
});
