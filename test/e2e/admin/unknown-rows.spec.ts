import { Client } from 'pg';
import { createApp, stopApp } from '../../../src/app.js';
import { loadSecrets } from '../../../src/config/secrets.js';
import { readConfiguration } from '../../../src/configuration.js';
import { createLogger } from '../../../src/process-log/process-logger.js';
import { Catalogue } from '../../../src/models/catalogue.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator } from '../../support/openai-simulator.js';

/** What a newer version, or somebody with psql, may have written: the table's column, and its new value. */
const edits: readonly [what: string, sql: string, error: RegExp][] = [
  [
    'routing of the model',
    `UPDATE model SET routing = '{"sticky": true}' WHERE name = 'edited'`,
    /the model's routing is not understood: .*sticky/,
  ],
  [
    'routing of the deployment',
    `UPDATE deployment SET routing = '{"order": "first"}' WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /its routing is not understood: order/,
  ],
  [
    'settings',
    `UPDATE deployment SET settings = '{"region": "eu"}' WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /its settings are not understood: .*region/,
  ],
  [
    'settings that are no map',
    `UPDATE deployment SET settings = '[1]' WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /its settings are not understood/,
  ],
  [
    'settings that are a number',
    `UPDATE deployment SET settings = '5' WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /its settings are not understood/,
  ],
  [
    'settings that are nothing',
    `UPDATE deployment SET settings = 'null' WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /its settings are not understood/,
  ],
  [
    'weight',
    `UPDATE deployment SET weight = -3 WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /its weight is not understood/,
  ],
  [
    'price',
    `UPDATE deployment SET price = '{"type": "pages", "usd": "1"}' WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /its price is not understood: type/,
  ],
  [
    'provider',
    `UPDATE deployment SET provider = 'from-the-future' WHERE model_id IN (SELECT id FROM model WHERE name = 'edited')`,
    /there is no provider named from-the-future/,
  ],
];

describe('a row that this version does not understand', () => {
  let gateway: TestGateway;
  let upstream: OpenAiSimulator;
  beforeEach(async () => {
    upstream = await OpenAiSimulator.start();
    gateway = await startTestGateway();
    await gateway.createModel('edited', `${upstream.origin}/v1`);
    await gateway.createModel('whole', `${upstream.origin}/v1`);
  });
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  it.each(edits)('does not stop the start: %s', async (_, sql, error) => {
    const client = new Client({ connectionString: gateway.databaseUrl });
    await client.connect();
    await client.query(sql);
    await client.end();
    const configuration = readConfiguration({ DATA_DIR: gateway.dataDir, MASTER_KEY, LOG_LEVEL: 'silent' });
    const secrets = await loadSecrets(configuration.settings);
    const logger = createLogger({ level: 'silent', format: 'json' });
    const app = await createApp({ ...configuration, secrets, databaseUrl: gateway.databaseUrl, logger });
    try {
      await app.listen(0, '127.0.0.1');
      const models = app.get(Catalogue);
      expect(models.find('whole')?.deployments).toMatchObject([{ enabled: true, error: undefined }]);
      const response = await fetch(`${await app.getUrl()}/admin/v1/models/edited`, {
        headers: { authorization: `Bearer ${MASTER_KEY}` },
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        name: 'edited',
        deployments: [{ enabled: false, error: expect.stringMatching(error) }],
      });
    } finally {
      await stopApp(app, 0);
    }
  });
});

describe('a virtual key that this version does not understand', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  it.each(['{}', '"*"', '[1]', 'false'])(
    'with the models %s opens no door, and can be seen and repaired',
    async (models) => {
      const { id, key } = await gateway.createKey();
      const list = () => fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
      const client = new Client({ connectionString: gateway.databaseUrl });
      await client.connect();
      await client.query('UPDATE virtual_key SET models = $1::jsonb, metadata = $2 WHERE id = $3', [models, '[1]', id]);
      await client.end();
      expect((await list()).status).toBe(401);
      expect(await gateway.admin('GET', `keys/${id}`)).toMatchObject({
        status: 200,
        body: { blocked: true, models: [] },
      });
      expect((await gateway.admin('GET', 'keys')).status).toBe(200);
      await gateway.admin('PATCH', `keys/${id}`, { models: null, metadata: {} });
      expect((await list()).status).toBe(200);
    },
  );

  it.each([
    ['endpoints', '{}'],
    ['endpoints', '[1]'],
    ['endpoints', '["of a newer version"]'],
    ['allowed_addresses', '"127.0.0.1"'],
    ['allowed_addresses', '["127.0.0.1", "everywhere"]'],
  ])('with the %s %s opens no door, and can be seen and repaired', async (column, stored) => {
    const { id, key } = await gateway.createKey();
    const list = () => fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    const client = new Client({ connectionString: gateway.databaseUrl });
    await client.connect();
    await client.query(`UPDATE virtual_key SET ${column} = $1::jsonb WHERE id = $2`, [stored, id]);
    await client.end();
    expect([401, 403]).toContain((await list()).status);
    expect((await gateway.admin('GET', `keys/${id}`)).status).toBe(200);
    await gateway.admin('PATCH', `keys/${id}`, { [column]: null });
    expect((await list()).status).toBe(200);
  });

  it.each(['infinity', '-infinity', '10000-01-01 00:00:59+00', '0044-03-15 00:00:00+00 BC'])(
    'with the end %s opens no door, and can be seen and repaired',
    async (end) => {
      const { id, key } = await gateway.createKey();
      const client = new Client({ connectionString: gateway.databaseUrl });
      await client.connect();
      await client.query('UPDATE virtual_key SET expires_at = $1 WHERE id = $2', [end, id]);
      await client.end();
      const list = () => fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
      expect((await list()).status).toBe(401);
      expect((await gateway.admin('GET', 'keys')).status).toBe(200);
      expect((await gateway.admin('PATCH', `keys/${id}`, { expires_at: null })).body.blocked).toBe(false);
      expect((await list()).status).toBe(200);
    },
  );
});
