import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway({
    GROQ_API_KEY: SIMULATOR_KEY,
    GROQ_BASE_URL: 'http://127.0.0.1:9/openai/v1/audio/transcriptions',
  });
  admin = await AdminClient.connect(gateway.url);
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
