import { answer, errorAnswer, hang, resetBeforeHeaders, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { seededRandom } from '../../support/seeded-random.js';
import { RoutingBench } from './routing-bench.js';

const REQUESTS = 200;
const RETRIES = 1;

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({ MAX_RETRIES: String(RETRIES), COOLDOWN_SECONDS: '1' });
});
afterAll(async () => bench.close());

/** Fails in every way, and answers in between, so that its circuit opens and closes all the time. */
const flapping: readonly (() => ScriptedAnswer)[] = [
  () => errorAnswer(500, { message: 'no' }),
  () => answer(200, { text: 'The beach' }),
  resetBeforeHeaders,
  () => answer(200, { text: 'The beach' }),
  () => errorAnswer(429, { message: 'slow down' }, { 'retry-after-ms': '700' }),
  hang,
  () => answer(200, { text: 'The beach' }),
  () => errorAnswer(503, { message: 'no' }, { 'retry-after': '1' }),
];

const script = (offset: number) =>
  Array.from({ length: 3 * REQUESTS }, (_, index) => flapping[(index + offset) % flapping.length]?.() ?? hang());

it('keeps every promise while two of three deployments flap under 200 requests at once', async () => {
  bench.random = seededRandom(42);
  const shared = { routing: { order: undefined, timeout_seconds: 0.25 } };
  await bench.createModel('main', { a: shared, b: shared, healthy: { routing: { order: undefined } } });
  await bench.script({ a: script(0), b: script(3) });

  const outcomes = await Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      // Time goes on for circuits, which are probed again and again.
      bench.nowMs += 25;
      return await bench.send();
    }),
  );

  const failed = outcomes.filter(({ response }) => response.status !== 200);
  expect(failed.map(({ tried, text }) => ({ tried, text }))).toEqual([]);
  // One row each, each with the attempts that its client was told of.
  expect(new Set(outcomes.map(({ row }) => row.id)).size).toBe(REQUESTS);
  for (const { row, response } of outcomes) {
    expect(row).toMatchObject({ status: 'success', http_status: 200 });
    expect(response.headers.get('x-auricle-attempts')).toBe(String(row.attempts.length));
    expect(row.attempts.length).toBeLessThanOrEqual(3 * (1 + RETRIES));
    expect(row.attempts.at(-1).outcome).toBe('success');
  }
  // Every call of a provider is in a row, and the storm was one.
  const attempts = outcomes.flatMap(({ tried }) => tried.split(' '));
  for (const name of ['a', 'b', 'healthy']) {
    const called = (await bench.simulator(name)).requests.length;
    const own = attempts.filter((attempt) => attempt.startsWith(`${name}:`));
    // On a busy machine an attempt may time out before its request has arrived.
    expect(own.length).toBeGreaterThanOrEqual(called);
    expect(own.filter((attempt) => !attempt.endsWith(':timeout')).length).toBeLessThanOrEqual(called);
  }
  expect(new Set(attempts)).toEqual(
    new Set([
      ...['a', 'b'].flatMap((name) =>
        ['success', 'unavailable', 'rate_limited', 'timeout'].map((outcome) => `${name}:${outcome}`),
      ),
      'healthy:success',
    ]),
  );
  await bench.expectAftermath();
}, 20_000);
