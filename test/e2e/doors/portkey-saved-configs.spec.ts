import { Client } from 'pg';
import { Portkey } from 'portkey-ai';
import { SavedConfigsService } from '../../../src/doors/portkey/configs/saved-configs.service.js';
import { CLOCK } from '../../../src/http/clock.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { AdminClient } from '../admin/admin-client.js';
import { object } from '../admin/openapi-document.js';

let gateway: TestGateway;
let admin: AdminClient;
/** Decides how long a config is used from memory. */
let clock: ManualClock;
beforeAll(async () => {
  clock = new ManualClock();
  gateway = await startTestGateway({}, [{ provide: CLOCK, useValue: clock }]);
  admin = AdminClient.of(gateway.url);
});
afterAll(() => gateway.close());

const FALLBACK = {
  strategy: { mode: 'fallback', on_status_codes: [429, 500] },
  targets: [
    { virtual_key: 'main', override_params: { model: 'whisper-1' } },
    { provider: 'groq', weight: 0.5 },
  ],
  retry: { attempts: 2 },
};
const SINGLE = { virtual_key: 'main' };
const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

async function make(fields: object = {}): Promise<{ id: string; slug: string }> {
  const { status, body } = await admin.post('configs', { name: 'Main', config: FALLBACK, ...fields });
  expect(status).toBe(201);
  return body;
}

/** What a request would get, of one gateway. */
const used = (reference: string, of = gateway) => of.app.get(SavedConfigsService).find(reference);

describe('/admin/v1/configs', () => {
  it('saves a config under a slug, as it was sent', async () => {
    const { status, body } = await admin.post('configs', { name: ' Pplx Cache Test ', config: FALLBACK });
    expect([status, body]).toEqual([
      201,
      {
        object: 'config',
        id: expect.any(String),
        slug: expect.stringMatching(/^pc-pplx-c-[0-9a-f]{6}$/),
        name: 'Pplx Cache Test',
        version: 1,
        config: FALLBACK,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ]);
    for (const reference of [body.id, body.slug]) {
      expect((await admin.get(`configs/${reference}`)).body).toEqual(body);
      expect(await used(reference)).toEqual(FALLBACK);
    }
  });

  it('takes the slug that applications name already, once', async () => {
    await make({ slug: 'pc-moved-1a2b3c' });
    expect((await admin.get('configs/pc-moved-1a2b3c')).status).toBe(200);
    const again = await admin.post('configs', { name: 'x', config: SINGLE, slug: 'pc-moved-1a2b3c' });
    expect([again.status, again.body.error]).toMatchObject([409, { param: 'slug', code: 'name_taken' }]);
    for (const name of ['???', 'Ünïcode', '-a-']) {
      expect((await admin.post('configs', { name, config: SINGLE })).body.slug).toMatch(
        /^pc-([a-z0-9-]+-)?[0-9a-f]{6}$/,
      );
    }
  });

  it('makes a version of every change of the config, and of nothing else', async () => {
    const { id, slug } = await make();
    expect((await admin.patch(`configs/${slug}`, { config: SINGLE })).body).toMatchObject({
      version: 2,
      config: SINGLE,
    });
    expect((await admin.patch(`configs/${slug}`, { name: 'Other' })).body).toMatchObject({ version: 2, name: 'Other' });
    expect((await admin.patch(`configs/${id}`, {})).body).toMatchObject({ version: 2, name: 'Other' });
    const { body } = await admin.get(`configs/${slug}/versions`);
    expect(body.data).toEqual([
      {
        object: 'config_version',
        id: expect.any(String),
        version: 2,
        config: SINGLE,
        restored_from: null,
        created_at: expect.any(String),
      },
      {
        object: 'config_version',
        id: expect.any(String),
        version: 1,
        config: FALLBACK,
        restored_from: null,
        created_at: expect.any(String),
      },
    ]);
    expect(await used(slug)).toEqual(SINGLE);
  });

  it('rolls back to a version, which makes another one', async () => {
    const { slug } = await make();
    await admin.patch(`configs/${slug}`, { config: SINGLE });
    expect(await used(slug)).toEqual(SINGLE);
    expect((await admin.post(`configs/${slug}/rollback`, { version: 1 })).body).toMatchObject({
      version: 3,
      config: FALLBACK,
    });
    expect(await used(slug)).toEqual(FALLBACK);
    expect((await admin.get(`configs/${slug}/versions?limit=1`)).body.data).toMatchObject([
      { version: 3, restored_from: 1 },
    ]);
    for (const version of [4, 99]) {
      const refused = await admin.post(`configs/${slug}/rollback`, { version });
      expect([refused.status, refused.body.error]).toMatchObject([400, { param: 'version', code: 'invalid_value' }]);
    }
  });

  it('deletes a config with all that it was', async () => {
    const { id, slug } = await make();
    expect(await used(slug)).toBeDefined();
    expect((await admin.delete(`configs/${slug}`)).body).toEqual({ id, object: 'config', deleted: true });
    expect(await used(slug)).toBeUndefined();
    for (const path of [`configs/${id}`, `configs/${slug}`, `configs/${slug}/versions`]) {
      expect([path, (await admin.get(path)).status]).toEqual([path, 404]);
    }
    expect((await admin.post(`configs/${id}/rollback`, { version: 1 })).status).toBe(404);
    expect((await admin.patch(`configs/${ABSENT}`, { name: 'x' })).status).toBe(404);
    expect((await admin.delete(`configs/${slug}`)).status).toBe(404);
  });

  it('lists configs and versions in pages, newest first', async () => {
    const made = [await make(), await make(), await make()];
    const [{ slug = '' } = {}] = made;
    for (const attempts of [1, 2, 3, 4])
      await admin.patch(`configs/${slug}`, { config: { ...FALLBACK, retry: { attempts } } });
    const configs = await admin.walk('configs', 2);
    expect(configs.slice(0, 3).map((it) => it['id'])).toEqual(made.map(({ id }) => id).toReversed());
    const versions = await admin.walk(`configs/${slug}/versions`, 2);
    expect(versions.map((it) => it['version'])).toEqual([5, 4, 3, 2, 1]);
  });

  it.each<[object, string, string]>([
    [{ config: SINGLE }, 'name', 'missing_required_parameter'],
    [{ name: 'x' }, 'config', 'missing_required_parameter'],
    [{ name: 'x', config: [] }, 'config', 'invalid_value'],
    [{ name: 'x', config: SINGLE, slug: 'a/b' }, 'slug', 'invalid_value'],
    [
      { name: 'x', config: { strategy: { mode: 'roulette' }, targets: [SINGLE] } },
      'config.strategy.mode',
      'invalid_value',
    ],
    [{ name: 'x', config: { guardrails: [] } }, 'config.guardrails', 'unknown_parameter'],
    [{ name: 'x', config: { virtual_key: 'a\0b' } }, 'config.virtual_key', 'invalid_value'],
    [{ name: 'x', config: SINGLE, status: 'archived' }, 'status', 'unknown_parameter'],
  ])('refuses %j', async (body, param, code) => {
    const refused = await admin.post('configs', body);
    expect([refused.status, refused.body.error]).toMatchObject([400, { param, code }]);
  });

  it.each<[object, string]>([
    [{ provider: 'openai', api_key: 'sk-proj-secret' }, 'config.api_key'],
    [
      { strategy: { mode: 'fallback' }, targets: [SINGLE, { provider: 'openai', api_key: 'x' }] },
      'config.targets.1.api_key',
    ],
    [{ virtual_key: 'sk-proj-0123456789abcdefghij' }, 'config.virtual_key'],
    [{ provider: 'openai', custom_host: 'https://user:hunter2@a.example/v1' }, 'config.custom_host'],
    [{ virtual_key: 'main', override_params: { api_key: 'short' } }, 'config.override_params.api_key'],
    [
      { virtual_key: 'main', override_params: { extra_headers: { Authorization: 'x' } } },
      'config.override_params.extra_headers.Authorization',
    ],
  ])('keeps no secret: %j', async (config, param) => {
    const { slug } = await make();
    for (const refused of [
      await admin.post('configs', { name: 'x', config }),
      await admin.patch(`configs/${slug}`, { config }),
      await portkeyCall('POST', '/v1/configs', { name: 'x', config }),
      await portkeyCall('PUT', `/v1/configs/${slug}`, { config }),
    ]) {
      expect([refused.status, refused.body]).toMatchObject([
        400,
        { error: { param, message: expect.stringContaining('store it as a credential') } },
      ]);
      expect(JSON.stringify(refused.body)).not.toMatch(/hunter2|0123456789/);
    }
    expect((await admin.get(`configs/${slug}`)).body.version).toBe(1);
  });

  it('numbers the versions of changes that come at once, without a gap', async () => {
    const { slug } = await make();
    const changes = Array.from({ length: 8 }, (_, attempts) =>
      attempts % 2 === 0
        ? admin.patch(`configs/${slug}`, { config: { ...FALLBACK, retry: { attempts } } })
        : admin.post(`configs/${slug}/rollback`, { version: 1 }),
    );
    const answers = await Promise.all(changes);
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
    const versions = await admin.walk(`configs/${slug}/versions`, 100);
    expect(versions.map((it) => it['version'])).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect((await admin.get(`configs/${slug}`)).body.config).toEqual(versions[0]?.['config']);
  });
});

describe('what a request uses', () => {
  it('is another gateway’s change within seconds', async () => {
    const other = await startTestGateway({ DATABASE_URL: gateway.databaseUrl }, [{ provide: CLOCK, useValue: clock }]);
    try {
      const { slug } = await make();
      expect(await used(slug, other)).toEqual(FALLBACK);
      expect(await used('pc-later', other)).toBeUndefined();
      await admin.patch(`configs/${slug}`, { config: SINGLE });
      await make({ slug: 'pc-later' });
      expect(await used(slug)).toEqual(SINGLE);
      clock.advance(5001);
      expect(await used(slug, other)).toEqual(SINGLE);
      expect(await used('pc-later', other)).toEqual(FALLBACK);
    } finally {
      await other.close();
    }
  });

  it('is refused where this version does not understand it, and shown all the same', async () => {
    const database = new Client({ connectionString: gateway.databaseUrl });
    await database.connect();
    try {
      const { id, slug } = await make();
      for (const stored of ['{"strategy": {"mode": "newer"}}', '7']) {
        await database.query('UPDATE saved_config_version SET config = $1::jsonb WHERE config_id = $2', [stored, id]);
        clock.advance(5001);
        await expect(used(slug)).rejects.toMatchObject({ status: 400, message: expect.stringContaining(slug) });
        expect((await admin.get(`configs/${slug}`)).status).toBe(200);
        expect((await admin.get('configs')).status).toBe(200);
      }
    } finally {
      await database.end();
    }
  });
});

async function portkeyCall(method: string, path: string, body?: object) {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { 'x-portkey-api-key': MASTER_KEY, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: object(await response.json()) };
}

describe('portkey-ai for Node', () => {
  const portkey = () => new Portkey({ apiKey: MASTER_KEY, baseURL: `${gateway.url}/v1` });

  it('creates, lists, retrieves, updates and deletes', async () => {
    const { configs } = portkey();
    const created = await configs.create({ name: 'From Node', config: FALLBACK, isDefault: 0, workspace_id: 'ws-1' });
    expect(created).toMatchObject({
      id: expect.any(String),
      version_id: expect.any(String),
      slug: expect.stringMatching(/^pc-from-n-[0-9a-f]{6}$/),
      object: 'config',
    });
    const { slug = '' } = created;
    const listed = await configs.list({ workspace_id: 'ws-1' });
    expect(listed.data).toContainEqual(
      expect.objectContaining({ slug, name: 'From Node', is_default: 0, status: 'active' }),
    );
    expect(listed.total).toBe(listed.data?.length);
    expect(await configs.retrieve({ slug })).toMatchObject({ slug, config: FALLBACK, version_id: created.version_id });
    const updated = await configs.update({ slug, name: 'Renamed', config: SINGLE, status: 'active' });
    expect(updated.version_id).not.toBe(created.version_id);
    expect(await used(slug)).toEqual(SINGLE);
    expect((await admin.get(`configs/${slug}`)).body).toMatchObject({ name: 'Renamed', version: 2 });
    await configs.delete({ slug });
    expect((await admin.get(`configs/${slug}`)).status).toBe(404);
  });

  it('is told as the documentation has it, under `data`', async () => {
    const { slug } = await make();
    expect((await portkeyCall('GET', `/v1/configs/${slug}`)).body).toMatchObject({
      success: true,
      data: { slug, config: FALLBACK },
    });
    expect((await portkeyCall('GET', `/v1/configs/${slug}/versions`)).body).toMatchObject({
      success: true,
      data: [{ version: 1, config: FALLBACK }],
    });
    expect((await portkeyCall('GET', '/v1/configs?page_size=1&current_page=1')).body).toMatchObject({
      success: true,
      data: [expect.any(Object)],
    });
  });

  it.each<[object, string]>([
    [{ name: 'x', config: SINGLE, is_default: 1 }, 'is_default'],
    [{ name: 'x', config: SINGLE, status: 'archived' }, 'status'],
  ])('is refused what has no meaning here: %j', async (body, param) => {
    expect(await portkeyCall('POST', '/v1/configs', body)).toMatchObject({ status: 400, body: { error: { param } } });
  });

  it('cannot move a config to another slug, nor use a virtual key', async () => {
    const { slug } = await make();
    expect(await portkeyCall('PUT', `/v1/configs/${slug}`, { slug: 'pc-other' })).toMatchObject({ status: 400 });
    const { key } = await gateway.createKey();
    const virtual = new Portkey({ apiKey: key, baseURL: `${gateway.url}/v1` });
    await expect(virtual.configs.list()).rejects.toMatchObject({ status: 401 });
  });
});
