import { END_OF_FORM, MULTIPART, multipart, RawHttp } from '../../support/raw-http.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { AUDIO } from '../bad-input/bench.js';
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
  const cases: readonly [string, number, Record<string, string>, Record<string, string>, Record<string, unknown>][] = [
    ["is the client's, by header", 800, {}, { 'x-auricle-timeout-ms': '800' }, { timeout_seconds: 3600 }],
    ["is the client's, by field", 800, { timeout: '0.8' }, {}, { timeout_seconds: 3600 }],
    ["is the client's header where both are sent", 800, { timeout: '1000' }, { 'x-auricle-timeout-ms': '800' }, {}],
    ["is the gateway's maximum where the client wants more", 1000, { timeout: '3600' }, {}, {}],
    ["is the model's where the client says nothing", 800, {}, {}, { timeout_seconds: 0.8 }],
  ];

  it.each(cases)('%s, and nobody is asked after it', async (_what, deadlineMs, fields, headers, routing) => {
    await bench.createModel('main', { a: {}, b: {} }, routing);
    // Nothing else ends the request: the timeout of an attempt is longer.
    await bench.script({ a: [bench.clock.silence(deadlineMs)] });
    const { response, text, row, tried } = await bench.send(fields, { headers });
    expect([response.status, tried]).toEqual([504, 'a:timeout']);
    expect(JSON.parse(text)).toEqual(timeout);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(row).toMatchObject({ status: 'failure', error_code: 'timeout', cost_usd: 0.0001, cost_estimated: true });
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
    const fields = [
      { name: 'model', value: 'main' },
      { name: 'timeout', value: '0.9' },
      { name: 'file', value: AUDIO, filename: 'speech.wav' },
    ];
    const body = Buffer.concat([multipart(fields), Buffer.from(END_OF_FORM)]);
    const client = await RawHttp.connect(bench.gateway.url);
    client.head('POST /v1/audio/transcriptions', {
      authorization: `Bearer ${bench.key}`,
      'content-type': MULTIPART,
      'content-length': String(body.length),
    });
    client.write(body.subarray(0, -100));
    await until(async () => (await bench.gateway.spooledFiles()).length > 0);
    bench.clock.advance(901);
    client.write(body.subarray(-100));
    const { status, headers } = await client.answer();
    client.destroy();
    expect([status, headers['x-should-retry']]).toEqual([504, 'false']);
    const row = await bench.row(headers['x-request-id'] ?? '');
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
