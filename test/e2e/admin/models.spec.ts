import { makeWav } from '../../support/audio.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer } from '../../support/simulator-answers.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
let first: OpenAiSimulator;
let second: OpenAiSimulator;
let key: { id: string; key: string };
beforeAll(async () => {
  [first, second] = await Promise.all([OpenAiSimulator.start(), OpenAiSimulator.start()]);
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  key = await gateway.createKey();
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([first.close(), second.close()]);
});

const WAV = makeWav({ durationSeconds: 6, toneHz: 440 });
const WRONG_KEY = 'sk-simulator-wrong-key-0000';

async function transcribe(model: string): Promise<Response> {
  const form = new FormData();
  form.append('model', model);
  form.append('file', new File([Uint8Array.from(WAV)], 'speech.wav'));
  const headers = { authorization: `Bearer ${key.key}` };
  return await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
}

/** A deployment that would work. */
function deploymentTo(simulator: OpenAiSimulator, over: Record<string, unknown> = {}): Record<string, unknown> {
  const working = { provider: 'openai', upstream_model: 'whisper-1', api_base: simulator.url, api_key: SIMULATOR_KEY };
  return { ...working, ...over };
}

describe('credentials', () => {
  it('are stored, shown without their secret, changed and deleted', async () => {
    const created = await admin.post('credentials', { name: 'main', provider: 'openai', api_key: SIMULATOR_KEY });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      object: 'credential',
      id: expect.any(String),
      name: 'main',
      provider: 'openai',
      preview: 'sk-...cdef',
      api_base: null,
      used_by: [],
      deployment_count: 0,
      last_used_at: null,
      last_used_by: null,
      last_success_at: null,
      last_rejection: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const at = `credentials/${created.body.id}`;
    expect((await admin.get(at)).body).toEqual(created.body);
    const changed = await admin.patch(at, { name: 'renamed', api_base: 'http://127.0.0.1:9/v1/', api_key: WRONG_KEY });
    expect(changed.body).toMatchObject({ name: 'renamed', api_base: 'http://127.0.0.1:9/v1', preview: 'sk-...0000' });
    expect((await admin.patch(at, { api_base: null })).body).toMatchObject({ api_base: null, preview: 'sk-...0000' });
    expect((await admin.delete(at)).body).toEqual({ id: created.body.id, object: 'credential', deleted: true });
    expect((await admin.get(at)).status).toBe(404);
  });

  it('have unique names', async () => {
    const fields = { provider: 'openai', api_key: SIMULATOR_KEY };
    await admin.post('credentials', { name: 'taken', ...fields });
    const { body: other } = await admin.post('credentials', { name: 'other', ...fields });
    for (const refused of [
      await admin.post('credentials', { name: 'taken', ...fields }),
      await admin.patch(`credentials/${other.id}`, { name: 'taken' }),
    ]) {
      expect(refused.status).toBe(409);
      expect(refused.body.error).toMatchObject({
        message: "A credential named 'taken' exists already",
        param: 'name',
        code: 'name_taken',
      });
    }
  });

  it('are walked exactly once, without the nameless ones of deployments', async () => {
    const names = ['walk-1', 'walk-2', 'walk-3', 'walk-4', 'walk-5'];
    for (const name of names) await admin.post('credentials', { name, provider: 'openai', api_key: SIMULATOR_KEY });
    await admin.post('models', { name: 'with-nameless', deployments: [deploymentTo(first)] });
    const all = (await admin.walk('credentials', 100)).map((it) => it['name']);
    expect(all.slice(0, 5)).toEqual(names.toReversed());
    expect((await admin.walk('credentials', 2)).map((it) => it['name'])).toEqual(all);
  });

  it('cannot be deleted while a deployment uses them, and say which', async () => {
    const { body: credential } = await admin.post('credentials', {
      name: 'in-use',
      provider: 'openai',
      api_key: SIMULATOR_KEY,
    });
    const { body: model } = await admin.post('models', {
      name: 'user-of-it',
      deployments: [deploymentTo(first, { api_key: null, credential: 'in-use' })],
    });
    const refused = await admin.delete(`credentials/${credential.id}`);
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatchObject({
      message: `The credential is used by deployment ${model.deployments[0].id} of model 'user-of-it'`,
      code: 'in_use',
    });
    await admin.delete('models/user-of-it');
    expect((await admin.delete(`credentials/${credential.id}`)).status).toBe(200);
  });

  it('that were rotated are used from the next request on', async () => {
    const { body: credential } = await admin.post('credentials', {
      name: 'rotated',
      provider: 'openai',
      api_key: WRONG_KEY,
      api_base: second.url,
    });
    await admin.post('models', {
      name: 'rotating',
      deployments: [deploymentTo(first, { api_key: null, api_base: null, credential: 'rotated' })],
    });
    expect((await transcribe('rotating')).status).toBe(502);
    expect(second.lastRequest.headers.authorization).toBe(`Bearer ${WRONG_KEY}`);
    await admin.patch(`credentials/${credential.id}`, { api_key: SIMULATOR_KEY });
    expect((await transcribe('rotating')).status).toBe(200);
    expect(second.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
  });

  it('must be of the provider of the deployment', async () => {
    await admin.post('credentials', { name: 'groq-key', provider: 'groq', api_key: 'gsk_0123456789abcdef' });
    const refused = await admin.post('models', {
      name: 'mismatched',
      deployments: [deploymentTo(first, { api_key: null, credential: 'groq-key' })],
    });
    expect([refused.status, refused.body.error]).toEqual([
      400,
      {
        message: "The credential 'groq-key' is for groq, not for openai",
        type: 'invalid_request_error',
        param: 'deployments.0.credential',
        code: 'invalid_value',
      },
    ]);
    expect((await admin.get('models/mismatched')).status).toBe(404);
  });
});

describe('models', () => {
  it('are usable after one call', async () => {
    const { status, body } = await admin.post('models', {
      name: 'at/once:v1',
      deployments: [
        { provider: 'openai-compatible', upstream_model: 'whisper-1', api_base: first.url, api_key: SIMULATOR_KEY },
      ],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      object: 'model',
      name: 'at/once:v1',
      managed_by: 'api',
      deployments: [
        {
          object: 'deployment',
          model: 'at/once:v1',
          provider: 'openai-compatible',
          upstream_model: 'whisper-1',
          credential: null,
          api_key_preview: 'sk-...cdef',
          api_base: first.url,
          settings: {},
          weight: 1,
          price: null,
          price_in_use: null,
          enabled: true,
        },
      ],
    });
    expect((await admin.get(`models/${encodeURIComponent('at/once:v1')}`)).body).toEqual(body);
    expect((await transcribe('at/once:v1')).status).toBe(200);
    expect(first.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
  });

  it('are renamed at once, and have unique names', async () => {
    await admin.post('models', { name: 'old-name', deployments: [deploymentTo(first)] });
    await admin.post('models', { name: 'other-name' });
    for (const refused of [
      await admin.post('models', { name: 'old-name' }),
      await admin.patch('models/other-name', { name: 'old-name' }),
    ]) {
      expect(refused.status).toBe(409);
      expect(refused.body.error).toMatchObject({
        message: "A model named 'old-name' exists already",
        code: 'name_taken',
      });
    }
    const renamed = await admin.patch('models/old-name', { name: 'new-name' });
    expect(renamed.body).toMatchObject({ name: 'new-name', deployments: [{ model: 'new-name' }] });
    expect((await transcribe('old-name')).status).toBe(404);
    expect((await transcribe('new-name')).status).toBe(200);
  });

  it('cannot be deleted while an allow list names them, and say whose', async () => {
    await admin.post('models', { name: 'allowed', deployments: [deploymentTo(first)] });
    const { body: user } = await admin.post('keys', { name: 'only-allowed', models: ['allowed'] });
    const refused = await admin.delete('models/allowed');
    expect([refused.status, refused.body.error]).toEqual([
      409,
      {
        message: "The model is named by the allow list of key 'only-allowed'",
        type: 'invalid_request_error',
        param: 'model',
        code: 'in_use',
      },
    ]);
    await admin.patch(`keys/${user.id}`, { models: null });
    expect((await admin.delete('models/allowed')).body).toMatchObject({ object: 'model', deleted: true });
    expect((await transcribe('allowed')).status).toBe(404);
  });

  it('of the sandbox can be seen and replaced, not changed', async () => {
    expect((await admin.get('models/sandbox')).body).toMatchObject({ managed_by: 'sandbox' });
    for (const refused of [
      await admin.patch('models/sandbox', { name: 'mine' }),
      await admin.delete('models/sandbox'),
      await admin.post('models/sandbox/deployments', deploymentTo(first)),
    ]) {
      expect([refused.status, refused.body.error.code]).toEqual([409, 'managed_elsewhere']);
    }
    await admin.post('models', { name: 'sandbox', deployments: [deploymentTo(first)] });
    expect((await admin.get('models/sandbox')).body).toMatchObject({ managed_by: 'api' });
    const calls = first.requests.length;
    expect((await transcribe('sandbox')).status).toBe(200);
    expect(first.requests.length).toBe(calls + 1);
    await admin.delete('models/sandbox');
    expect((await admin.get('models/sandbox')).body).toMatchObject({ managed_by: 'sandbox' });
  });

  it('are walked exactly once, also while they are added and deleted', async () => {
    for (let index = 0; index < 6; index += 1) await admin.post('models', { name: `walked-${index}` });
    const all = (await admin.walk('models', 100)).map((model) => model['name']);
    expect(all.slice(0, 6)).toEqual([5, 4, 3, 2, 1, 0].map((index) => `walked-${index}`));
    expect(all.slice(-2)).toEqual(['sandbox-slow', 'sandbox-speech']);
    for (const limit of [1, 4, all.length]) {
      expect((await admin.walk('models', limit)).map((model) => model['name'])).toEqual(all);
    }
    let pages = 0;
    const walked = await admin.walk('models', 2, async () => {
      pages += 1;
      await admin.post('models', { name: `meanwhile-${pages}` });
      // The one that the next cursor names.
      if (pages <= 2) await admin.delete(`models/${String(all[pages * 2 - 1])}`);
    });
    expect(walked.map((model) => model['name'])).toEqual(all);
  });
});

describe('a thing with a unique name', () => {
  it('is addressed by its id or its name, an id first', async () => {
    const secret = { provider: 'openai', api_key: SIMULATOR_KEY };
    const { body: credential } = await admin.post('credentials', { name: 'by either / name', ...secret });
    const { body: key } = await admin.post('keys', { name: 'by either / name' });
    const { body: model } = await admin.post('models', { name: 'by/either' });
    for (const [list, { id, name }] of [
      ['credentials', credential],
      ['keys', key],
      ['models', model],
    ] as const) {
      const byName = `${list}/${encodeURIComponent(name)}`;
      const { body: shown } = await admin.get(`${list}/${id}`);
      expect((await admin.get(byName)).body).toEqual(shown);
      const { body: shadow } = await admin.post(list, { name: id, ...(list === 'credentials' && secret) });
      expect((await admin.get(`${list}/${id}`)).body).toEqual(shown);
      expect((await admin.delete(`${list}/${shadow.id}`)).body.id).toBe(shadow.id);
      expect((await admin.patch(byName, { name: `${name}-2` })).body.id).toBe(id);
      expect((await admin.delete(`${byName}-2`)).body.id).toBe(id);
      expect((await admin.get(`${list}/${id}`)).status).toBe(404);
    }
  });

  it('is named in a body in the same way', async () => {
    const { body: credential } = await admin.post('credentials', {
      name: 'named-in-body',
      provider: 'openai',
      api_key: SIMULATOR_KEY,
    });
    const { status, body } = await admin.post('models', {
      name: 'with-credential-by-id',
      deployments: [deploymentTo(first, { api_key: null, credential: credential.id })],
    });
    expect([status, body.deployments[0].credential]).toEqual([201, 'named-in-body']);
  });
});

describe('deployments', () => {
  it('are added, listed, changed and deleted one by one', async () => {
    await admin.post('models', { name: 'grown' });
    const { status, body: added } = await admin.post('models/grown/deployments', deploymentTo(first));
    expect(status).toBe(201);
    const at = `models/grown/deployments/${added.id}`;
    expect((await admin.get(at)).body).toEqual(added);
    expect((await admin.get('models/grown/deployments')).body).toEqual({
      object: 'list',
      data: [added],
      has_more: false,
      next_cursor: null,
    });
    const price = { type: 'duration', usd: '0.5', per: 'hour', minimum_seconds: 10 };
    const changed = await admin.patch(at, {
      weight: 7,
      price,
      upstream_model: 'whisper-2',
      settings: { project: 'p' },
    });
    const expected = {
      ...added,
      weight: 7,
      price,
      price_in_use: { price, list: 'deployment', source: null, as_of: null },
      upstream_model: 'whisper-2',
      settings: { project: 'p' },
    };
    expect(changed.body).toEqual({ ...expected, updated_at: expect.any(String) });
    expect((await admin.patch(at, {})).body).toMatchObject({ ...expected, updated_at: expect.any(String) });
    expect((await admin.patch(at, { price: null, settings: {} })).body).toMatchObject({ price: null, settings: {} });
    expect((await admin.delete(at)).body).toEqual({ id: added.id, object: 'deployment', deleted: true });
    expect((await admin.get(at)).status).toBe(404);
  });

  it('are the same without their model in the path', async () => {
    await admin.post('models', { name: 'pathless' });
    const { body: added } = await admin.post('models/pathless/deployments', deploymentTo(first));
    const at = `deployments/${added.id}`;
    expect((await admin.get(at)).body).toEqual(added);
    const changed = await admin.patch(at, { weight: 3, enabled: false });
    expect(changed.body).toEqual({ ...added, weight: 3, enabled: false, updated_at: expect.any(String) });
    expect((await admin.get(`models/pathless/${at}`)).body).toEqual(changed.body);
    expect((await admin.delete(at)).body).toEqual({ id: added.id, object: 'deployment', deleted: true });
    expect((await admin.get(at)).status).toBe(404);
    expect((await admin.get('models/pathless/deployments')).body.data).toEqual([]);
  });

  it('of all models are listed newest first, in pages, by model and by provider', async () => {
    const { body: one } = await admin.post('models', { name: 'listed-1', deployments: [deploymentTo(first)] });
    const local = { provider: 'openai-compatible', upstream_model: 'w', api_base: second.url };
    const { body: two } = await admin.post('models', { name: 'listed-2', deployments: [deploymentTo(second), local] });
    const made = [...one.deployments, ...two.deployments].toReversed();
    const all = await admin.walk('deployments', 100);
    expect(all.filter((it) => made.some(({ id }) => id === it['id']))).toEqual(made);
    expect(all.some((it) => it['managed_by'] === 'sandbox')).toBe(true);
    for (const limit of [1, 3, all.length]) expect(await admin.walk('deployments', limit)).toEqual(all);
    for (const model of ['listed-2', two.id]) {
      expect(await admin.walk(`deployments?model=${model}`, 1)).toEqual(two.deployments.toReversed());
    }
    expect(await admin.walk('deployments?provider=openai-compatible', 10)).toEqual(
      all.filter((it) => it['provider'] === 'openai-compatible'),
    );
    expect((await admin.get('deployments?model=listed-2&provider=openai')).body.data).toEqual([two.deployments[0]]);
    for (const query of ['model=nope', 'provider=nope']) {
      const { status, body } = await admin.get(`deployments?${query}`);
      expect([status, body.data, body.has_more]).toEqual([200, [], false]);
    }
  });

  it('that the API does not manage cannot be changed by their id either', async () => {
    const [sandbox] = (await admin.get('models/sandbox/deployments')).body.data;
    for (const refused of [
      await admin.patch(`deployments/${sandbox.id}`, { weight: 2 }),
      await admin.delete(`deployments/${sandbox.id}`),
    ]) {
      expect([refused.status, refused.body.error.code]).toEqual([409, 'managed_elsewhere']);
    }
    expect((await admin.get(`deployments/${sandbox.id}`)).body).toEqual(sandbox);
  });

  it('that are disabled get nothing', async () => {
    const { body } = await admin.post('models', {
      name: 'half-off',
      deployments: [deploymentTo(first, { enabled: false }), deploymentTo(second)],
    });
    const calls = first.requests.length;
    for (let index = 0; index < 12; index += 1) expect((await transcribe('half-off')).status).toBe(200);
    expect(first.requests.length).toBe(calls);
    await admin.patch(`models/half-off/deployments/${body.deployments[0].id}`, { enabled: true });
    await admin.patch(`models/half-off/deployments/${body.deployments[1].id}`, { enabled: false });
    expect((await transcribe('half-off')).status).toBe(200);
    expect(first.requests.length).toBe(calls + 1);
  });

  it('share the traffic by their weights', async () => {
    const { body } = await admin.post('models', {
      name: 'shared',
      deployments: [deploymentTo(first, { weight: 3 }), deploymentTo(second, { weight: 1 })],
    });
    expect(body.deployments.map((it: { weight: number }) => it.weight)).toEqual([3, 1]);
    const served = async (requests: number): Promise<number> => {
      const before = first.requests.length;
      const answers = await Promise.all(Array.from({ length: requests }, () => transcribe('shared')));
      for (const { status } of answers) expect(status).toBe(200);
      return first.requests.length - before;
    };
    // Expected 120 of 160; the bounds are seven standard deviations away.
    const share = await served(160);
    expect(share).toBeGreaterThan(80);
    expect(share).toBeLessThan(159);
    await admin.patch(`models/shared/deployments/${body.deployments[1].id}`, { weight: 0 });
    expect(await served(10)).toBe(10);
    await admin.patch(`models/shared/deployments/${body.deployments[1].id}`, { weight: 1 });
    await admin.patch(`models/shared/deployments/${body.deployments[0].id}`, { weight: 0 });
    expect(await served(10)).toBe(0);
  });

  it("use their own base URL before their credential's", async () => {
    await admin.post('credentials', {
      name: 'with-base',
      provider: 'openai',
      api_key: SIMULATOR_KEY,
      api_base: first.url,
    });
    const { body } = await admin.post('models', {
      name: 'based',
      deployments: [deploymentTo(second, { api_key: null, credential: 'with-base' })],
    });
    const at = `models/based/deployments/${body.deployments[0].id}`;
    const before = [first.requests.length, second.requests.length];
    await transcribe('based');
    expect([first.requests.length, second.requests.length]).toEqual([before[0], Number(before[1]) + 1]);
    expect((await admin.patch(at, { api_base: null })).body).toMatchObject({ api_base: null, credential: 'with-base' });
    await transcribe('based');
    expect([first.requests.length, second.requests.length]).toEqual([Number(before[0]) + 1, Number(before[1]) + 1]);
  });

  it('change their key: inline, stored, and inline again', async () => {
    await admin.post('credentials', { name: 'spare', provider: 'openai', api_key: WRONG_KEY });
    const { body } = await admin.post('models', { name: 'rekeyed', deployments: [deploymentTo(first)] });
    const at = `models/rekeyed/deployments/${body.deployments[0].id}`;
    expect((await transcribe('rekeyed')).status).toBe(200);
    expect((await admin.patch(at, { credential: 'spare' })).body).toMatchObject({ credential: 'spare' });
    expect((await transcribe('rekeyed')).status).toBe(502);
    expect((await admin.patch(at, { api_key: SIMULATOR_KEY })).body).toMatchObject({
      credential: null,
      api_key_preview: 'sk-...cdef',
    });
    expect((await transcribe('rekeyed')).status).toBe(200);
    const refused = await admin.patch(at, { credential: null });
    expect([refused.status, refused.body.error.param]).toEqual([400, 'api_key']);
    // The stored credential was not taken away with the change.
    expect((await admin.walk('credentials', 100)).map((it) => it['name'])).toContain('spare');
  });
});

describe('prices', () => {
  const row = async (response: Response) => (await admin.get(`logs/${response.headers.get('x-request-id')}`)).body;
  // The simulated whisper says that it bills nine seconds.
  it('come from the list, or from the deployment where it has its own', async () => {
    const { body } = await admin.post('models', { name: 'priced', deployments: [deploymentTo(first)] });
    const listed = await transcribe('priced');
    expect(listed.headers.get('x-auricle-cost-usd')).toBe('0.0009');
    expect(await row(listed)).toMatchObject({ cost_usd: 0.0009, usage_source: 'provider', audio_seconds: 6 });
    await admin.patch(`models/priced/deployments/${body.deployments[0].id}`, {
      price: { type: 'duration', usd: 0.25, per: 'second' },
    });
    const own = await transcribe('priced');
    expect(own.headers.get('x-auricle-cost-usd')).toBe('2.25');
    expect(await row(own)).toMatchObject({ cost_usd: 2.25 });
    await admin.patch(`models/priced/deployments/${body.deployments[0].id}`, { price: null });
    expect((await transcribe('priced')).headers.get('x-auricle-cost-usd')).toBe('0.0009');
  });

  it('are applied to the measured duration where the provider reports none', async () => {
    await admin.post('models', { name: 'silent', deployments: [deploymentTo(first)] });
    first.respondWith(answer(200, { text: 'hello' }));
    const silent = await transcribe('silent');
    expect(silent.headers.get('x-auricle-cost-usd')).toBe('0.0006');
    expect(await row(silent)).toMatchObject({ cost_usd: 0.0006, usage_source: 'measured' });
  });

  it('by the character count the transcript', async () => {
    const price = { type: 'characters', usd: '20' };
    await admin.post('models', { name: 'written', deployments: [deploymentTo(first, { price })] });
    first.respondWith(answer(200, { text: 'hello' }));
    const written = await transcribe('written');
    // 5 characters at 20 USD per million.
    expect(await row(written)).toMatchObject({ cost_usd: 0.0001, usage_source: 'measured' });
  });

  it('that nobody knows make the cost null and warn, never zero', async () => {
    const deployment = deploymentTo(first, { provider: 'openai-compatible' });
    const { body } = await admin.post('models', { name: 'unpriced', deployments: [deployment] });
    const warning =
      'the price of openai-compatible/whisper-1 is unknown, so its cost is not counted; set `price` on the deployment';
    const unknown = await transcribe('unpriced');
    expect(unknown.status).toBe(200);
    expect(unknown.headers.get('x-auricle-cost-usd')).toBeNull();
    expect(unknown.headers.get('x-auricle-warning')).toBe(warning);
    expect(await row(unknown)).toMatchObject({ cost_usd: null, warnings: [warning], status: 'success' });
    await admin.patch(`models/unpriced/deployments/${body.deployments[0].id}`, {
      price: { type: 'duration', usd: '0', per: 'minute' },
    });
    const free = await transcribe('unpriced');
    expect(free.headers.get('x-auricle-warning')).toBeNull();
    expect(await row(free)).toMatchObject({ cost_usd: 0, warnings: [] });
  });

  it('add up on the key, which knows when it was last used', async () => {
    const { body: issued } = await admin.post('keys', { name: 'spender' });
    key = { id: issued.id, key: issued.key };
    const responses = [await transcribe('priced'), await transcribe('unpriced'), await transcribe('priced')];
    const rows = await Promise.all(responses.map(row));
    const { body } = await admin.get(`keys/${issued.id}`);
    expect(body.spend_usd).toBe(0.0018);
    expect(body.last_used_at).toBe(rows[2].created_at);
    expect((await transcribe('nope')).status).toBe(404);
    const [latest] = await gateway.logs(`key_id=${issued.id}&limit=1`);
    expect((await admin.get(`keys/${issued.id}`)).body).toMatchObject({
      spend_usd: 0.0018,
      last_used_at: latest?.['created_at'],
    });
  });
});

describe('the mode of a deployment', () => {
  it('is what its name tells, or what is said of it, and passes requests for something else by', async () => {
    await admin.post('models', { name: 'modal', deployments: [deploymentTo(first, { upstream_model: 'gpt-4o' })] });
    const [{ id, mode }] = (await admin.get('models/modal')).body.deployments;
    expect(mode).toBe('chat');
    const refused = await transcribe('modal');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: {
        param: 'model',
        message: expect.stringMatching(/^The request cannot be served by model 'modal': it is for chat\. Models that/),
      },
    });
    const changed = await admin.patch(`deployments/${id}`, {
      mode: 'audio_transcription',
      upstream_model: 'whisper-1',
    });
    expect(changed.body).toMatchObject({ mode: 'audio_transcription' });
    expect((await transcribe('modal')).status).toBe(200);
    expect((await admin.patch(`deployments/${id}`, { mode: 'embedding' })).body.error).toMatchObject({ param: 'mode' });
    expect((await admin.patch(`deployments/${id}`, { mode: null, upstream_model: 'tts-1' })).body.mode).toBe(
      'audio_speech',
    );
  });
});
