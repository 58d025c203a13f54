import { errorAnswer, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({ MAX_RETRIES: '0', DEFAULT_FALLBACKS: 'default' });
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

const failed = (): ScriptedAnswer => errorAnswer(500, { message: 'no' });

/** Models by name, each served by a simulator of its own; those in `down` fail once. */
async function models(declared: Record<string, readonly string[] | undefined>, down: readonly string[]): Promise<void> {
  for (const [name, fallbacks] of Object.entries(declared)) {
    await bench.createModel(name, { [`${name}-1`]: {} }, fallbacks ? { fallbacks } : {});
  }
  for (const name of down) await bench.script({ [`${name}-1`]: [failed()] });
}

describe('fallback models', () => {
  it('are not asked while the requested one answers', async () => {
    await models({ main: ['spare'], spare: undefined }, []);
    const { tried, answeredBy, row } = await bench.send();
    expect([tried, answeredBy]).toEqual(['main-1:success', 'main/main-1']);
    expect(row.plan.candidates.map(({ model }: { model: string }) => model)).toEqual(['main', 'spare']);
  });

  it('answer in their order when it fails', async () => {
    await models({ main: ['second', 'third'], second: undefined, third: undefined }, ['main', 'second']);
    const { response, tried, answeredBy, row } = await bench.send();
    expect([response.status, tried, answeredBy]).toEqual([
      200,
      'main-1:unavailable second-1:unavailable third-1:success',
      'third/third-1',
    ]);
    expect(response.headers.get('x-auricle-attempts')).toBe('3');
    // What was asked for stays what was asked for; who answered is in the deployment.
    expect(row).toMatchObject({
      model: 'main',
      attempts: [{ model: 'main' }, { model: 'second' }, { model: 'third' }],
    });
  });

  it('do not bring their own fallbacks, and the gateway-wide ones come last', async () => {
    await models({ main: ['second'], second: ['unasked'], unasked: undefined, default: undefined }, ['main', 'second']);
    const { tried, answeredBy } = await bench.send();
    expect([tried, answeredBy]).toEqual([
      'main-1:unavailable second-1:unavailable default-1:success',
      'default/default-1',
    ]);
  });

  it('are all tried before the client is told, of the failure that says most', async () => {
    await models({ main: ['second'], second: undefined }, ['main']);
    await bench.script({ 'second-1': [errorAnswer(413, { message: 'too large for me' })] });
    const { response, text, tried, row } = await bench.send();
    expect([response.status, tried]).toEqual([502, 'main-1:unavailable second-1:too_large']);
    expect(JSON.parse(text).error.code).toBe('provider_unavailable');
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(row.status).toBe('failure');
  });

  it('are at most five, and the row says which were too many', async () => {
    const names = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'];
    await models({ main: names, ...Object.fromEntries(names.map((name) => [name, undefined])) }, ['main', ...names]);
    const { response, row, tried } = await bench.send();
    expect(response.status).toBe(502);
    expect(tried.split(' ')).toHaveLength(6);
    expect(row.plan.left_out).toEqual([
      { model: 'f6', deployment_id: null, explanation: 'at most 5 fallback models are tried' },
      { model: 'default', deployment_id: null, explanation: 'the fallback model does not exist' },
    ]);
  });

  it('are left out where they cannot serve the request, and the row says why', async () => {
    await models({ main: ['narrow', 'spare'], spare: undefined }, ['main']);
    await bench.createModel('narrow', { 'narrow-1': { upstream_model: 'gpt-4o-transcribe' } });
    const { tried, row } = await bench.send({ response_format: 'srt' });
    expect(tried).toBe('main-1:unavailable spare-1:success');
    expect(row.plan.left_out).toEqual([
      { model: 'default', deployment_id: null, explanation: 'the fallback model does not exist' },
      expect.objectContaining({ model: 'narrow', explanation: expect.stringMatching(/^'response_format': /) }),
    ]);
  });
});

describe("the client's own fallbacks", () => {
  const spellings: readonly [string, Record<string, string | readonly string[]>][] = [
    ['a repeated field', { fallbacks: ['one', 'two'] }],
    ['a repeated field with brackets', { 'fallbacks[]': ['one', 'two'] }],
    ['a JSON array', { fallbacks: '["one", "two"]' }],
    ['a list with commas', { fallbacks: 'one, two' }],
  ];

  it.each(spellings)("as %s replace the model's", async (_what, fields) => {
    await models({ main: ['own'], own: undefined, one: undefined, two: undefined }, ['main', 'one']);
    const { tried, answeredBy } = await bench.send(fields);
    expect([tried, answeredBy]).toEqual(['main-1:unavailable one-1:unavailable two-1:success', 'two/two-1']);
    // They are the gateway's business, not the provider's.
    const asked = await bench.simulator('two-1');
    expect(asked.lastRequest.keys.filter((name) => name.startsWith('fallbacks'))).toEqual([]);
  });

  it('may not go round the allow list of the key, which the client is told', async () => {
    await models({ main: undefined, secret: undefined, open: undefined }, ['main']);
    const key = await bench.createKey({ models: ['main', 'open'] });
    const { response, tried, row } = await bench.send({ fallbacks: 'secret,open' }, { key });
    expect(tried).toBe('main-1:unavailable open-1:success');
    expect(response.headers.get('x-auricle-warning')).toBe("fallback 'secret': the fallback model does not exist");
    expect(row.plan.left_out).toContainEqual({
      model: 'secret',
      deployment_id: null,
      explanation: 'this API key may not use the fallback model',
    });
  });

  it('that do not exist, repeat or are the model itself change nothing', async () => {
    await models({ main: undefined, one: undefined }, ['main']);
    const { response, tried, row } = await bench.send({ fallbacks: 'nowhere,main,one,one' });
    expect(tried).toBe('main-1:unavailable one-1:success');
    expect(row.plan.candidates.map(({ model }: { model: string }) => model)).toEqual(['main', 'one']);
    expect(response.headers.get('x-auricle-warning')).toBe("fallback 'nowhere': the fallback model does not exist");
  });
});

describe('mock_testing_fallbacks', () => {
  it('makes the model fail for the master key, without asking or blaming anybody', async () => {
    await models({ main: ['spare'], spare: undefined }, []);
    const { response, tried, answeredBy, row } = await bench.send(
      { mock_testing_fallbacks: 'true' },
      { key: MASTER_KEY },
    );
    expect([response.status, tried, answeredBy]).toEqual([200, 'main-1:unavailable spare-1:success', 'spare/spare-1']);
    expect(row.attempts[0]).toMatchObject({ error: 'made to fail by mock_testing_fallbacks', upstream_status: null });
    expect((await bench.simulator('main-1')).requests).toHaveLength(0);
    expect(await bench.health(row.attempts[0].deployment_id)).toMatchObject({ circuit: 'closed', recent_requests: 0 });
  });

  it('does not use up the limits of a deployment, nor the probe of its half-open circuit', async () => {
    const { a } = await bench.createModel('main', { a: { routing: { max_requests_per_minute: 2 } } });
    await bench.script({ a: [errorAnswer(401, { message: 'no' })] });
    await bench.send();
    bench.clock.advance(30_000);
    expect(await bench.health(a)).toMatchObject({ circuit: 'half_open' });
    for (let count = 0; count < 3; count += 1) {
      const mocked = await bench.send({ mock_testing_fallbacks: 'true' }, { key: MASTER_KEY });
      expect([mocked.response.status, mocked.tried]).toEqual([502, 'a:unavailable']);
    }
    expect((await bench.send()).tried).toBe('a:success');
    expect(await bench.health(a)).toMatchObject({ circuit: 'closed' });
  });

  it('is refused to everybody else, since an answer would look like a proof', async () => {
    await models({ main: ['spare'], spare: undefined }, []);
    const { response, text, row } = await bench.send({ mock_testing_fallbacks: 'true' });
    expect(response.status).toBe(400);
    expect(JSON.parse(text).error).toEqual({
      message:
        "Invalid 'mock_testing_fallbacks': it needs the master key, or the gateway's setting MOCK_TESTING_FALLBACKS",
      type: 'invalid_request_error',
      param: 'mock_testing_fallbacks',
      code: 'invalid_value',
    });
    expect(row).toMatchObject({ status: 'refused', model: 'main', attempts: [], plan: null });
    expect((await bench.send({ mock_testing_fallbacks: 'false' })).response.status).toBe(200);
  });

  it('is open to everybody where the gateway says so', async () => {
    const open = await RoutingBench.start({ MOCK_TESTING_FALLBACKS: 'true', MAX_RETRIES: '0' });
    try {
      await open.createModel('main', { a: {} }, { fallbacks: ['spare'] });
      await open.createModel('spare', { b: {} });
      expect((await open.send({ mock_testing_fallbacks: '1' })).tried).toBe('a:unavailable b:success');
    } finally {
      await open.close();
    }
  });
});
