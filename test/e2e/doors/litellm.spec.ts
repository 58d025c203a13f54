import { answer } from '../../support/simulator-answers.js';
import { MASTER_KEY, startTestGateway } from '../../support/gateway.js';
import { audioFile, Bench, form } from '../bad-input/bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start({ BACKOFF_BASE_MS: '0' });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

async function send(fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(bench.url, {
    method: 'POST',
    headers: { 'x-litellm-api-key': `Bearer ${bench.key.key}`, ...headers },
    body: form({ model: 'whisper', file: audioFile(), ...fields }),
  });
}

describe('what LiteLLM takes of a request', () => {
  it.each([
    ['the field num_retries', { num_retries: '1' }, {}, 2],
    ['the header x-litellm-num-retries', {}, { 'x-litellm-num-retries': '1' }, 2],
    ['the field rather than the header', { num_retries: '0' }, { 'x-litellm-num-retries': '3' }, 1],
  ] as const)('is %s', async (_what, fields, headers, attempts) => {
    const before = bench.simulator.requests.length;
    const failure = answer(500, { error: { message: 'x', type: 'server_error', param: null, code: null } });
    bench.simulator.respondWith(...Array.from({ length: attempts }, () => failure));
    expect((await send(fields, headers)).status).toBe(502);
    expect(bench.simulator.requests.length - before).toBe(attempts);
    expect(bench.simulator.lastRequest.value('num_retries')).toBeUndefined();
  });

  it.each(['-1', '11', 'many', '1.5', '1e1'])('is no num_retries of %s', async (num_retries) => {
    const refused = await send({ num_retries });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { message: "Invalid 'num_retries': it must be a whole number from 0 to 10", param: 'num_retries' } },
    ]);
  });

  it.each([
    ['cache', 'miss'],
    ['cache[use-cache]', 'miss'],
    ['cache[no-cache]', null],
  ])('is the field %s, which no provider is to see', async (name, cache) => {
    const answered = await send({ [name]: 'true' });
    expect([answered.status, answered.headers.get('x-auricle-cache')]).toEqual([200, cache]);
    expect(bench.simulator.lastRequest.value(name)).toBeUndefined();
  });

  it('are tags and a timeout in headers', async () => {
    expect((await send({}, { 'x-litellm-tags': 'night, batch', 'x-litellm-timeout': '30' })).status).toBe(200);
    expect((await bench.row())['metadata']).toEqual({ tags: ['night', 'batch'] });
    expect((await send({}, { 'x-litellm-timeout': 'soon' })).status).toBe(400);
  });
});

it("answers with LiteLLM's headers where the setting says so", async () => {
  expect((await send()).headers.has('x-litellm-call-id')).toBe(false);
  const gateway = await startTestGateway({ LITELLM_HEADERS: 'true' });
  try {
    const { headers } = await fetch(`${gateway.url}/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}` },
      body: form({ model: 'sandbox', file: audioFile() }),
    });
    expect(headers.get('x-litellm-model-group')).toBe('sandbox');
    expect(headers.get('x-litellm-response-cost')).toBe(headers.get('x-auricle-cost-usd'));
  } finally {
    await gateway.close();
  }
});

describe('the probes of LiteLLM', () => {
  const get = async (path: string, key?: string) => {
    const response = await fetch(bench.gateway.url + path, { headers: key ? { authorization: `Bearer ${key}` } : {} });
    return { status: response.status, body: await response.json() };
  };

  it('say that the process lives and is ready', async () => {
    for (const path of ['/health/liveliness', '/health/liveness']) {
      expect(await get(path)).toEqual({ status: 200, body: "I'm alive!" });
    }
    expect(await get('/health/readiness')).toEqual({
      status: 200,
      body: { status: 'healthy', db: 'connected', cache: null },
    });
  });

  it('tell a key how its deployments do', async () => {
    expect((await get('/health')).status).toBe(401);
    const { key } = await bench.gateway.createKey({ models: ['whisper'] });
    expect(await get('/health', key)).toEqual({
      status: 200,
      body: {
        healthy_endpoints: [{ model: 'openai/whisper-1', model_name: 'whisper', model_id: expect.any(String) }],
        unhealthy_endpoints: [],
        healthy_count: 1,
        unhealthy_count: 0,
      },
    });
  });

  it('tell of a deployment that is left alone', async () => {
    const gateway = await startTestGateway({ COOLDOWN_SECONDS: '60', ALLOWED_FAILURES: '1', SANDBOX: 'false' });
    try {
      await gateway.createModel('broken', 'http://127.0.0.1:9/v1');
      const headers = { authorization: `Bearer ${MASTER_KEY}` };
      const body = form({ model: 'broken', file: audioFile() });
      await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body });
      expect(await (await fetch(`${gateway.url}/health`, { headers })).json()).toMatchObject({
        healthy_count: 0,
        unhealthy_endpoints: [{ model_name: 'broken', error: 'left alone after unavailable' }],
      });
    } finally {
      await gateway.close();
    }
  });
});
