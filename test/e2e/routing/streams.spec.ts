import {
  errorAnswer,
  eventStream,
  hang,
  pieces,
  resetInBody,
  type ScriptedAnswer,
} from '../../support/simulator-answers.js';
import { streamEvents } from '../../support/simulator-fixtures.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({ MAX_RETRIES: '1' });
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };
const [firstDelta = {}] = streamEvents(false);
const FIRST_EVENT = `data: ${JSON.stringify(firstDelta)}\n\n`;
const streaming = { upstream_model: 'gpt-4o-transcribe' };

/** The payloads of an event stream; comments are signs of life. */
function eventsOf(text: string): string[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '' && !event.startsWith(':'))
    .map((event) => event.replace(/^data: /, ''));
}

describe('a stream', () => {
  const early: readonly [string, () => ScriptedAnswer, string][] = [
    ['an error status', () => errorAnswer(500, { message: 'no' }), 'unavailable'],
    ['a reset', () => resetInBody('', SSE), 'unavailable'],
    ['no event at all', () => pieces([], SSE), 'bad_response'],
    [
      'an error as its first event',
      () => eventStream([{ error: { message: 'overloaded', type: 'server_error' } }]),
      'unavailable',
    ],
  ];

  it.each(early)('with %s is retried and replaced, unseen by the client', async (_what, fails, outcome) => {
    await bench.createModel('main', { a: streaming, b: streaming });
    await bench.script({ a: [fails(), fails()] });
    const { response, text, row, tried, answeredBy } = await bench.send({ stream: 'true' });
    // What may have been paid for is not bought again while there is somebody else.
    const tries = outcome === 'bad_response' ? 1 : 2;
    const failed = Array.from({ length: tries }, () => `a:${outcome}`);
    expect([response.status, tried, answeredBy]).toEqual([200, `${failed.join(' ')} b:success`, 'main/b']);
    expect(response.headers.get('x-auricle-attempts')).toBe(String(tries + 1));
    expect(eventsOf(text)).toEqual([...streamEvents(false).map((event) => JSON.stringify(event)), '[DONE]']);
    expect(row).toMatchObject({ status: 'success', stream: true });
  });

  it('of a provider that takes its time gives signs of life from the start', async () => {
    await bench.createModel('main', { a: {} });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await bench.script({
      a: [{ run: async (response) => void (await released.then(() => response.end('{"text":"At last."}'))) }],
    });
    const arrival = (await bench.simulator('a')).nextRequest();
    const asked = bench.ask({ stream: 'true' });
    await arrival;
    bench.clock.advance(2_000);
    // The headers are here although the provider has said nothing.
    const response = await asked;
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    bench.clock.advance(30_000);
    release();
    const text = await response.text();
    expect(text).toMatch(/^(: waiting\n\n){3}data: /);
    expect(text).toMatch(/At last\..*\n\ndata: \[DONE\]\n\n$/s);
    expect((await bench.outcomeOf(response, text)).row).toMatchObject({ status: 'success', http_status: 200 });
  });

  it('that fails after that ends with an error event', async () => {
    await bench.createModel('main', { a: { routing: { max_retries: 0 } } });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await bench.script({ a: [{ run: async (response) => void (await released.then(() => response.destroy())) }] });
    const arrival = (await bench.simulator('a')).nextRequest();
    const asked = bench.ask({ stream: 'true' });
    await arrival;
    bench.clock.advance(2_000);
    const response = await asked;
    release();
    const text = await response.text();
    expect(text).toMatch(/^: waiting\n\ndata: \{"error":\{.*"code":"provider_unavailable"\}\}\n\n$/);
    expect((await bench.outcomeOf(response, text)).row).toMatchObject({ status: 'failure', http_status: 200 });
  });

  it('that is silent from the start is given up after its own time', async () => {
    await bench.createModel('main', { a: { ...streaming, routing: { timeout_seconds: 5 } }, b: streaming });
    const arrival = (await bench.simulator('a')).nextRequest();
    await bench.script({ a: [pieces(silence(arrival), SSE)] });
    const sent = bench.send({ stream: 'true' });
    await arrival;
    bench.clock.advance(5000);
    const { response, tried } = await sent;
    expect([response.status, tried]).toEqual([200, 'a:timeout b:success']);
  });

  const late: readonly [string, () => ScriptedAnswer, string, string][] = [
    ['a reset', () => resetInBody(FIRST_EVENT, SSE), 'unavailable', 'provider_unavailable'],
    ['an early end', () => pieces([FIRST_EVENT], SSE), 'bad_response', 'provider_bad_response'],
    [
      'an error event',
      () => eventStream([firstDelta, { error: { message: 'overloaded', type: 'server_error' } }]),
      'unavailable',
      'provider_unavailable',
    ],
  ];

  it.each(late)('with %s after its first event is never tried again', async (_what, fails, outcome, code) => {
    await bench.createModel('main', { a: streaming, b: streaming }, { fallbacks: ['spare'] });
    await bench.createModel('spare', { c: streaming });
    await bench.script({ a: [fails()] });
    const { response, text, row, tried } = await bench.send({ stream: 'true' });
    expect([response.status, tried]).toEqual([200, `a:${outcome}`]);
    const [said, error, ...more] = eventsOf(text);
    expect(said).toBe(JSON.stringify(firstDelta));
    expect(JSON.parse(error ?? '')).toMatchObject({ error: { type: 'server_error', code } });
    expect(more).toEqual([]);
    expect(row).toMatchObject({ status: 'failure', http_status: 200, error_code: code });
    expect((await bench.simulator('a')).requests).toHaveLength(1);
    expect((await bench.simulator('b')).requests).toHaveLength(0);
    expect((await bench.simulator('c')).requests).toHaveLength(0);
  });

  it('that falls silent is ended after its own time, and counts against its deployment', async () => {
    const { a } = await bench.createModel('main', {
      a: { ...streaming, routing: { timeout_seconds: 5 } },
      b: streaming,
    });
    const arrival = (await bench.simulator('a')).nextRequest();
    await bench.script({ a: [pieces(silence(arrival, FIRST_EVENT), SSE)] });
    const response = await bench.ask({ stream: 'true' });
    const { text, tried } = await bench.outcomeOf(response, await bench.clock.passUntil(response.text()));
    expect(tried).toBe('a:timeout');
    expect(JSON.parse(eventsOf(text)[1] ?? '')).toMatchObject({ error: { code: 'timeout' } });
    expect(await bench.health(a)).toMatchObject({ consecutive_failures: 1 });
  });

  it('made from a whole answer is retried like one', async () => {
    await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [errorAnswer(500, { message: 'no' }), errorAnswer(500, { message: 'no' })] });
    const { response, text, tried } = await bench.send({ stream: 'true' });
    expect([response.status, tried]).toEqual([200, 'a:unavailable a:unavailable b:success']);
    expect(eventsOf(text).at(-1)).toBe('[DONE]');
  });
});

describe('hedging', () => {
  const whole = {};

  it.each([
    ['an answer', whole, {}],
    ['a stream', streaming, { stream: 'true' }],
  ])('asks a second deployment for %s when the first is slower than usual', async (_what, deployment, fields) => {
    const { a } = await bench.createModel('main', { a: deployment, b: deployment }, { hedging: true });
    for (let count = 0; count < 20; count += 1) expect((await bench.send(fields)).tried).toBe('a:success');
    await bench.script({ a: [hang()] });
    const arrival = (await bench.simulator('a')).nextRequest();
    // As long as the first usually takes has passed as soon as it has the request.
    bench.sleep = async () => {
      const request = await arrival;
      while (request.rawBody.length === 0) await new Promise(setImmediate);
    };
    const { response, row, tried, answeredBy } = await bench.send(fields);
    expect([response.status, answeredBy]).toEqual([200, 'main/b']);
    // Both are in the row, whichever of the two ends is noted first.
    expect(tried.split(' ').toSorted()).toEqual(['a:aborted', 'b:success']);
    expect(response.headers.get('x-auricle-attempts')).toBe('2');
    expect(row.attempts.find(({ deployment_id }: { deployment_id: string }) => deployment_id === a).error).toBe(
      'another attempt has answered first',
    );
    await (
      await bench.simulator('a')
    ).lastRequest.aborted;
    // Being slower once is no failure.
    expect(await bench.health(a)).toMatchObject({ circuit: 'closed', consecutive_failures: 0, in_flight: 0 });
  });

  it('asks nobody else while the first is as quick as usual, nor a fallback model when it is not', async () => {
    await bench.createModel('main', { a: {} }, { hedging: true, fallbacks: ['spare'] });
    await bench.createModel('spare', { b: {} });
    bench.sleep = () => Promise.resolve();
    for (let count = 0; count < 22; count += 1) expect((await bench.send()).tried).toBe('a:success');
    expect((await bench.simulator('b')).requests).toHaveLength(0);
  });

  it('goes on with the first when the second fails', async () => {
    await bench.createModel('main', { a: {}, b: {} }, { hedging: true });
    for (let count = 0; count < 20; count += 1) await bench.send();
    const [hanging, failing] = [await bench.simulator('a'), await bench.simulator('b')];
    const slow = hanging.nextRequest();
    const failed = failing.nextRequest();
    failing.respondWith(errorAnswer(500, { message: 'no' }));
    hanging.respondWith({
      run: async (response) => {
        await failed;
        while ((await bench.health(idOfB)).recent_failures === 0) await new Promise(setImmediate);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ text: 'slow but here' }));
      },
    });
    const idOfB = (await bench.gateway.admin('GET', 'models/main')).body.deployments[1].id;
    bench.sleep = async () => void (await slow);
    const { text, tried, answeredBy } = await bench.send();
    expect([JSON.parse(text).text, tried, answeredBy]).toEqual(['slow but here', 'b:unavailable a:success', 'main/a']);
  });
});

/** Says at most one thing, and nothing more until its request is given up. */
async function* silence(request: Promise<{ aborted: Promise<void> }>, beginning?: string): AsyncGenerator<string> {
  if (beginning !== undefined) yield beginning;
  await (
    await request
  ).aborted;
}
