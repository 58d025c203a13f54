import { SIMULATOR_KEY, type OpenAiSimulator } from '../../support/openai-simulator.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { AdminClient } from '../admin/admin-client.js';
import { FileBench, entry } from './file-bench.js';

let bench: FileBench;
let ofFile: OpenAiSimulator;
let ofApi: OpenAiSimulator;
let admin: AdminClient;
const router_settings = {
  model_group_alias: { short: 'whisper', secret: { model: 'whisper', hidden: true } },
};

beforeAll(async () => {
  bench = await FileBench.create();
  ofFile = await bench.simulator();
  ofApi = await bench.simulator();
  await bench.start({ model_list: [entry('whisper', ofFile)], router_settings });
  admin = AdminClient.of(bench.gateway.url);
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.use({ model_list: [entry('whisper', ofFile)], router_settings });
  for (const { name, managed_by } of (await admin.get('models?limit=100')).body.data) {
    if (managed_by === 'api') await admin.delete(`models/${name}`);
  }
  ofFile.requests.length = 0;
  ofApi.requests.length = 0;
});

const deployment = () => ({
  provider: 'openai',
  upstream_model: 'whisper-1',
  api_base: ofApi.url,
  api_key: SIMULATOR_KEY,
});

describe('a model of the file', () => {
  it('is shown as what it is, without its secret', async () => {
    const { status, body } = await admin.get('models/whisper');
    expect([status, body]).toMatchObject([
      200,
      {
        name: 'whisper',
        managed_by: 'file',
        deployments: [
          { provider: 'openai', upstream_model: 'whisper-1', api_base: ofFile.url, managed_by: 'file', enabled: true },
        ],
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(SIMULATOR_KEY);
    const [{ id }] = body.deployments;
    expect((await admin.get(`models/whisper/deployments/${id}`)).body).toEqual(body.deployments[0]);
    const health = await bench.gateway.admin('GET', 'deployments/health');
    expect(health.body.data).toContainEqual(expect.objectContaining({ id, circuit: 'closed' }));
  });

  it('is shown with everything that the file says of it', async () => {
    const parameters = {
      weight: 3,
      order: 0,
      rpm: 60,
      max_parallel_requests: 4,
      timeout: 30,
      stream_timeout: 20,
      max_retries: 1,
      max_file_size_mb: 2,
      cooldown_time: 0,
      drop_params: true,
      input_cost_per_second: '0.0001',
    };
    await bench.use({ model_list: [entry('whisper', ofFile, parameters)], router_settings });
    expect((await admin.get('models/whisper')).body).toMatchObject({
      routing: { drop_params: true },
      deployments: [
        {
          weight: 3,
          price: { type: 'duration', usd: '0.0001', per: 'second' },
          routing: {
            order: 0,
            max_requests_per_minute: 60,
            max_concurrent_requests: 4,
            timeout_seconds: 30,
            stream_timeout_seconds: 20,
            max_retries: 1,
            max_bytes: 2_097_152,
            cooldown_seconds: 0,
          },
        },
      ],
    });
  });

  it.each([
    ['PATCH', 'models/whisper', { name: 'renamed' }],
    ['PATCH', 'models/short', { routing: {} }],
    ['DELETE', 'models/whisper', undefined],
    ['DELETE', 'models/secret', undefined],
    ['POST', 'models/whisper/deployments', 'deployment'],
    ['PATCH', 'models/whisper/deployments/ID', { weight: 3 }],
    ['DELETE', 'models/whisper/deployments/ID', undefined],
    ['POST', 'models', { name: 'whisper' }],
    ['POST', 'models', { name: 'short' }],
    ['POST', 'models', { name: 'secret' }],
  ])('cannot be changed: %s %s', async (method, path, body) => {
    const before = (await admin.get('models?limit=100')).body;
    const [{ id }] = before.data[0].deployments;
    const sent = body === 'deployment' ? deployment() : body;
    const answer = await bench.gateway.admin(method, path.replace('ID', id), sent);
    const [, name] = path.split('/');
    expect([answer.status, answer.body.error]).toEqual([
      409,
      {
        message: `The model '${name ?? (body as { name: string }).name}' is declared by the configuration file and can be changed only there`,
        type: 'invalid_request_error',
        param: method === 'POST' && name === undefined ? 'name' : 'model',
        code: 'managed_elsewhere',
      },
    ]);
    expect((await admin.get('models?limit=100')).body).toEqual(before);
  });

  it('lives beside models of the API, before them in the list, whatever the pages', async () => {
    for (const name of ['one', 'two', 'three']) {
      expect((await admin.post('models', { name, deployments: [deployment()] })).status).toBe(201);
    }
    const names = (await admin.walk('models', 2)).map(({ name }) => name);
    expect(names).toEqual(['secret', 'short', 'whisper', 'three', 'two', 'one']);
    const key = (await bench.gateway.createKey()).key;
    expect((await bench.send(key, { model: 'one' })).status).toBe(200);
    expect([ofApi.requests.length, ofFile.requests.length]).toEqual([1, 0]);
    expect((await admin.patch('models/one', { name: 'short' })).body.error.code).toBe('managed_elsewhere');
  });

  it('does not make the list begin again when the model at a page ends has been deleted', async () => {
    for (const name of ['one', 'two', 'three']) await admin.post('models', { name, deployments: [deployment()] });
    const first = await admin.get('models?limit=4');
    expect(first.body.data.at(-1).name).toBe('three');
    await admin.delete('models/three');
    const second = await admin.get(`models?limit=4&cursor=${first.body.next_cursor}`);
    expect(second.body.data.map(({ name }: { name: string }) => name)).toEqual(['two', 'one']);
  });
});

describe('a name that both declare', () => {
  it("is the file's; a warning names the API's model, which is back when the file lets go of the name", async () => {
    await admin.post('models', { name: 'both', deployments: [deployment()] });
    const answer = await bench.reload({
      model_list: [entry('whisper', ofFile), entry('both', ofFile)],
      router_settings,
    });
    expect([answer.status, answer.body.warnings]).toEqual([
      200,
      ["the model 'both' of the admin API is not used: the configuration file declares the same name"],
    ]);
    expect((await admin.get('models/both')).body.managed_by).toBe('file');
    expect((await admin.get('models?limit=100')).body.data).toHaveLength(4);
    expect((await bench.send(MASTER_KEY, { model: 'both' })).status).toBe(200);
    expect([ofFile.requests.length, ofApi.requests.length]).toEqual([1, 0]);

    await bench.use({ model_list: [entry('whisper', ofFile)], router_settings });
    expect((await admin.get('models/both')).body).toMatchObject({ managed_by: 'api', name: 'both' });
    expect((await bench.send(MASTER_KEY, { model: 'both' })).status).toBe(200);
    expect([ofFile.requests.length, ofApi.requests.length]).toEqual([1, 1]);
  });

  it('may be an alias, which comes before the models', async () => {
    await admin.post('models', { name: 'both', deployments: [deployment()] });
    const { body } = await bench.reload({
      model_list: [entry('whisper', ofFile)],
      router_settings: { model_group_alias: { both: 'whisper' } },
    });
    expect(body.warnings).toHaveLength(1);
    await bench.send(MASTER_KEY, { model: 'both' });
    expect([ofFile.requests.length, ofApi.requests.length]).toEqual([1, 0]);
  });
});

describe('an alias', () => {
  const listed = async (key: string) => (await bench.client(key).models.list()).data.map(({ id }) => id);

  it('serves; a hidden one is not listed', async () => {
    const { key } = await bench.gateway.createKey();
    expect(await listed(key)).toEqual(['short', 'whisper']);
    for (const model of ['short', 'secret']) {
      const response = await bench.send(key, { model });
      expect([response.status, response.headers.get('x-auricle-model')]).toEqual([200, model]);
      expect(await bench.row(response)).toMatchObject({ model, status: 'success' });
    }
    expect((await bench.client(key).models.retrieve('secret')).id).toBe('secret');
  });

  it('may stand for a model of the API', async () => {
    await admin.post('models', { name: 'made', deployments: [deployment()] });
    await bench.reload({ model_list: [], router_settings: { model_group_alias: { nick: 'made' } } });
    expect((await bench.send(MASTER_KEY, { model: 'nick' })).status).toBe(200);
    expect(ofApi.requests).toHaveLength(1);
  });

  it('is not told of to those who look for a model, when it is hidden', async () => {
    await admin.post('models', {
      name: 'plain',
      deployments: [{ ...deployment(), upstream_model: 'gpt-4o-transcribe' }],
    });
    const response = await bench.send(MASTER_KEY, { model: 'plain', response_format: 'srt' });
    expect(await response.text()).toContain('Models that could: short, whisper.');
  });

  it('does not show the health of a deployment twice', async () => {
    const { body } = await admin.get('deployments/health');
    const ids = body.data.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(1);
    expect(body.data[0].model).toBe('whisper');
  });

  it('leaves the deployments of its model under the name of the model', async () => {
    const { body } = await admin.get('deployments');
    expect(body.data.map(({ model }: { model: string }) => model)).toEqual(['whisper']);
  });

  it('is shown in the admin API with the deployments of its model', async () => {
    const [model, alias] = [await admin.get('models/whisper'), await admin.get('models/secret')];
    expect(alias.body.managed_by).toBe('file');
    expect(alias.body.deployments[0].id).toBe(model.body.deployments[0].id);
  });

  it.each([
    [['whisper'], { whisper: 200, short: 404, secret: 404 }, ['whisper']],
    [['short'], { whisper: 404, short: 200, secret: 404 }, ['short']],
    [['secret'], { whisper: 404, short: 404, secret: 200 }, []],
    [null, { whisper: 200, short: 200, secret: 200 }, ['short', 'whisper']],
  ])('is a name of its own in the allow list %j', async (models, statuses, names) => {
    const { key } = await bench.gateway.createKey({ models });
    const seen: Record<string, number> = {};
    for (const model of Object.keys(statuses)) seen[model] = (await bench.send(key, { model })).status;
    expect(seen).toEqual(statuses);
    expect(await listed(key)).toEqual(names);
  });
});
