import { errorAnswer, hang, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { audioFile, form } from '../bad-input/bench.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({ MAX_RETRIES: '0', ALLOWED_FAILURES: '3', COOLDOWN_SECONDS: '30' });
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

const failed = (status = 500, headers = {}): ScriptedAnswer => errorAnswer(status, { message: 'no' }, headers);

/** Sends one after the other and says who was tried. */
async function triedBy(requests: number): Promise<string[]> {
  const tried: string[] = [];
  for (let count = 0; count < requests; count += 1) tried.push((await bench.send()).tried);
  return tried;
}

describe('a circuit', () => {
  it('opens after the allowed failures, and lets one request at a time find out whether it may close', async () => {
    const { a } = await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [failed(), failed(), failed()] });
    expect(await triedBy(4)).toEqual([...Array.from({ length: 3 }, () => 'a:unavailable b:success'), 'b:success']);
    expect(await bench.health(a)).toMatchObject({
      circuit: 'open',
      reason: 'unavailable',
      consecutive_failures: 3,
      recent_failures: 3,
      cooling_until: new Date(bench.clock.nowMs() + 30_000).toISOString(),
    });
    const { row } = await bench.send();
    expect(row.plan.left_out).toEqual([
      { model: 'main', deployment_id: a, explanation: 'cooling down after unavailable' },
    ]);

    bench.clock.advance(30_000);
    await bench.script({ a: [hang()] });
    const arrival = (await bench.simulator('a')).nextRequest();
    const controller = new AbortController();
    const probe = fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key}` },
      body: form({ model: 'main', file: audioFile() }),
      signal: controller.signal,
    }).catch(() => undefined);
    const probing = await arrival;
    // While the probe is out, everybody else is served by the other one.
    expect(await triedBy(2)).toEqual(['b:success', 'b:success']);
    controller.abort();
    await probe;
    await probing.aborted;
    await bench.expectAftermath();
    // A probe that its client has given up says nothing: the next request is the probe.
    expect(await triedBy(2)).toEqual(['a:success', 'a:success']);
    expect(await bench.health(a)).toMatchObject({ circuit: 'closed', cooling_until: null, reason: null });
  });

  it('stays open for longer when the probe fails', async () => {
    const { a } = await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [failed(), failed(), failed(), failed()] });
    await triedBy(3);
    bench.clock.advance(30_000);
    expect(await triedBy(2)).toEqual(['a:unavailable b:success', 'b:success']);
    expect(await bench.health(a)).toMatchObject({
      cooling_until: new Date(bench.clock.nowMs() + 60_000).toISOString(),
    });
  });

  it('opens at once for as long as a rate limit asks', async () => {
    const { a } = await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [failed(429, { 'retry-after': '7' })] });
    expect(await triedBy(2)).toEqual(['a:rate_limited b:success', 'b:success']);
    bench.clock.advance(6999);
    expect(await triedBy(1)).toEqual(['b:success']);
    bench.clock.advance(1);
    expect(await triedBy(1)).toEqual(['a:success']);
    expect(await bench.health(a)).toMatchObject({ circuit: 'closed' });
  });

  it.each([
    ['the key is rejected', failed(401), 'provider_credential_rejected'],
    [
      'the model is not known',
      errorAnswer(404, { message: 'no', code: 'model_not_found' }),
      'provider_model_not_found',
    ],
    ['the address leads nowhere', failed(404), 'provider_misconfigured'],
  ])('answers at once, and says so, while only the operator can help: %s', async (_what, answer, code) => {
    await bench.createModel('main', { a: {} });
    await bench.script({ a: [answer] });
    const first = await bench.send();
    const { response, text, row } = await bench.send();
    expect([response.status, text]).toEqual([502, first.text]);
    expect(JSON.parse(text).error).toMatchObject({ code });
    expect(response.headers.get('retry-after')).toBeNull();
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(row).toMatchObject({ status: 'failure', attempts: [], cost_usd: 0 });
    expect((await bench.simulator('a')).requests).toHaveLength(1);
  });

  it('answers at once when nothing else is left and the rate is limited for long', async () => {
    await bench.createModel('main', { a: {} });
    await bench.script({ a: [failed(429, { 'retry-after': '40' })] });
    await bench.send();
    const { response, text, row } = await bench.send();
    expect(response.status).toBe(503);
    expect(JSON.parse(text).error).toEqual({
      message: "Every deployment of the model 'main' is cooling down after failures. Please try again later.",
      type: 'server_error',
      param: null,
      code: 'all_deployments_cooling',
    });
    expect(response.headers.get('retry-after')).toBe('40');
    // Trying later helps, so an SDK may.
    expect(response.headers.get('x-should-retry')).toBeNull();
    expect(row).toMatchObject({ status: 'failure', http_status: 503, attempts: [], cost_usd: 0 });
    expect((await bench.simulator('a')).requests).toHaveLength(1);
  });

  it('is tried all the same when nothing else is left and the trouble may have passed', async () => {
    const { a, b } = await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [failed(), failed(), failed()], b: [failed(), failed(), failed()] });
    await triedBy(3);
    expect([await bench.health(a), await bench.health(b)]).toMatchObject([{ circuit: 'open' }, { circuit: 'open' }]);
    const { response, tried, row } = await bench.send();
    // Also then in the order of the strategy, and what is tried is not called left out.
    expect([response.status, tried]).toEqual([200, 'a:success']);
    expect(row.plan).toMatchObject({ candidates: [{ deployment_id: a }, { deployment_id: b }], left_out: [] });
    expect(await bench.health(a)).toMatchObject({ circuit: 'closed' });
  });

  it('opens once for a crowd that fails together', async () => {
    const { a } = await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: Array.from({ length: 10 }, () => failed()) });
    await Promise.all(Array.from({ length: 10 }, () => bench.send()));
    expect(await bench.health(a)).toMatchObject({
      cooling_until: new Date(bench.clock.nowMs() + 30_000).toISOString(),
    });
  });

  it('is not opened by clients that are in a hurry', async () => {
    const { a } = await bench.createModel('main', { a: {} });
    await bench.script({ a: Array.from({ length: 5 }, () => bench.clock.silence(50)) });
    for (let count = 0; count < 5; count += 1) {
      const { response, tried } = await bench.send({}, { headers: { 'x-auricle-timeout-ms': '50' } });
      expect([response.status, tried]).toEqual([504, 'a:timeout']);
    }
    expect(await bench.health(a)).toMatchObject({ circuit: 'closed', consecutive_failures: 0 });
  });
});

describe('an administrator', () => {
  it('lets traffic flow again', async () => {
    const { a } = await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [failed(401)] });
    await bench.send();
    expect(await bench.health(a)).toMatchObject({ circuit: 'open', reason: 'credential_rejected' });
    const answer = await bench.gateway.admin('POST', `deployments/${a}/reset`);
    expect(answer).toMatchObject({ status: 200, body: { id: a, circuit: 'closed', recent_failures: 0 } });
    expect(await triedBy(1)).toEqual(['a:success']);
  });

  it('sees that a credential works, which also closes the circuit', async () => {
    const { a } = await bench.createModel('main', { a: {}, b: {} });
    await bench.script({ a: [failed(401)] });
    await bench.send();
    const answer = await bench.gateway.admin('POST', `deployments/${a}/test`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      object: 'deployment_test',
      id: a,
      outcome: 'success',
      upstream_status: 200,
      latency_ms: expect.any(Number),
      text: expect.stringContaining('The beach'),
      error: null,
    });
    const { file } = (await bench.simulator('a')).lastRequest;
    expect(file).toMatchObject({ filename: 'one-second.wav', mediaType: 'audio/wav' });
    expect(await bench.health(a)).toMatchObject({ circuit: 'closed' });
  });

  it('sees why a credential does not work, before traffic does', async () => {
    const { a } = await bench.createModel('main', { a: { api_key: 'sk-wrong-0000000000000000' }, b: {} });
    const answer = await bench.gateway.admin('POST', `deployments/${a}/test`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      outcome: 'credential_rejected',
      upstream_status: 401,
      text: null,
      error: expect.stringMatching(/./),
    });
    expect(JSON.stringify(answer.body)).not.toContain('sk-wrong');
    expect(await triedBy(1)).toEqual(['b:success']);
  });

  it.each(['test', 'reset'])('gets 404 for the %s of a deployment that is not there', async (action) => {
    const answer = await bench.gateway.admin('POST', `deployments/0197b1a0-0000-7000-8000-000000000000/${action}`);
    expect(answer).toMatchObject({ status: 404, body: { error: { param: 'id', code: 'not_found' } } });
  });

  it('sees every deployment with its load', async () => {
    const { a, b } = await bench.createModel('main', { a: {}, b: { enabled: false } });
    await bench.send();
    const answer = await bench.gateway.admin('GET', 'deployments/health');
    expect(answer.body).toEqual({
      object: 'list',
      data: [
        {
          object: 'deployment_health',
          id: a,
          model: 'main',
          provider: 'openai',
          upstream_model: 'whisper-1',
          enabled: true,
          circuit: 'closed',
          cooling_until: null,
          reason: null,
          consecutive_failures: 0,
          recent_requests: 1,
          recent_failures: 0,
          in_flight: 0,
          latency_ms_per_audio_second: expect.any(Number),
        },
        expect.objectContaining({ id: b, enabled: false, recent_requests: 0, latency_ms_per_audio_second: null }),
      ],
      has_more: false,
      next_cursor: null,
    });
  });
});

describe('the own limit of a deployment', () => {
  it.each([
    ['requests a minute', { max_requests_per_minute: 2 }],
    ['audio seconds a minute', { max_audio_seconds_per_minute: 2 }],
  ])('on %s sends the rest to the next', async (_what, limit) => {
    const { a } = await bench.createModel('main', { a: { routing: limit }, b: {} });
    expect(await triedBy(3)).toEqual(['a:success', 'a:success', 'b:success']);
    const { row } = await bench.send();
    expect(row.plan.left_out).toEqual([{ model: 'main', deployment_id: a, explanation: 'its own limit is reached' }]);
    bench.clock.advance(60_000);
    expect(await triedBy(1)).toEqual(['a:success']);
  });

  it('tells the client when there will be room, where there is no next', async () => {
    await bench.createModel('main', { a: { routing: { max_requests_per_minute: 1 } } });
    await triedBy(1);
    bench.clock.advance(20_000);
    const { response, text, row } = await bench.send();
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('40');
    expect(JSON.parse(text).error).toMatchObject({ type: 'rate_limit_exceeded', code: 'deployment_limit_reached' });
    expect(row).toMatchObject({ status: 'failure', http_status: 429, attempts: [] });
  });

  it('holds for retries too', async () => {
    await bench.createModel('main', { a: { routing: { max_requests_per_minute: 2, max_retries: 5 } } });
    await bench.script({ a: [failed(), failed(), failed()] });
    const { response, tried } = await bench.send();
    expect([response.status, tried]).toEqual([502, 'a:unavailable a:unavailable']);
  });
});

it('levels of order come one after the other, those without one last', async () => {
  await bench.createModel('main', {
    c: { routing: { order: undefined } },
    b: { routing: { order: 2 } },
    a: { routing: { order: 1 } },
  });
  await bench.script({ a: [failed()], b: [failed()] });
  expect(await triedBy(1)).toEqual(['a:unavailable b:unavailable c:success']);
});
