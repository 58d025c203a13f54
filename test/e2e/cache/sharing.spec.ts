import { MASTER_KEY } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { CacheBench, type Asked } from './cache-bench.js';

let bench: CacheBench;
beforeAll(async () => {
  bench = await CacheBench.start();
});
afterAll(() => bench.close());
beforeEach(() => bench.renew());

const other = () => bench.gateway.createKey();

describe('an answer to one key', () => {
  it.each<[string, Asked]>([
    ['asked the same', {}],
    ['by the door of LiteLLM and Bifrost', { path: '/litellm/v1/audio/transcriptions' }],
    ['by the door of Groq', { path: '/openai/v1/audio/transcriptions' }],
    ['by the door of Azure', { path: '/openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21' }],
    ['by the door of Portkey', { headers: { 'x-portkey-trace-id': 'same' } }],
    ['without /v1', { path: '/audio/transcriptions' }],
    ['in the same namespace', { fields: { cache: '{"namespace": "shared"}' } }],
    ['with the same notes', { fields: { metadata: '{"key_id": "same"}', user: 'same', 'tags[]': 'same' } }],
    ['with the other key in its notes', { fields: { metadata: 'KEY' }, headers: { 'x-litellm-tags': 'KEY' } }],
    ['by the provider and its model', { fields: { model: 'openai/gpt-4o-transcribe' } }],
    ['as a stream', { fields: { stream: 'true', model: 'gpt4o' } }],
    ['with a wish for any answer there is', { headers: { 'x-auricle-cache': 'ttl=7776000' } }],
  ])('is never given to another one, %s', async (_, asked) => {
    const { id, key } = bench.key;
    expect(await bench.caches(asked, asked)).toEqual(['miss', 'hit']);
    const fields = Object.fromEntries(
      Object.entries(asked.fields ?? {}).map(([name, value]) => [
        name,
        value === 'KEY' ? JSON.stringify({ id, key }) : value,
      ]),
    );
    const another = (await other()).key;
    expect(await bench.caches({ ...asked, fields, key: another }, { ...asked, fields, key: MASTER_KEY })).toEqual([
      'miss',
      'miss',
    ]);
    expect(bench.calls).toBe(3);
    await bench.gateway.admin('DELETE', 'cache');
  });

  it('is not given to the master key, nor the other way round', async () => {
    const master = { key: MASTER_KEY };
    expect(await bench.caches({}, master, master, {})).toEqual(['miss', 'miss', 'hit', 'hit']);
    expect(await bench.caches({ key: (await other()).key })).toEqual(['miss']);
    await bench.gateway.admin('DELETE', 'cache');
  });

  it('has another name there', async () => {
    const path = '/litellm/v1/audio/transcriptions';
    const nameFor = async (key: string): Promise<string | null> => {
      await bench.ask({ key, path });
      return (await bench.ask({ key, path })).headers.get('x-litellm-cache-key');
    };
    const names = [await nameFor(bench.key.key), await nameFor((await other()).key), await nameFor(MASTER_KEY)];
    expect(new Set(names).size).toBe(3);
    expect(names).not.toContain(null);
    await bench.gateway.admin('DELETE', 'cache');
  });

  it('is still its own with another secret, and gone with the key, whoever has its name next', async () => {
    const name = `shared-${bench.key.id}`;
    await bench.renew({ name });
    await bench.ask();
    const { body } = await bench.gateway.admin('POST', `keys/${bench.key.id}/rotate`);
    expect((await bench.ask()).status).toBe(401);
    expect(await bench.caches({ key: body.key })).toEqual(['hit']);
    expect(await bench.stored()).toBe(1);
    await bench.gateway.admin('DELETE', `keys/${bench.key.id}`);
    expect(await bench.stored()).toBe(0);
    expect(await bench.caches({ key: (await bench.gateway.createKey({ name })).key })).toEqual(['miss']);
    await bench.gateway.admin('DELETE', 'cache');
  });

  it('is not given for a model that the key may no longer use', async () => {
    await bench.ask();
    await bench.gateway.admin('PATCH', `keys/${bench.key.id}`, { models: ['gpt4o'] });
    const refused = await bench.ask();
    expect([refused.status, refused.cache]).toEqual([404, null]);
  });

  it('is not given to another one at the same moment', async () => {
    const keys = [bench.key.key, (await other()).key, MASTER_KEY];
    const answers = await Promise.all([...keys, ...keys, ...keys].map((key) => bench.ask({ key })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(bench.calls).toBe(3);
    for (const hit of answers.filter(({ cache }) => cache === 'hit')) {
      const row = await bench.row(hit);
      const { key_name } = await bench.row({ id: row.cached_request_id });
      expect(key_name).toBe(row.key_name);
    }
  });

  it('is not given to another one that a row is made over to', async () => {
    await bench.ask();
    await bench.stored();
    const { id } = await other();
    await bench.database.query('UPDATE cached_answer SET key_id = $1 WHERE key_id = $2', [id, bench.key.id]);
    expect(await bench.caches({})).toEqual(['miss']);
  });
});

describe('a key that forbids it', () => {
  it('gets nothing from the cache, leaves nothing in it, and is told so where it asks for it', async () => {
    await bench.renew({ cache: false });
    const before = await bench.stored();
    const wish = { headers: { 'x-auricle-cache': 'ttl=600' } };
    expect(await bench.caches({}, {}, wish, { fields: { stream: 'true', model: 'gpt4o' } })).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect((await bench.ask(wish)).headers.get('x-auricle-warning')).toBe(
      'cache was not applied: this API key forbids it',
    );
    expect(await bench.stored()).toBe(before);
    expect(bench.calls).toBe(5);
  });

  it('loses what is there, and gets none of it back', async () => {
    await bench.ask();
    const countOwn = async () =>
      (await bench.database.query('SELECT 1 FROM cached_answer WHERE key_id = $1', [bench.key.id])).rowCount;
    await bench.stored();
    expect(await countOwn()).toBe(1);
    const change = (cache: boolean) => bench.gateway.admin('PATCH', `keys/${bench.key.id}`, { cache });
    expect((await change(false)).body).toMatchObject({ cache: false });
    expect(await countOwn()).toBe(0);
    expect(await bench.caches({})).toEqual([null]);
    await change(true);
    expect(await bench.caches({}, {})).toEqual(['miss', 'hit']);
  });

  it('keeps nothing of a request that began before', async () => {
    let answer = (): void => undefined;
    bench.simulator.respondWith({
      run: (response) => {
        answer = () => void response.setHeader('content-type', 'application/json').end('{"text":"Late."}');
      },
    });
    const arrived = bench.simulator.nextRequest();
    const asking = bench.ask();
    await arrived;
    await bench.gateway.admin('PATCH', `keys/${bench.key.id}`, { cache: false });
    answer();
    expect((await asking).status).toBe(200);
    await bench.stored();
    const { rowCount } = await bench.database.query('SELECT 1 FROM cached_answer WHERE key_id = $1', [bench.key.id]);
    expect(rowCount).toBe(0);
  });
});

it("keeps no secret and no audio: neither a provider's key nor a caller's", async () => {
  await bench.ask({ fields: { prompt: 'Beach', metadata: '{"secret": "note-4711"}', user: 'user-4711' } });
  await bench.stored();
  const { rows } = await bench.database.query<{ row: string }>(
    `SELECT to_jsonb(c)::text || convert_from(answer, 'UTF8') AS row FROM cached_answer c`,
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows) {
    expect(row).toContain('whisper-1');
    for (const secret of [SIMULATOR_KEY, bench.key.key, MASTER_KEY, '4711', 'RIFF']) expect(row).not.toContain(secret);
  }
});
