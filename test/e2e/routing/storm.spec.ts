import { answer, errorAnswer, hang, resetBeforeHeaders, type ScriptedAnswer } from '../../support/simulator-answers.js';
import type { RecordedRequest } from '../../support/simulator-request.js';
import { seededRandom } from '../../support/seeded-random.js';
import { until } from '../../support/upload-server.js';
import { RoutingBench } from './routing-bench.js';

const REQUESTS = 200;
const RETRIES = 1;
/** Longer than all that the pauses between attempts can add up to. */
const ATTEMPT_TIMEOUT_MS = 1_000_000;

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({
    MAX_RETRIES: String(RETRIES),
    COOLDOWN_SECONDS: '1',
    REQUEST_TIMEOUT_SECONDS: '86400',
    MAX_REQUEST_TIMEOUT_SECONDS: '86400',
  });
});
afterAll(async () => bench.close());

/** What an attempt is noted as, and how the provider makes it so. */
type Weather = readonly [outcome: string, happens: () => ScriptedAnswer];

/** Fails in every way, and answers in between, so that its circuit opens and closes all the time. */
const flapping: readonly Weather[] = [
  ['unavailable', () => errorAnswer(500, { message: 'no' })],
  ['success', () => answer(200, { text: 'The beach' })],
  ['unavailable', resetBeforeHeaders],
  ['success', () => answer(200, { text: 'The beach' })],
  ['rate_limited', () => errorAnswer(429, { message: 'slow down' }, { 'retry-after-ms': '700' })],
  ['timeout', hang],
  ['success', () => answer(200, { text: 'The beach' })],
  ['unavailable', () => errorAnswer(503, { message: 'no' }, { 'retry-after': '1' })],
];

/** A deployment in the storm: what it has done to whom. */
class Flapping {
  /** `<upload> <outcome>`, in order. */
  readonly done: string[] = [];
  /** Requests that wait for an answer in vain at this moment. */
  hanging = 0;
  /** Requests that have done so, until their time was up. */
  timedOut = 0;

  constructor(private readonly offset: number) {}

  /** Whether it has been through everything. */
  get isThrough(): boolean {
    return this.done.length >= flapping.length;
  }

  /** What comes next happens to this request. */
  readonly answer = (request: RecordedRequest): ScriptedAnswer => {
    const [outcome, happens] = flapping[(this.done.length + this.offset) % flapping.length] ?? ['timeout', hang];
    this.done.push(`${request.file?.filename} ${outcome}`);
    if (outcome === 'timeout') {
      this.hanging += 1;
      void request.aborted.then(() => {
        this.hanging -= 1;
        this.timedOut += 1;
      });
    }
    return happens();
  };
}

it('keeps every promise while two of three deployments flap under 200 requests at once', async () => {
  bench.random = seededRandom(42);
  const shared = { routing: { order: undefined, timeout_seconds: ATTEMPT_TIMEOUT_MS / 1000 } };
  await bench.createModel('main', { a: shared, b: shared, healthy: shared });
  const storm = { a: new Flapping(0), b: new Flapping(3) };
  for (const name of ['a', 'b'] as const) (await bench.simulator(name)).hear(storm[name].answer);

  let sent = 0;
  let answered = 0;
  const send = async () => {
    const filename = `${(sent += 1)}.wav`;
    // Time goes on for circuits, which are probed again and again.
    bench.clock.advance(25);
    const response = await bench.ask({}, { filename });
    const text = await response.text();
    answered += 1;
    return { filename, response, text };
  };
  const outcomes: Awaited<ReturnType<typeof send>>[] = [];
  // All at once; then, as circuits may have kept a deployment out of it, more until the storm has shown everything.
  const hanging = () => storm.a.hanging + storm.b.hanging;
  const timedOut = () => storm.a.timedOut + storm.b.timedOut;
  while (!storm.a.isThrough || !storm.b.isThrough) {
    const wave = Promise.all(Array.from({ length: REQUESTS }, send));
    for (;;) {
      await until(() => answered + hanging() === sent);
      if (answered === sent) break;
      // Nobody is left but those that hang: now their time is up. What they try next may hang as well.
      const allOfThem = timedOut() + hanging();
      bench.clock.advance(ATTEMPT_TIMEOUT_MS);
      await until(() => timedOut() >= allOfThem);
    }
    outcomes.push(...(await wave));
  }

  // One row each, with the attempts that its client was told of, which are what the deployments have done to it.
  for (const { filename, response, text } of outcomes) {
    const outcome = await bench.outcomeOf(response, text);
    const { row, tried } = outcome;
    expect({ status: response.status, tried, text }).toMatchObject({ status: 200 });
    expect(row).toMatchObject({ status: 'success', http_status: 200 });
    expect(response.headers.get('x-auricle-attempts')).toBe(String(row.attempts.length));
    expect(row.attempts.length).toBeLessThanOrEqual(3 * (1 + RETRIES));
    expect(row.attempts.at(-1).outcome).toBe('success');
    for (const name of ['a', 'b'] as const) {
      const own = tried.split(' ').filter((attempt) => attempt.startsWith(`${name}:`));
      const done = storm[name].done.filter((it) => it.startsWith(`${filename} `));
      expect(own).toEqual(done.map((it) => it.replace(`${filename} `, `${name}:`)));
    }
  }
  expect(new Set(outcomes.map(({ response }) => response.headers.get('x-request-id'))).size).toBe(sent);
  await bench.expectAftermath();
});
