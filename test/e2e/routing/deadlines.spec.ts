import { errorAnswer, hang } from '../../support/simulator-answers.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({
    MAX_REQUEST_TIMEOUT_SECONDS: '1',
    REQUEST_TIMEOUT_SECONDS: '1',
    MAX_RETRIES: '2',
  });
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

const timeout = {
  error: {
    message: 'The provider did not answer before the deadline of the request.',
    type: 'server_error',
    param: null,
    code: 'timeout',
  },
};

describe('the deadline of a request', () => {
  // None waits for an hour: each of these deadlines is the only thing that ends the request.
  const cases: readonly [string, Record<string, string>, Record<string, string>, Record<string, unknown>][] = [
    ["is the client's, by header", {}, { 'x-auricle-timeout-ms': '800' }, { timeout_seconds: 3600 }],
    ["is the client's, by field", { timeout: '0.8' }, {}, { timeout_seconds: 3600 }],
    ["is the client's header where both are sent", { timeout: '1000' }, { 'x-auricle-timeout-ms': '800' }, {}],
    ["is the gateway's maximum where the client wants more", { timeout: '3600' }, {}, {}],
    ["is the model's where the client says nothing", {}, {}, { timeout_seconds: 0.8 }],
  ];

  it.each(cases)('%s, and nobody is asked after it', async (_what, fields, headers, routing) => {
    await bench.createModel('main', { a: {}, b: {} }, routing);
    await bench.script({ a: [hang()] });
    const { response, text, row, tried } = await bench.send(fields, { headers });
    expect([response.status, tried]).toEqual([504, 'a:timeout']);
    expect(JSON.parse(text)).toEqual(timeout);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(row).toMatchObject({ status: 'failure', error_code: 'timeout', cost_usd: null });
    await (
      await bench.simulator('a')
    ).lastRequest.aborted;
    expect((await bench.simulator('b')).requests).toHaveLength(0);
  });

  it('leaves out a pause that would outlast it', async () => {
    await bench.createModel('main', { a: {} });
    await bench.script({ a: [errorAnswer(503, { message: 'later' }, { 'retry-after': '5' })] });
    const { response, tried } = await bench.send();
    expect([response.status, tried, bench.pauses]).toEqual([502, 'a:unavailable', []]);
    expect(response.headers.get('retry-after')).toBe('5');
  });

  it('that has passed before the plan asks nobody', async () => {
    await bench.createModel('main', { a: {} });
    const { response, row } = await bench.send({ timeout: '0.000001' });
    expect(response.status).toBe(504);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(row).toMatchObject({ status: 'failure', error_code: 'timeout', attempts: [], cost_usd: 0 });
    expect((await bench.simulator('a')).requests).toHaveLength(0);
  });

  it.each([
    ['x-auricle-timeout-ms', {}, { 'x-auricle-timeout-ms': '1.5' }],
    ['x-auricle-timeout-ms', {}, { 'x-auricle-timeout-ms': '0' }],
    ['timeout', { timeout: 'soon' }, {}],
    ['timeout', { timeout: '-1' }, {}],
    ['timeout', { timeout: '0' }, {}],
  ])('cannot be nonsense: %s', async (param, fields, headers) => {
    await bench.createModel('main', { a: {} });
    const { response, text } = await bench.send(fields, { headers });
    expect(response.status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ param, code: 'invalid_value' });
  });
});
