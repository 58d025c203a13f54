import {
  answer,
  emptyBody,
  errorAnswer,
  htmlPage,
  malformedJson,
  pieces,
  resetBeforeHeaders,
  resetInBody,
  type ScriptedAnswer,
} from '../../support/simulator-answers.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start();
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

interface Misbehaviour {
  readonly what: string;
  readonly fails: () => ScriptedAnswer;
  readonly outcome: string;
  /** Attempts on the misbehaving deployment before the next is asked, with two retries allowed. */
  readonly triesBeforeNext: number;
  /** Attempts where there is no next. */
  readonly triesAlone: number;
  /** What the client gets when nobody answers. */
  readonly alone: { status: number; code: string; retryAfter?: string };
  /** Pauses that are asked for when it is alone; with half of the jitter. */
  readonly pauses?: readonly number[];
}

const failure = (status: number, headers = {}) => errorAnswer(status, { message: 'no' }, headers);
const unavailable = {
  outcome: 'unavailable',
  triesBeforeNext: 3,
  triesAlone: 3,
  alone: { status: 502, code: 'provider_unavailable' },
  pauses: [250, 500],
} as const;
const badResponse = {
  outcome: 'bad_response',
  triesBeforeNext: 1,
  triesAlone: 2,
  alone: { status: 502, code: 'provider_bad_response' },
} as const;
const rejected = {
  outcome: 'credential_rejected',
  triesBeforeNext: 1,
  triesAlone: 1,
  alone: { status: 502, code: 'provider_credential_rejected' },
  pauses: [],
} as const;
const limited = { outcome: 'rate_limited', triesBeforeNext: 1, triesAlone: 3 } as const;
const tooMany = (retryAfter?: string) => ({ status: 429, code: 'rate_limit_exceeded', retryAfter });

const misbehaviours: readonly Misbehaviour[] = [
  { what: 'answers 500', fails: () => failure(500), ...unavailable },
  { what: 'answers 503', fails: () => failure(503), ...unavailable },
  {
    what: 'answers 503 with Retry-After',
    fails: () => failure(503, { 'retry-after': '2' }),
    ...unavailable,
    alone: { ...unavailable.alone, retryAfter: '2' },
    pauses: [2000, 2000],
  },
  { what: 'resets before its headers', fails: resetBeforeHeaders, ...unavailable },
  { what: 'resets within its answer', fails: () => resetInBody('{"text":"The'), ...unavailable },
  { what: 'answers broken JSON', fails: malformedJson, ...badResponse },
  { what: 'answers a web page', fails: () => htmlPage(200), ...badResponse },
  { what: 'answers nothing', fails: () => emptyBody(), ...badResponse },
  { what: 'answers 401', fails: () => failure(401), ...rejected },
  { what: 'answers 403', fails: () => failure(403), ...rejected },
  {
    what: 'answers 429 without a time',
    fails: () => failure(429),
    ...limited,
    alone: tooMany(),
    pauses: [250, 500],
  },
  {
    what: 'answers 429 with seconds',
    fails: () => failure(429, { 'retry-after': '3' }),
    ...limited,
    alone: tooMany('3'),
    pauses: [3000, 3000],
  },
  {
    what: 'answers 429 with milliseconds',
    fails: () => failure(429, { 'retry-after-ms': '1500' }),
    ...limited,
    alone: tooMany('2'),
    pauses: [1500, 1500],
  },
  {
    what: 'answers 429 with a time that the last one is given',
    fails: () => failure(429, { 'retry-after': '12' }),
    ...limited,
    alone: tooMany('12'),
    pauses: [12_000, 12_000],
  },
  {
    what: 'answers 429 with a date that is far away',
    fails: () => failure(429, { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' }),
    ...limited,
    triesAlone: 1,
    alone: { status: 429, code: 'rate_limit_exceeded' },
    pauses: [],
  },
  {
    what: 'answers 429 with a time beyond patience',
    fails: () => failure(429, { 'retry-after': '60' }),
    ...limited,
    triesAlone: 1,
    alone: tooMany('60'),
    pauses: [],
  },
  {
    what: 'has no quota left',
    fails: () => errorAnswer(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }),
    outcome: 'quota_exhausted',
    triesBeforeNext: 1,
    triesAlone: 1,
    alone: { status: 502, code: 'provider_quota_exhausted' },
  },
  {
    what: 'is not at its address',
    fails: () => errorAnswer(404, { message: 'Not Found' }),
    outcome: 'misconfigured',
    triesBeforeNext: 1,
    triesAlone: 1,
    alone: { status: 502, code: 'provider_misconfigured' },
  },
  {
    what: 'does not know the model',
    fails: () => errorAnswer(404, { message: 'no', code: 'model_not_found' }),
    outcome: 'model_not_found',
    triesBeforeNext: 1,
    triesAlone: 1,
    alone: { status: 502, code: 'provider_model_not_found' },
  },
  {
    what: 'finds the file too large',
    fails: () => failure(413),
    outcome: 'too_large',
    triesBeforeNext: 1,
    triesAlone: 1,
    alone: { status: 413, code: 'file_too_large' },
  },
];

const times = (count: number, text: string) => Array.from({ length: count }, () => text).join(' ');

describe('a deployment that', () => {
  it.each(misbehaviours)('$what is replaced by the next', async ({ fails, outcome, triesBeforeNext }) => {
    await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: Array.from({ length: 3 }, fails) });
    const { response, row, tried, answeredBy } = await bench.send();
    expect(response.status).toBe(200);
    expect(tried).toBe(`${times(triesBeforeNext, `a:${outcome}`)} b:success`);
    expect((await bench.simulator('a')).requests).toHaveLength(triesBeforeNext);
    expect((await bench.simulator('b')).requests).toHaveLength(1);
    expect(answeredBy).toBe('main/b');
    expect(response.headers.get('x-auricle-attempts')).toBe(String(triesBeforeNext + 1));
    expect(response.headers.get('x-should-retry')).toBeNull();
    expect(row).toMatchObject({
      status: 'success',
      http_status: 200,
      upstream_request_id: 'req_simulated',
      plan: { candidates: [{ model: 'main' }, { model: 'main' }], left_out: [] },
    });
  });

  it.each(misbehaviours)('$what and is alone', async ({ fails, outcome, triesAlone, alone, pauses }) => {
    const { a } = await bench.createModel('main', { a: {} });
    await bench.script({ a: Array.from({ length: 3 }, fails) });
    const { response, text, row, tried, answeredBy } = await bench.send();
    expect(response.status).toBe(alone.status);
    expect(JSON.parse(text)).toMatchObject({ error: { code: alone.code } });
    expect(tried).toBe(times(triesAlone, `a:${outcome}`));
    expect((await bench.simulator('a')).requests).toHaveLength(triesAlone);
    expect(answeredBy).toBe('main/a');
    expect(response.headers.get('x-auricle-attempts')).toBe(String(triesAlone));
    expect(response.headers.get('x-should-retry')).toBe(alone.status === 429 ? null : 'false');
    if ('retryAfter' in alone) expect(response.headers.get('retry-after')).toBe(alone.retryAfter ?? null);
    if (pauses) expect(bench.pauses).toEqual(pauses);
    expect(row).toMatchObject({
      status: alone.status === 413 ? 'refused' : 'failure',
      http_status: alone.status,
      error_code: alone.code,
      deployment_id: a,
    });
  });

  it('is back after one failure answers on its second try', async () => {
    await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [failure(500)] });
    const { response, tried, answeredBy } = await bench.send();
    expect([response.status, tried, answeredBy]).toEqual([200, 'a:unavailable a:success', 'main/a']);
    expect(response.headers.get('x-auricle-attempts')).toBe('2');
  });

  it('is limited for a moment and alone answers after that moment', async () => {
    await bench.createModel('main', { a: {} });
    await bench.script({ a: [failure(429, { 'retry-after': '3' })] });
    const { response, tried } = await bench.send();
    expect([response.status, tried, bench.pauses]).toEqual([200, 'a:rate_limited a:success', [3000]]);
  });

  it('is limited until a date that is near and alone answers after it', async () => {
    const patient = await RoutingBench.start({ BACKOFF_MAX_MS: '600000' });
    try {
      await patient.createModel('main', { a: {} });
      await patient.script({ a: [failure(429, { 'retry-after': new Date(Date.now() + 300_000).toUTCString() })] });
      const { response, tried } = await patient.send();
      expect([response.status, tried]).toEqual([200, 'a:rate_limited a:success']);
      // Some time has passed on the way, less than a test may take.
      expect(patient.pauses).toEqual([expect.any(Number)]);
      expect(patient.pauses[0]).toBeGreaterThan(200_000);
      expect(patient.pauses[0]).toBeLessThanOrEqual(300_000);
    } finally {
      await patient.close();
    }
  });

  it('cannot be connected to is replaced by the next', async () => {
    await bench.createModel('main', { a: {}, b: {} });
    await (await bench.simulator('a')).close();
    const { response, tried } = await bench.send();
    expect([response.status, tried]).toEqual([200, 'a:unavailable a:unavailable a:unavailable b:success']);
  });

  it('hangs is given up after its own time, and not asked again', async () => {
    await bench.createModel('main', { a: { routing: { timeout_seconds: 5 } }, b: {} });
    await bench.script({ a: [bench.clock.silence(5000)] });
    const { response, tried } = await bench.send();
    expect([response.status, tried]).toEqual([200, 'a:timeout b:success']);
    await (
      await bench.simulator('a')
    ).lastRequest.aborted;
  });

  it('drips its answer is given up after its own time', async () => {
    await bench.createModel('main', { a: { routing: { timeout_seconds: 5 } }, b: {} });
    const drip = async function* () {
      for (;;) {
        yield ' ';
        bench.clock.advance(100);
        await new Promise(setImmediate);
      }
    };
    await bench.script({ a: [pieces(drip())] });
    const { response, tried } = await bench.send();
    expect([response.status, tried]).toEqual([200, 'a:timeout b:success']);
  });

  it.each([
    ['audio', { message: 'Audio file could not be decoded', param: 'file', code: 'invalid_audio' }, 'audio_rejected'],
    [
      'a field',
      { message: 'Invalid language', param: 'language', code: 'invalid_language_format' },
      'request_rejected',
    ],
  ])("rejects the caller's %s ends the request, in its own words", async (_what, error, outcome) => {
    await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [errorAnswer(400, error)] });
    const { response, text, row, tried } = await bench.send();
    expect([response.status, tried]).toEqual([400, `a:${outcome}`]);
    expect(JSON.parse(text)).toEqual({ error: { type: 'invalid_request_error', ...error } });
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(row.status).toBe('refused');
    expect((await bench.simulator('b')).requests).toHaveLength(0);
  });
});

describe('several deployments that fail in different ways', () => {
  it.each([
    ['a refusal for size does not hide a rate limit', [429, 413], 429, 'rate_limit_exceeded'],
    ['a refusal for size does not hide an outage', [500, 413], 502, 'provider_unavailable'],
    ['a refusal for size stands when all refuse', [413, 413], 413, 'file_too_large'],
    ['a rate limit hides a rejected credential', [401, 429], 429, 'rate_limit_exceeded'],
    ['an outage hides a rejected credential', [401, 500], 502, 'provider_unavailable'],
  ])('%s', async (_what, [first = 0, second = 0], status, code) => {
    await bench.createModel('main', { a: { routing: { max_retries: 0 } }, b: { routing: { max_retries: 0 } } });
    await bench.script({ a: [failure(first)], b: [failure(second)] });
    const { response, text, row } = await bench.send();
    expect([response.status, JSON.parse(text).error.code]).toEqual([status, code]);
    expect(row.attempts).toHaveLength(2);
  });

  it('tell the client of the shortest wait', async () => {
    await bench.createModel('main', { a: { routing: { max_retries: 0 } }, b: { routing: { max_retries: 0 } } });
    await bench.script({ a: [failure(429, { 'retry-after': '7' })], b: [failure(429, { 'retry-after': '40' })] });
    const { response } = await bench.send();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });
});

it('sends the whole file again with every attempt', async () => {
  await bench.createModel('main', { a: {}, b: {} });
  await bench.script({ a: [failure(500), failure(500), failure(500)] });
  await bench.send();
  const requests = [...(await bench.simulator('a')).requests, ...(await bench.simulator('b')).requests];
  const sizes = new Set(requests.map((request) => request.file?.bytes.length));
  expect(requests).toHaveLength(4);
  expect(sizes).toEqual(new Set([32_044]));
});

it('does not take an answer of another kind for an answer', async () => {
  await bench.createModel('main', { a: {}, b: {} });
  await bench.script({ a: Array.from({ length: 3 }, () => answer(200, { hello: 'world' })) });
  const { tried } = await bench.send();
  expect(tried).toBe('a:bad_response b:success');
});
