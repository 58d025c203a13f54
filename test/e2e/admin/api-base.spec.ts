import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { audioFile, form } from '../bad-input/bench.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway({
    GROQ_API_KEY: SIMULATOR_KEY,
    GROQ_BASE_URL: 'http://127.0.0.1:9/openai/v1/audio/transcriptions',
  });
  admin = AdminClient.of(gateway.url);
});
afterAll(() => gateway.close());

const ENDPOINT = 'http://127.0.0.1:9/v1/audio/transcriptions';
const refusal = (param: string, surplus: string) => ({
  type: 'invalid_request_error',
  param,
  code: 'invalid_value',
  message: `Invalid '${param}': it must be a base URL such as http://127.0.0.1:8000/v1, without ${surplus}`,
});

describe('a base URL that calls cannot be added to', () => {
  const deployment = (api_base: string) => ({ provider: 'openai-compatible', upstream_model: 'whisper', api_base });

  it.each([
    [ENDPOINT, 'the path of an endpoint: calls add it'],
    ['http://127.0.0.1:9/v1?a=b', 'a query (?...)'],
    ['http://127.0.0.1:9/v1#a', 'a fragment (#...)'],
  ])('is refused with the right form: %s', async (url, surplus) => {
    const within = await admin.post('models', { name: 'm', deployments: [deployment(url)] });
    expect([within.status, within.body.error]).toEqual([400, refusal('deployments.0.api_base', surplus)]);

    await admin.post('models', { name: 'made', deployments: [deployment('http://127.0.0.1:9/v1/')] });
    const added = await admin.post('models/made/deployments', deployment(url));
    expect([added.status, added.body.error]).toEqual([400, refusal('api_base', surplus)]);
    const [{ id }] = (await admin.get('models/made')).body.deployments;
    const changed = await admin.patch(`deployments/${id}`, { api_base: url });
    expect([changed.status, changed.body.error]).toEqual([400, refusal('api_base', surplus)]);
    expect((await admin.get(`deployments/${id}`)).body.api_base).toBe('http://127.0.0.1:9/v1');
  });

  it('is refused of a credential', async () => {
    const credential = { name: 'c', provider: 'openai-compatible', api_key: SIMULATOR_KEY };
    const { status, body } = await admin.post('credentials', { ...credential, api_base: ENDPOINT });
    expect([status, body.error.param]).toEqual([400, 'api_base']);
    await admin.post('credentials', credential);
    const changed = await admin.patch('credentials/c', { api_base: ENDPOINT });
    expect([changed.status, changed.body.error.param]).toEqual([400, 'api_base']);
  });

  it('switches off the deployments that it is found for in the environment, and names the variable', async () => {
    const { body } = await admin.get('deployments?provider=groq');
    expect(body.data.length).toBeGreaterThan(0);
    for (const { enabled, error } of body.data) {
      expect([enabled, error]).toEqual([
        false,
        'GROQ_BASE_URL must be a base URL such as https://api.groq.com/openai/v1, without the path of an endpoint: calls add it',
      ]);
    }
  });
});

describe('a base URL that leads where no provider is', () => {
  const METADATA = 'must not lead to link-local addresses or cloud metadata';
  const deployment = (api_base: string) => ({ provider: 'openai-compatible', upstream_model: 'whisper', api_base });
  const told = (param: string, fault: string) => ({
    type: 'invalid_request_error',
    param,
    code: 'invalid_value',
    message: `Invalid '${param}': it ${fault}`,
  });

  it.each(['http://169.254.169.254/v1', 'http://2852039166/v1', 'http://[::ffff:a9fe:a9fe]/v1', 'http://0.0.0.0:9/v1'])(
    'is refused wherever it is sent: %s',
    async (url) => {
      const within = await admin.post('models', { name: 'never', deployments: [deployment(url)] });
      expect([within.status, within.body.error]).toEqual([400, told('deployments.0.api_base', METADATA)]);
      await admin.post('models', { name: 'led', deployments: [deployment('http://127.0.0.1:9/v1')] });
      const [{ id }] = (await admin.get('models/led')).body.deployments;
      const changed = await admin.patch(`deployments/${id}`, { api_base: url });
      expect([changed.status, changed.body.error]).toEqual([400, told('api_base', METADATA)]);
      const credential = { name: 'led', provider: 'openai-compatible', api_key: SIMULATOR_KEY };
      const made = await admin.post('credentials', { ...credential, api_base: url });
      expect([made.status, made.body.error]).toEqual([400, told('api_base', METADATA)]);
    },
  );

  it('is not called by whatever name, nor by a test, and no client hears where it leads', async () => {
    const upstream = await OpenAiSimulator.start();
    const { port } = new URL(upstream.url);
    const alone = await startTestGateway({
      ALLOW_PRIVATE_API_BASES: 'false',
      GROQ_API_KEY: SIMULATOR_KEY,
      GROQ_BASE_URL: upstream.url,
    });
    const refused = await alone.admin('POST', 'models', { name: 'm', deployments: [deployment(upstream.url)] });
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      "Invalid 'deployments.0.api_base': it must not lead to private addresses: ALLOW_PRIVATE_API_BASES is off",
    ]);
    const [found] = (await alone.admin('GET', 'deployments?provider=groq')).body.data;
    expect([found.enabled, found.error]).toEqual([false, expect.stringContaining('GROQ_BASE_URL must not lead to')]);

    // What a name resolves to is known when it is called.
    const byName = deployment(`http://localhost:${port}/v1`);
    const { body: model } = await alone.admin('POST', 'models', { name: 'named', deployments: [byName] });
    const why = `localhost:${port} was not called: api_base must not lead to private addresses: ALLOW_PRIVATE_API_BASES is off`;
    for (const body of [{}, { discover: true }]) {
      const tested = await alone.admin('POST', `deployments/${model.deployments[0].id}/test`, body);
      expect(tested.body).toMatchObject({ outcome: 'misconfigured', error: why });
    }
    const answer = await fetch(`${alone.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}` },
      body: form({ model: 'named', file: audioFile() }),
    });
    const text = await answer.text();
    expect([answer.status, JSON.parse(text).error.code]).toEqual([502, 'provider_misconfigured']);
    expect(text + JSON.stringify([...answer.headers])).not.toMatch(/localhost|127\.0\.0\.1|::1/);
    expect(await alone.row(answer)).toMatchObject({ attempts: [{ outcome: 'misconfigured', error: why }] });
    expect(upstream.requests).toEqual([]);
    await alone.close();
    await upstream.close();
  });
});
