import { MASTER_KEY } from '../../support/gateway.js';
import { AzureSimulator } from '../../support/azure-simulator.js';
import { SIMULATOR_KEY, type OpenAiSimulator } from '../../support/openai-simulator.js';
import { errorAnswer, hang } from '../../support/simulator-answers.js';
import { jsonAnswers } from '../../support/simulator-fixtures.js';
import { makeWav } from '../../support/audio.js';
import { audioFile, form } from '../bad-input/bench.js';
import { FileBench, entry, type Entry } from './file-bench.js';

let bench: FileBench;
let a: OpenAiSimulator;
let b: OpenAiSimulator;
let c: OpenAiSimulator;
beforeAll(async () => {
  bench = await FileBench.create();
  await bench.start({ model_list: [] });
});
afterAll(async () => bench.close());
beforeEach(async () => {
  [a, b, c] = [await bench.simulator(), await bench.simulator(), await bench.simulator()];
  bench.pauses.length = 0;
  bench.draw = 0.1;
});

const failure = (status = 500, headers = {}) => errorAnswer(status, { message: 'no' }, headers);
const failures = (count: number, status = 500) => Array.from({ length: count }, () => failure(status));
const silences = (count: number, ms: number) => Array.from({ length: count }, () => bench.clock.silence(ms));

/** Uses a file with these entries and settings. */
async function use(model_list: readonly Entry[], router_settings: object = {}, litellm_settings: object = {}) {
  await bench.use({ model_list, router_settings, litellm_settings });
}

const send = (fields: Record<string, string | File> = {}) => bench.send(MASTER_KEY, fields);

/** Status, attempts and their outcomes. */
async function outcomeOf(fields: Record<string, string | File> = {}) {
  const response = await send(fields);
  return { status: response.status, outcomes: await bench.outcomes(response), response };
}

describe('litellm_params', () => {
  it('timeout ends an attempt', async () => {
    await use([entry('whisper', a, { timeout: 0.05, order: 1 }), entry('whisper', b)]);
    a.respondWith(bench.clock.silence(50));
    expect(await outcomeOf()).toMatchObject({ status: 200, outcomes: ['timeout', 'success'] });
  });

  it('stream_timeout ends an attempt that streams, and no other', async () => {
    const parameters = { model: 'gpt-4o-transcribe', order: 1 };
    await use([
      entry('whisper', a, { ...parameters, stream_timeout: 0.05, timeout: 5 }),
      entry('whisper', b, { model: 'gpt-4o-transcribe' }),
    ]);
    a.respondWith(bench.clock.silence(50));
    expect(await outcomeOf({ stream: 'true' })).toMatchObject({ status: 200, outcomes: ['timeout', 'success'] });
    await use([
      entry('whisper', c, { ...parameters, stream_timeout: 5, timeout: 0.05 }),
      entry('whisper', b, { model: 'gpt-4o-transcribe' }),
    ]);
    c.respondWith(bench.clock.silence(50));
    expect(await outcomeOf()).toMatchObject({ status: 200, outcomes: ['timeout', 'success'] });
  });

  it('max_retries is for one deployment', async () => {
    await use([entry('whisper', a, { max_retries: 0, order: 1 }), entry('whisper', b)], { num_retries: 1 });
    a.respondWith(failure());
    b.respondWith(failure());
    expect((await outcomeOf()).outcomes).toEqual(['unavailable', 'unavailable', 'success']);
  });

  it('rpm is a limit', async () => {
    await use([entry('whisper', a, { rpm: 1, order: 1 }), entry('whisper', b)]);
    for (let sent = 0; sent < 3; sent += 1) expect((await send()).status).toBe(200);
    expect([a.requests.length, b.requests.length]).toEqual([1, 2]);
  });

  it.each<[string, object, object]>([
    ['of its own', { max_parallel_requests: 1 }, {}],
    ["of the router's", {}, { default_max_parallel_requests: 1 }],
  ])('max_parallel_requests is a limit: %s', async (_, parameters, router) => {
    await use([entry('whisper', a, { ...parameters, order: 1 }), entry('whisper', b)], router);
    a.respondWith(hang());
    const arrived = a.nextRequest();
    const leaving = new AbortController();
    const running = fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}` },
      body: form({ model: 'whisper', file: audioFile() }),
      signal: leaving.signal,
    }).catch((error: unknown) => error);
    await arrived;
    expect((await send()).status).toBe(200);
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
    leaving.abort();
    await running;
  });

  it('order comes before weight', async () => {
    await use([
      entry('whisper', a, { order: 2, weight: 1000 }),
      entry('whisper', b, { order: 1 }),
      entry('whisper', c),
    ]);
    b.respondWith(...failures(3));
    const { response } = await outcomeOf();
    expect(response.status).toBe(200);
    expect([a.requests.length, b.requests.length, c.requests.length]).toEqual([1, 3, 0]);
  });

  it('weight shares the traffic', async () => {
    await use([entry('whisper', a, { weight: 3 }), entry('whisper', b)]);
    for (const draw of [0.01, 0.3, 0.6, 0.99]) {
      bench.draw = draw;
      await send();
    }
    expect([a.requests.length, b.requests.length]).toEqual([3, 1]);
  });

  it('max_file_size_mb sends larger files elsewhere', async () => {
    await use([entry('whisper', a, { max_file_size_mb: 0.05, order: 1 }), entry('whisper', b)]);
    expect((await send()).status).toBe(200);
    const larger = audioFile(makeWav({ durationSeconds: 2, toneHz: 440 }));
    expect((await send({ file: larger })).status).toBe(200);
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
    await use([entry('whisper', c, { max_file_size_mb: 0.05 })]);
    expect((await send({ file: larger })).status).toBe(413);
    expect(c.requests).toHaveLength(0);
  });

  it('drop_params leaves out what a deployment does not know, for its model', async () => {
    const parameters = { model: 'gpt-4o-transcribe' };
    await use([entry('whisper', a, { ...parameters, drop_params: true }), entry('strict', b, parameters)]);
    expect((await send({ hotwords: 'auricle' })).status).toBe(200);
    expect(a.lastRequest.keys).not.toContain('hotwords');
    const refused = await send({ model: 'strict', hotwords: 'auricle' });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'hotwords' } }]);
  });

  it('cooldown_time says for how long a deployment is left alone', async () => {
    const router = { allowed_fails: 0, num_retries: 0, cooldown_time: 3000 };
    await use([entry('whisper', a, { cooldown_time: 0 })], router);
    a.respondWith(...failures(2));
    expect([(await send()).status, (await send()).status, (await send()).status]).toEqual([502, 502, 200]);
  });

  it.each([
    ['by the second', { input_cost_per_second: '0.0002' }, '0.0018'],
    ['in the other field', { output_cost_per_second: 0.0003, input_cost_per_second: 0 }, '0.0027'],
  ])('prices %s are what the ledger counts', async (_, prices, usd) => {
    await use([entry('whisper', a, { ...prices })]);
    const response = await send();
    // The simulated provider bills nine seconds, whatever it is sent.
    expect(response.headers.get('x-auricle-cost-usd')).toBe(usd);
    expect(await bench.row(response)).toMatchObject({ cost_usd: Number(usd) });
  });

  it('prices per token are what the ledger counts, from model_info too', async () => {
    const prices = {
      input_cost_per_token: '0.000002',
      input_cost_per_audio_token: 0.00001,
      output_cost_per_token: 3e-5,
    };
    await use([entry('whisper', a, { model: 'gpt-4o-transcribe' }, prices)]);
    const response = await send();
    const { usage } = jsonAnswers.gpt4o;
    const { text_tokens: textTokens, audio_tokens: audioTokens } = usage.input_token_details;
    const nanoUsd = textTokens * 2000 + audioTokens * 10_000 + usage.output_tokens * 30_000;
    expect(Number((await bench.row(response)).cost_usd)).toBe(nanoUsd / 1e9);
  });
});

describe('model_info', () => {
  it('id is the id of the deployment', async () => {
    const id = '0192f0c1-2345-7abc-8def-0123456789ab';
    await use([entry('whisper', a, {}, { id })]);
    expect((await send()).headers.get('x-auricle-deployment')).toBe(id);
    await use([entry('whisper', b, {}, { id: 'eu-1' })]);
    const made = (await send()).headers.get('x-auricle-deployment');
    await use([entry('whisper', c, {}, { id: 'eu-1' })]);
    expect((await send()).headers.get('x-auricle-deployment')).toBe(made);
  });

  it("base_model says what an Azure deployment's name does not", async () => {
    const azure = await AzureSimulator.start();
    const params = { model: 'azure/hearing', api_base: azure.origin, api_key: SIMULATOR_KEY };
    const hearing = (model_info: Record<string, string>): Entry => ({
      model_name: 'whisper',
      litellm_params: params,
      model_info,
    });
    await use([hearing({ base_model: 'gpt-4o-transcribe' })]);
    const response = await send({ stream: 'true' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/event-stream'),
    ]);
    await response.text();
    expect(azure.lastRequest.value('stream')).toBe('true');
    expect((await bench.row(response)).cost_usd).not.toBeNull();
    await azure.close();
  });
});

describe('router_settings', () => {
  it('timeout is the deadline of a request, retries and fallbacks included', async () => {
    await use([entry('whisper', a), entry('backup', b)], { timeout: 0.3, fallbacks: [{ whisper: ['backup'] }] });
    a.respondWith(bench.clock.silence(300));
    const { status, outcomes } = await outcomeOf();
    expect([status, outcomes]).toEqual([504, ['timeout']]);
    expect(b.requests).toHaveLength(0);
  });

  it('litellm_settings.request_timeout is the same, and the weaker', async () => {
    await use([entry('whisper', a)], {}, { request_timeout: 0.3 });
    a.respondWith(bench.clock.silence(300));
    expect((await send()).status).toBe(504);
    await use([entry('whisper', a)], { timeout: 0.3 }, { request_timeout: 600 });
    a.respondWith(bench.clock.silence(300));
    expect((await send()).status).toBe(504);
  });

  it('stream_timeout is the deadline of a request that streams', async () => {
    await use([entry('whisper', a, { model: 'gpt-4o-transcribe' })], {
      timeout: 60,
      stream_timeout: 0.3,
      num_retries: 0,
    });
    a.respondWith(bench.clock.silence(300));
    const response = await send({ stream: 'true' });
    expect([response.status, await bench.outcomes(response)]).toEqual([504, ['timeout']]);
  });

  it('num_retries counts on each deployment', async () => {
    await use([entry('whisper', a, { order: 1 }), entry('whisper', b)], { num_retries: 1 });
    a.respondWith(...failures(2));
    b.respondWith(...failures(2));
    expect((await outcomeOf()).outcomes).toHaveLength(4);
  });

  it('retry_after is the shortest pause, however long', async () => {
    for (const seconds of [4, 20]) {
      await use([entry('whisper', a)], { retry_after: seconds, num_retries: 2, disable_cooldowns: true });
      a.respondWith(...failures(2));
      expect((await send()).status).toBe(200);
    }
    expect(bench.pauses).toEqual([4000, 4000, 20_000, 20_000]);
  });

  it.each<[string, object, number | 'hang', number]>([
    ['InternalServerErrorRetries', { InternalServerErrorRetries: 4 }, 500, 5],
    ['InternalServerErrorRetries of none', { InternalServerErrorRetries: 0 }, 500, 1],
    ['the larger of two', { InternalServerErrorRetries: 1, ServiceUnavailableErrorRetries: 3 }, 503, 4],
    ['RateLimitErrorRetries', { RateLimitErrorRetries: 3 }, 429, 4],
    ['AuthenticationErrorRetries', { AuthenticationErrorRetries: 1 }, 401, 2],
    ['NotFoundErrorRetries', { NotFoundErrorRetries: 2 }, 404, 3],
    ['TimeoutErrorRetries', { TimeoutErrorRetries: 1 }, 'hang', 2],
    ['DefaultRetries', { DefaultRetries: 1 }, 500, 2],
    ['DefaultRetries beside another', { DefaultRetries: 1, RateLimitErrorRetries: 5 }, 500, 2],
  ])('retry_policy: %s', async (_, retry_policy, status, attempts) => {
    await use([entry('whisper', a, { timeout: 0.05 })], { retry_policy, num_retries: 2 });
    a.respondWith(...(status === 'hang' ? silences(9, 50) : failures(9, status)));
    expect((await outcomeOf()).outcomes).toHaveLength(attempts);
  });

  it.each([
    ['a rejected key', { AuthenticationErrorRetries: 3 }, 401],
    ['a rate limit', { RateLimitErrorRetries: 3 }, 429],
    ['an unknown model', { NotFoundErrorRetries: 3 }, 404],
  ])('retry_policy does not insist on a deployment with %s while another is left', async (_, retry_policy, status) => {
    await use([entry('whisper', a, { order: 1 }), entry('whisper', b)], { retry_policy });
    a.respondWith(failure(status));
    expect(await outcomeOf()).toMatchObject({ status: 200 });
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
  });

  it('default_fallbacks are for every model, after its own; max_fallbacks limits both', async () => {
    const model_list = [entry('whisper', a), entry('own', b), entry('default', c)];
    const router = {
      num_retries: 0,
      disable_cooldowns: true,
      fallbacks: [{ whisper: ['own'] }],
      default_fallbacks: ['default'],
    };
    await use(model_list, router);
    a.respondWith(failure());
    b.respondWith(failure());
    const response = await send();
    expect([response.status, response.headers.get('x-auricle-model')]).toEqual([200, 'default']);
    await use(model_list, { ...router, max_fallbacks: 1 });
    a.respondWith(failure());
    b.respondWith(failure());
    expect((await send()).status).toBe(502);
    await use(model_list, { ...router, fallbacks: [{ '*': ['own'] }], default_fallbacks: undefined });
    a.respondWith(failure());
    expect((await send()).headers.get('x-auricle-model')).toBe('own');
  });

  it('allowed_fails are forgiven, the next is not; cooldown_time is how long', async () => {
    await use([entry('whisper', a)], { allowed_fails: 1, cooldown_time: 100, num_retries: 0 });
    const circuit = async () => (await bench.gateway.admin('GET', 'deployments/health')).body.data[0];
    a.respondWith(...failures(2));
    await send();
    expect((await circuit()).circuit).toBe('closed');
    const before = Date.now();
    await send();
    const after = Date.now();
    const { circuit: state, cooling_until } = await circuit();
    expect(state).toBe('open');
    expect(Date.parse(cooling_until)).toBeGreaterThanOrEqual(before + 100_000);
    expect(Date.parse(cooling_until)).toBeLessThanOrEqual(after + 100_000);
  });

  it('disable_cooldowns leaves no deployment alone', async () => {
    await use([entry('whisper', a, { cooldown_time: 100 })], {
      disable_cooldowns: true,
      allowed_fails: 0,
      num_retries: 0,
    });
    a.respondWith(failure(401), ...failures(3));
    const statuses = [];
    for (let sent = 0; sent < 5; sent += 1) statuses.push((await send()).status);
    expect(statuses).toEqual([502, 502, 502, 502, 200]);
  });

  it('drop_params of litellm_settings is for every model', async () => {
    await use([entry('whisper', a, { model: 'gpt-4o-transcribe' })], {}, { drop_params: true });
    const response = await send({ hotwords: 'auricle' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-auricle-warning')).toContain('hotwords');
    await use([entry('whisper', a, { model: 'gpt-4o-transcribe' })]);
    expect((await send({ hotwords: 'auricle' })).status).toBe(400);
  });
});
