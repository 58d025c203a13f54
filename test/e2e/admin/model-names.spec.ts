import { EventEmitter, once } from 'node:events';
import { VirtualKeysRepository } from '../../../src/auth/virtual-keys.repository.js';
import { makeWav } from '../../support/audio.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { entry, FileBench } from '../config-file/file-bench.js';
import { AdminClient } from './admin-client.js';

const WAV = makeWav({ durationSeconds: 1, toneHz: 440 });

let gateway: TestGateway;
let admin: AdminClient;
let upstream: OpenAiSimulator;
beforeAll(async () => {
  upstream = await OpenAiSimulator.start();
  gateway = await startTestGateway({ DEFAULT_FALLBACKS: 'last-resort,nowhere' });
  admin = AdminClient.of(gateway.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

function deployments(over: Record<string, unknown> = {}): Record<string, unknown>[] {
  return [{ provider: 'openai', upstream_model: 'whisper-1', api_base: upstream.url, api_key: SIMULATOR_KEY, ...over }];
}

async function transcribe(url: string, key: string, model: string): Promise<Response> {
  const form = new FormData();
  form.append('model', model);
  form.append('file', new File([Uint8Array.from(WAV)], 'speech.wav'));
  return await fetch(`${url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
}

describe('a model that gets another name', () => {
  it('stays in the allow lists that name it, at once and in its place', async () => {
    await admin.post('models', { name: 'before', deployments: deployments() });
    for (const name of ['named-first', 'named-last']) await admin.post('models', { name });
    const { body: key } = await admin.post('keys', { name: 'user', models: ['named-first', 'before', 'named-last'] });
    const { body: both } = await admin.post('keys', {
      name: 'user-of-both',
      models: ['after', 'before', 'named-last'],
    });
    const { body: other } = await admin.post('keys', { name: 'user-of-others', models: ['named-first'] });
    const { body: all } = await admin.post('keys', { name: 'user-of-all' });
    // From now on the gateway remembers the key.
    expect((await transcribe(gateway.url, key.key, 'before')).status).toBe(200);

    expect((await admin.patch('models/before', { name: 'after' })).status).toBe(200);

    expect((await transcribe(gateway.url, key.key, 'after')).status).toBe(200);
    expect((await transcribe(gateway.url, key.key, 'before')).status).toBe(404);
    const listOf = async (id: string) => (await admin.get(`keys/${id}`)).body.models;
    expect(await listOf(key.id)).toEqual(['named-first', 'after', 'named-last']);
    expect(await listOf(both.id)).toEqual(['after', 'named-last']);
    expect(await listOf(other.id)).toEqual(['named-first']);
    expect(await listOf(all.id)).toBeNull();
  });

  it('stays in the allow lists of teams, at once', async () => {
    await admin.post('models', { name: 'of-team', deployments: deployments() });
    await admin.post('models', { name: 'of-team-too' });
    const { body: team } = await admin.post('teams', { name: 'bounded', models: ['of-team', 'of-team-too'] });
    const { body: key } = await admin.post('keys', { name: 'member', team: 'bounded' });
    expect((await transcribe(gateway.url, key.key, 'of-team')).status).toBe(200);

    expect((await admin.patch('models/of-team', { name: 'of-team-still' })).status).toBe(200);

    expect((await admin.get(`teams/${team.id}`)).body).toMatchObject({
      models: ['of-team-still', 'of-team-too'],
      warnings: [],
    });
    expect((await transcribe(gateway.url, key.key, 'of-team-still')).status).toBe(200);
    const refused = await admin.delete('models/of-team-still');
    expect([refused.status, refused.body.error]).toMatchObject([
      409,
      { message: "The model is named by the allow list of team 'bounded'", param: 'model', code: 'in_use' },
    ]);
  });

  it('stays a fallback of the models that name it', async () => {
    await admin.post('models', { name: 'backup', deployments: deployments() });
    await admin.post('models', {
      name: 'main',
      routing: { max_retries: 1, fallbacks: ['first', 'backup'] },
      deployments: deployments({ api_base: 'http://127.0.0.1:9/v1' }),
    });
    const renamed = await admin.patch('models/backup', { name: 'second', routing: { fallbacks: ['backup', 'main'] } });
    expect(renamed.body.routing).toEqual({ fallbacks: ['backup', 'main'] });
    const { body: main } = await admin.get('models/main');
    expect(main.routing).toEqual({ max_retries: 1, fallbacks: ['first', 'second'] });
    const { key } = await gateway.createKey();
    const answered = await transcribe(gateway.url, key, 'main');
    expect([answered.status, answered.headers.get('x-auricle-model')]).toEqual([200, 'second']);
    // One that names itself goes along, too.
    await admin.patch('models/second', { routing: { fallbacks: ['second'] } });
    expect((await admin.patch('models/second', { name: 'third' })).body.routing).toEqual({ fallbacks: ['third'] });
  });

  it('takes nobody along when it does not get it', async () => {
    await admin.post('models', { name: 'keeps-its-name' });
    await admin.post('models', { name: 'taken' });
    const { body: key } = await admin.post('keys', { name: 'key-that-stays', models: ['keeps-its-name'] });
    const refused = await admin.patch('models/keeps-its-name', { name: 'taken' });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'name_taken']);
    expect((await admin.get(`keys/${key.id}`)).body.models).toEqual(['keeps-its-name']);
  });

  it('may keep the one that it has', async () => {
    await admin.post('models', { name: 'same' });
    const { body: key } = await admin.post('keys', { name: 'key-of-same', models: ['same'] });
    expect((await admin.patch('models/same', { name: 'same' })).status).toBe(200);
    expect((await admin.get(`keys/${key.id}`)).body.models).toEqual(['same']);
  });

  it('keeps it while the settings name it', async () => {
    await admin.post('models', { name: 'last-resort' });
    const refused = await admin.patch('models/last-resort', { name: 'other' });
    expect([refused.status, refused.body.error]).toMatchObject([
      409,
      { message: 'The model is named by the setting default_fallbacks', code: 'in_use' },
    ]);
    expect((await admin.patch('models/last-resort', { name: 'last-resort', routing: {} })).status).toBe(200);
  });

  it('keeps it while the configuration file names it', async () => {
    const bench = await FileBench.create();
    try {
      await bench.start({
        model_list: [entry('of-file', upstream)],
        router_settings: {
          model_group_alias: { short: 'aliased' },
          fallbacks: [{ 'of-file': ['fallback'] }, { 'has-fallbacks': ['of-file'] }],
        },
      });
      const client = AdminClient.of(bench.gateway.url);
      for (const [name, user] of [
        ['aliased', "the alias 'short' of the configuration file"],
        ['fallback', "the fallbacks of 'of-file' in the configuration file"],
        ['has-fallbacks', 'the fallbacks of the configuration file'],
      ] as const) {
        await client.post('models', { name });
        const refused = await client.patch(`models/${name}`, { name: 'other' });
        expect([refused.status, refused.body.error.message]).toEqual([409, `The model is named by ${user}`]);
      }
    } finally {
      await bench.close();
    }
  });
});

it('a model cannot be deleted while another falls back on it', async () => {
  await admin.post('models', { name: 'needed' });
  await admin.post('models', { name: 'needs-it', routing: { fallbacks: ['needed'] } });
  const refused = await admin.delete('models/needed');
  expect([refused.status, refused.body.error]).toMatchObject([
    409,
    { message: "The model is named by the fallbacks of model 'needs-it'", param: 'model', code: 'in_use' },
  ]);
  await admin.patch('models/needs-it', { routing: { fallbacks: null } });
  expect((await admin.delete('models/needed')).status).toBe(200);
  // One that falls back on itself only is nobody's.
  await admin.post('models', { name: 'narcissus', routing: { fallbacks: ['narcissus'] } });
  expect((await admin.delete('models/narcissus')).status).toBe(200);
});

describe('names of models that are not there', () => {
  it('are warned of in the answer about a key', async () => {
    const { body: key } = await admin.post('keys', { name: 'hopeful', models: ['sandbox', 'no-such-model'] });
    const warnings = ["models names 'no-such-model', which does not exist"];
    expect(key.warnings).toEqual(warnings);
    expect((await admin.get(`keys/${key.id}`)).body.warnings).toEqual(warnings);
    const many = Array.from({ length: 12 }, (_, index) => `missing-${index}`);
    expect((await admin.patch(`keys/${key.id}`, { models: many })).body.warnings).toEqual([
      `models names ${many
        .slice(0, 10)
        .map((name) => `'${name}'`)
        .join(', ')} and 2 more, which do not exist`,
    ]);
    await admin.post('models', { name: 'no-such-model' });
    expect((await admin.patch(`keys/${key.id}`, { models: ['no-such-model'] })).body.warnings).toEqual([]);
    expect((await admin.patch(`keys/${key.id}`, { models: null })).body.warnings).toEqual([]);
  });

  it('are warned of in the answer about a model', async () => {
    const { body } = await admin.post('models', {
      name: 'falls-nowhere',
      routing: { fallbacks: ['sandbox', 'gone', 'lost'] },
    });
    expect(body.warnings).toEqual(["routing.fallbacks names 'gone', 'lost', which do not exist"]);
    const changed = await admin.patch('models/falls-nowhere', { routing: { fallbacks: ['sandbox'] } });
    expect(changed.body.warnings).toEqual([]);
    const listed = await admin.get('models?limit=100');
    for (const model of listed.body.data) expect(Array.isArray(model.warnings)).toBe(true);
  });
});

it('what was looked up before a model was renamed is not remembered with its old name', async () => {
  await admin.post('models', { name: 'swift', deployments: deployments() });
  const { body: key } = await admin.post('keys', { name: 'swift-user', models: ['swift'] });
  const repository = gateway.app.get(VirtualKeysRepository);
  const findByHash = repository.findByHash.bind(repository);
  const steps = new EventEmitter();
  const found = once(steps, 'found');
  const renamed = once(steps, 'renamed');
  // The answer is on its way until the model has been renamed.
  repository.findByHash = async (hash) => {
    const row = await findByHash(hash);
    steps.emit('found');
    await renamed;
    return row;
  };
  try {
    const early = transcribe(gateway.url, key.key, 'swift');
    await found;
    expect((await admin.patch('models/swift', { name: 'swifter' })).status).toBe(200);
    steps.emit('renamed');
    expect((await early).status).toBe(404);
    expect((await transcribe(gateway.url, key.key, 'swifter')).status).toBe(200);
  } finally {
    repository.findByHash = findByHash;
  }
});
