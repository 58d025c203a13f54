import { createHash } from 'node:crypto';
import { MASTER_KEY } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { writeLogs } from '../../support/written-logs.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { OpenApiDocument } from '../admin/openapi-document.js';
import { audioFile, Bench, form } from '../bad-input/bench.js';

let bench: Bench;
let document: OpenApiDocument;
beforeAll(async () => {
  bench = await Bench.start({ GROQ_API_KEY: 'gsk_of_the_environment', PRIVATE_NOTE: 'for nobody' });
  document = OpenApiDocument.copy;
});
afterAll(async () => bench.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read what they expect; the document says what it may be, and is checked.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** Sends a call of LiteLLM's, and holds the answer against the document. */
async function call(method: string, path: string, body?: unknown, key = MASTER_KEY): Promise<Answer> {
  const response = await fetch(bench.gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = { status: response.status, headers: response.headers, body: await response.json() };
  const [route = ''] = path.split('?');
  if (response.status === 200) {
    const { responses } = document.find(method, route).facts as { responses: Record<string, { content: unknown }> };
    document.check(responses['200']?.content, answer.body, `${method} ${route}`);
  }
  return answer;
}

const post = (path: string, body?: unknown, key?: string) => call('POST', path, body, key);
const get = (path: string, key?: string) => call('GET', path, undefined, key);
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const mayCall = async (key: string) =>
  (await fetch(`${bench.gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status === 200;

/** A name or a secret that no other test uses. */
let count = 0;
const fresh = (prefix: string) => `${prefix}-${(count += 1)}`;

const NOT_HERE = {
  aliases: {},
  config: {},
  permissions: {},
  user_id: null,
  team_id: null,
  organization_id: null,
  max_budget: null,
  budget_duration: null,
  budget_reset_at: null,
  tpm_limit: null,
  rpm_limit: null,
  max_parallel_requests: null,
};

describe('budgets of LiteLLM', () => {
  const budgetsAt = async (path: string) => (await bench.gateway.admin('GET', path)).body.budgets;
  const owners: [string, string, string, (body: Answer['body']) => string, (body: Answer['body']) => string][] = [
    ['key', '/key/generate', '/key/update', ({ token }) => token, ({ key_alias }) => `keys/${key_alias}`],
    ['team', '/team/new', '/team/update', ({ team_id }) => team_id, ({ team_id }) => `teams/${team_id}`],
  ];

  it.each(owners)(
    'of a %s is the one that limits dollars for all models',
    async (kind, make, change, nameOf, pathOf) => {
      const made = (await post(make, { max_budget: 10, budget_duration: '30d', soft_budget: 8 })).body;
      expect(made).toMatchObject({ max_budget: 10, budget_duration: '30d' });
      expect(new Date(made.budget_reset_at).getUTCDate()).toBe(1);
      expect(await budgetsAt(pathOf(made))).toMatchObject([
        { limit_usd: 10, soft_limit_usd: 8, period: 'month', time_zone: 'UTC', model: null, limit_audio_seconds: null },
      ]);
      const update = async (fields: object) => {
        const { status, body } = await post(change, { [kind === 'key' ? 'key' : 'team_id']: nameOf(made), ...fields });
        expect(status).toBe(200);
        return kind === 'key' ? body : body.data;
      };
      expect(await update({ max_budget: 20 })).toMatchObject({ max_budget: 20, budget_duration: '30d' });
      expect(await update({ budget_duration: '24h' })).toMatchObject({ max_budget: 20, budget_duration: '1d' });
      expect(await update({ blocked: true, max_budget: null })).toMatchObject({ max_budget: 20, blocked: true });
    },
  );

  it('leaves alone those that the admin API has made beside it', async () => {
    const { key_alias, token } = (await post('/key/generate', {})).body;
    const others = [
      { limit_usd: 1, period: 'day', model: 'whisper' },
      { limit_audio_seconds: 3600, period: 'week' },
    ];
    await bench.gateway.admin('PATCH', `keys/${key_alias}`, { budgets: others });
    expect((await get(`/key/info?key=${token}`)).body.info).toMatchObject({ max_budget: null, budget_duration: null });
    await post('/key/update', { key: token, max_budget: 5 });
    expect(await budgetsAt(`keys/${key_alias}`)).toMatchObject([{ limit_usd: 5, period: 'total' }, ...others]);
    // One of seconds in the same period is the same budget from then on.
    await post('/key/update', { key: token, budget_duration: '7d' });
    expect(await budgetsAt(`keys/${key_alias}`)).toMatchObject([
      { limit_usd: 5, limit_audio_seconds: 3600, period: 'week' },
      { limit_usd: 1, period: 'day', model: 'whisper' },
    ]);
    const full = await get('/key/list?return_full_object=true&size=100');
    expect(full.body.keys).toContainEqual(expect.objectContaining({ token, max_budget: 5, budget_duration: '7d' }));
  });

  it('have more for a time, as for LiteLLM', async () => {
    const { key_alias, token } = (await post('/key/generate', { max_budget: 1 })).body;
    const more = async (fields: object) => {
      const { status, body } = await post('/key/update', { key: token, temp_budget_increase: 100, ...fields });
      return status === 200 ? (await budgetsAt(`keys/${key_alias}`))[0] : body.error.param;
    };
    const soon = await more({ temp_budget_expiry: '10d' });
    expect(soon).toMatchObject({ limit_usd: 1, left_usd: 101, increase: { usd: 100, audio_seconds: null } });
    expect(Math.round((Date.parse(soon.increase.expires_at) - Date.now()) / 86_400_000)).toBe(10);
    const ends = async (temp_budget_expiry: string) => (await more({ temp_budget_expiry })).increase.expires_at;
    expect(await ends('2999-01-15')).toBe('2999-01-15T00:00:00.000Z');
    expect(await ends('2999-01-15T12:00:00')).toBe('2999-01-15T12:00:00.000Z');
    expect(await ends('2999-01-15T12:00:00+02:00')).toBe('2999-01-15T10:00:00.000Z');
    // What says nothing of it leaves it.
    await post('/key/update', { key: token, max_budget: 2 });
    expect(await budgetsAt(`keys/${key_alias}`)).toMatchObject([{ limit_usd: 2, left_usd: 102 }]);
    expect(await more({ temp_budget_expiry: '2026-01-01' })).toMatchObject({ increase: null, left_usd: 2 });
    expect(await more({})).toBe('temp_budget_expiry');
    expect(await more({ temp_budget_expiry: 'tomorrow' })).toBe('temp_budget_expiry');
    expect(await more({ temp_budget_expiry: '2026-02-30' })).toBe('temp_budget_expiry');
    expect(await more({ temp_budget_increase: null, temp_budget_expiry: '1d' })).toBe('temp_budget_increase');
    const without = (await post('/key/generate', {})).body;
    const refused = await post('/key/update', {
      key: without.token,
      temp_budget_increase: 1,
      temp_budget_expiry: '1d',
    });
    expect([refused.status, refused.body.error.param]).toEqual([400, 'max_budget']);
  });

  it('loses none of two changes at the same moment', async () => {
    const { key_alias, token } = (await post('/key/generate', { max_budget: 1 })).body;
    await Promise.all([
      post('/key/update', { key: token, max_budget: 7 }),
      post('/key/update', { key: token, budget_duration: '7d' }),
      post('/key/update', { key: token, soft_budget: 1 }),
    ]);
    expect(await budgetsAt(`keys/${key_alias}`)).toMatchObject([{ limit_usd: 7, soft_limit_usd: 1, period: 'week' }]);
  });

  it('holds', async () => {
    const { key } = (await post('/key/generate', { max_budget: 0, budget_duration: '1d' })).body;
    const send = () => bench.send(form({ model: 'whisper', file: audioFile() }), { key });
    const refused = await send();
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'budget_exceeded' } }]);
    await post('/key/update', { key, max_budget: 1 });
    expect((await send()).status).toBe(200);
  });
});

describe('/key/generate', () => {
  it('issues a key, and says of it what LiteLLM says', async () => {
    const alias = fresh('app');
    const { status, headers, body } = await post('/key/generate', {
      key_alias: alias,
      models: ['whisper'],
      duration: '30d',
      metadata: { team: 'core', job: 7, deep: { a: [1, null] }, tags: ['night'] },
      blocked: false,
      max_budget: null,
      team_id: null,
      aliases: {},
      config: {},
      permissions: {},
      spend: 0,
      key_type: 'default',
    });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { key, token, expires, created_at, ...rest } = body;
    expect(rest).toEqual({
      token_id: token,
      key_name: `sk-aur-...${key.slice(-4)}`,
      key_alias: alias,
      spend: 0,
      models: ['whisper'],
      blocked: false,
      metadata: { team: 'core', job: 7, deep: { a: [1, null] }, tags: ['night'] },
      last_active: null,
      ...NOT_HERE,
    });
    expect(token).toBe(hashOf(key));
    expect(Date.parse(expires) - Date.parse(created_at)).toBeCloseTo(30 * 86_400_000, -4);
    expect(await mayCall(key)).toBe(true);
    expect((await bench.gateway.admin('GET', `keys/${alias}`)).body).toMatchObject({
      models: ['whisper'],
      tags: ['night'],
      metadata: { team: 'core', job: '7', deep: '{"a":[1,null]}' },
    });
  });

  it.each([[{}], [undefined]])('makes a name where none is sent: %j', async (body) => {
    const { status, body: key } = await post('/key/generate', body);
    expect([status, key.models, key.expires]).toEqual([200, [], null]);
    expect(key.key_alias).toMatch(/^key-[0-9a-f-]{36}$/);
  });

  it.each([[[]], [null], [['all-proxy-models']]])('lets models of %j be all', async (models) => {
    const { body } = await post('/key/generate', { models });
    expect((await bench.gateway.admin('GET', `keys/${body.key_alias}`)).body.models).toBeNull();
  });

  it('takes a secret of the caller, which works at once although it was refused a moment ago', async () => {
    const key = 'sk-chosen-by-the-caller';
    expect(await mayCall(key)).toBe(false);
    const { body } = await post('/key/generate', { key });
    expect([body.key, body.token]).toEqual([key, hashOf(key)]);
    expect(await mayCall(key)).toBe(true);
    const again = await post('/key/generate', { key });
    expect([again.status, again.body.error]).toMatchObject([409, { param: 'key', code: 'secret_taken' }]);
  });

  it('gives a name to one key only', async () => {
    const key_alias = fresh('taken');
    await post('/key/generate', { key_alias });
    const { status, body } = await post('/key/generate', { key_alias });
    expect([status, body.error]).toMatchObject([409, { param: 'key_alias', code: 'name_taken' }]);
  });

  it('never makes a key of the master key', async () => {
    const { status, body } = await post('/key/generate', { key: MASTER_KEY });
    expect([status, body.error]).toMatchObject([400, { param: 'key' }]);
  });

  it.each<[Record<string, unknown>, string, RegExp]>([
    [
      { model_max_budget: { a: 1 } },
      'model_max_budget',
      /^Invalid 'model_max_budget': budgets are set with `budgets` of/,
    ],
    [{ max_budget: -1 }, 'max_budget', /expected number to be >=0/],
    [{ max_budget: '10' }, 'max_budget', /expected number/],
    [{ budget_duration: '30d' }, 'max_budget', /no max_budget: send it as well/],
    [{ max_budget: 1, budget_duration: '2h' }, 'budget_duration', /must be 24h or 1d, 7d, 30d or 1mo/],
    [{ max_budget: 1, soft_budget: 2 }, 'soft_budget', /must not be more than max_budget/],
    [{ tpm_limit: 1 }, 'tpm_limit', /tokens are not what speech is measured in/],
    [{ team_id: 'core' }, 'team_id', /no team with the id or name 'core'/],
    [{ max_parallel_requests: 0 }, 'max_parallel_requests', /1/],
    [{ aliases: { a: 'b' } }, 'aliases', /has no meaning in this gateway/],
    [{ permissions: { x: true } }, 'permissions', /no meaning/],
    [{ guardrails: ['pii'] }, 'guardrails', /no meaning/],
    [{ auto_rotate: true }, 'auto_rotate', /no meaning/],
    [{ key_type: 'management' }, 'key_type', /expected one of/],
    [{ colour: 'red' }, 'colour', /^Unknown field 'colour'/],
    [{ duration: '30' }, 'duration', /must be a whole number and one of the units/],
    [{ duration: '-1' }, 'duration', /must be a whole number/],
    [{ duration: '999999999d' }, 'duration', /before the year 10000/],
    [{ duration: '999999999mo' }, 'duration', /before the year 10000/],
    [{ duration: 30 }, 'duration', /expected string/],
    [{ key: 'sk-short' }, 'key', /must start with sk- and have 16 to 256/],
    [{ key: 'pk-1234567890abcdef' }, 'key', /must start with sk-/],
    [{ key: `sk-${'x'.repeat(254)}` }, 'key', /must start with sk-/],
    [{ key: 'sk-with a space in it' }, 'key', /must start with sk-/],
    [{ models: 'whisper' }, 'models', /expected array/],
    [{ key_alias: 'a\0b' }, 'key_alias', /NUL/],
    [{ metadata: { a: 'b\0' } }, 'metadata.a', /NUL/],
    [{ metadata: { big: ['x'.repeat(600)] } }, 'metadata.big', /<=512 characters/],
    [{ metadata: { tags: 'night' } }, 'metadata.tags', /expected array/],
    [{ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, i])) }, 'metadata', /at most 16/],
    [{ metadata: [] }, 'metadata', /expected object/],
    [{ blocked: 'yes' }, 'blocked', /expected boolean/],
  ])('refuses %j by name', async (sent, param, message) => {
    const { status, body } = await post('/key/generate', sent);
    expect([status, body.error]).toMatchObject([400, { param, type: 'invalid_request_error' }]);
    expect(body.error.message).toMatch(message);
  });

  it.each(['[]', '"a"', '7', '{"key_alias":'])('refuses the body %s', async (body) => {
    const response = await fetch(`${bench.gateway.url}/key/generate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}` },
      body,
    });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
  });

  it('refuses a body that is too large, or nested without end', async () => {
    expect((await post('/key/generate', { key_alias: 'x'.repeat(1_100_000) })).status).toBe(413);
    const deep = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], 0);
    expect((await post('/key/generate', { metadata: { deep } })).body.error.message).toMatch(/nested/);
  });
});

describe('metadata', () => {
  it.each([
    ['text'],
    ['5'],
    ['true'],
    ['"quoted"'],
    ['{"a":1}'],
    [''],
    [' 5'],
    [5],
    [1.5e300],
    [true],
    [null],
    [[1, 'two', { three: null }]],
    [{ a: { b: '5' } }],
  ])('gives %j back as it was', async (value) => {
    const { body } = await post('/key/generate', { metadata: { value } });
    expect(body.metadata).toEqual({ value });
    expect((await get(`/key/info?key=${body.key}`)).body.info.metadata).toEqual({ value });
  });

  it('that the admin API has set is text, unless it is JSON', async () => {
    const { key } = await bench.gateway.createKey({
      metadata: { long: '12345678901234567890', short: '4711', a: 'b' },
    });
    expect((await get(`/key/info?key=${key}`)).body.info.metadata).toEqual({
      long: '12345678901234567890',
      short: 4711,
      a: 'b',
    });
  });
});

describe('/key/info', () => {
  it('finds a key by its secret, its hash and its id', async () => {
    const { id, key } = await bench.gateway.createKey();
    for (const reference of [key, hashOf(key), hashOf(key).toUpperCase(), id]) {
      const { status, body } = await get(`/key/info?key=${reference}`);
      expect([status, body.key, body.info.key_name]).toEqual([200, reference, `sk-aur-...${key.slice(-4)}`]);
      expect(JSON.stringify(body.info)).not.toContain(hashOf(key));
    }
  });

  it('tells a key of itself, and of no other', async () => {
    const own = await bench.gateway.createKey();
    const other = await bench.gateway.createKey();
    expect((await get('/key/info', own.key)).body.key).toBe(hashOf(own.key));
    for (const reference of [own.key, own.id, hashOf(own.key)]) {
      expect((await get(`/key/info?key=${reference}`, own.key)).status).toBe(200);
    }
    for (const reference of [other.key, other.id, hashOf(other.key), 'sk-nobody']) {
      const { status, body } = await get(`/key/info?key=${reference}`, own.key);
      expect([status, body.error.code]).toEqual([403, 'not_your_key']);
    }
  });

  it('says that the master key is none, and that there is no such key', async () => {
    expect((await get('/key/info')).body.error.message).toMatch(/The master key is no virtual key/);
    const { status, body } = await get('/key/info?key=sk-nobody-has-this-one');
    expect([status, body.error]).toMatchObject([404, { message: 'There is no such key', param: 'key' }]);
    expect((await get('/key/info', 'sk-nobody')).status).toBe(401);
    expect((await get('/key/info?key=a%00b')).status).toBe(400);
  });
});

describe('/key/update', () => {
  it('changes what is sent and nothing else', async () => {
    const { body: made } = await post('/key/generate', {
      models: ['whisper'],
      duration: '1h',
      metadata: { a: 1, b: 'two', tags: ['old'] },
    });
    const { key, token_id: _, ...before } = made;
    expect((await post('/key/update', { key, models: null, max_budget: null })).body).toEqual({ key, ...before });
    const changed = await post('/key/update', { key, metadata: { c: [3] } });
    expect(changed.body.metadata).toEqual({ c: [3] });
    expect((await post('/key/update', { key, tags: ['new'] })).body.metadata).toEqual({ c: [3], tags: ['new'] });
    const alias = fresh('renamed');
    const all = await post('/key/update', {
      key: made.token,
      models: [],
      duration: '-1',
      key_alias: alias,
      blocked: true,
    });
    expect(all.body).toMatchObject({ key: made.token, models: [], expires: null, key_alias: alias, blocked: true });
    expect(await mayCall(key)).toBe(false);
  });

  it('refuses what is not there, and what has no meaning', async () => {
    const { body: key } = await post('/key/generate');
    const taken = (await post('/key/generate')).body.key_alias;
    const same = await post('/key/update', { key: key.key, key_alias: taken });
    expect([same.status, same.body.error.param]).toEqual([409, 'key_alias']);
    expect((await post('/key/update', { key: 'sk-nobody', blocked: true })).status).toBe(404);
    expect((await post('/key/update', { blocked: true })).body.error.param).toBe('key');
    expect((await post('/key/update', { key: key.key, tpm_limit: 5 })).body.error.param).toBe('tpm_limit');
    expect((await post('/key/update', { key: key.key, temp_budget_increase: 5 })).status).toBe(400);
  });
});

it('/key/block and /key/unblock shut a key out at once', async () => {
  const { key } = await bench.gateway.createKey();
  expect(await mayCall(key)).toBe(true);
  expect((await post('/key/block', { key })).body).toMatchObject({ token: hashOf(key), blocked: true });
  expect(await mayCall(key)).toBe(false);
  expect((await post('/key/unblock', { key: hashOf(key) })).body).toMatchObject({ blocked: false });
  expect(await mayCall(key)).toBe(true);
  expect((await post('/key/block', { key: 'sk-nobody' })).status).toBe(404);
  expect((await post('/key/block', {})).status).toBe(400);
});

describe('/key/delete', () => {
  it('deletes by secret, by hash and by name, and answers what was sent', async () => {
    const made = await Promise.all([0, 1, 2].map(async () => (await post('/key/generate')).body));
    const [first, second, third] = made;
    const keys = [first.key, second.token];
    expect((await post('/key/delete', { keys, key_aliases: null })).body).toEqual({ deleted_keys: keys });
    const key_aliases = [third.key_alias];
    expect((await post('/key/delete', { key_aliases })).body).toEqual({ deleted_keys: key_aliases });
    for (const { key } of made) expect(await mayCall(key)).toBe(false);
  });

  it('deletes all or none', async () => {
    const { body } = await post('/key/generate');
    const refused = await post('/key/delete', { keys: [body.key, 'sk-nobody'] });
    expect([refused.status, refused.body.error.message]).toEqual([
      404,
      'There is no such key: keys.1. None has been deleted.',
    ]);
    expect(await mayCall(body.key)).toBe(true);
  });

  it.each([[{}], [{ keys: [] }], [{ keys: ['a'], key_aliases: ['b'] }], [{ keys: 'a' }], [{ keys: [''] }]])(
    'refuses %j',
    async (body) => expect((await post('/key/delete', body)).status).toBe(400),
  );
});

describe('/key/list', () => {
  it('has numbered pages, newest first', async () => {
    const made = [];
    for (let index = 0; index < 3; index += 1) made.push((await post('/key/generate')).body.token);
    const first = (await get('/key/list?size=2')).body;
    const second = (await get('/key/list?size=2&page=2')).body;
    expect([...first.keys, ...second.keys].slice(0, 3)).toEqual(made.toReversed());
    expect(first).toMatchObject({ current_page: 1, total_pages: Math.ceil(first.total_count / 2) });
    expect(second.current_page).toBe(2);
    expect((await get('/key/list?page=1000')).body.keys).toEqual([]);
  });

  it('finds one, and shows it whole', async () => {
    const { body } = await post('/key/generate', { key_alias: fresh('listed') });
    const { key: _key, token_id: _id, ...stored } = body;
    for (const filter of [`key_alias=${body.key_alias}`, `key_hash=${body.token}`]) {
      const { body: list } = await get(`/key/list?return_full_object=true&include_team_keys=false&user_id=&${filter}`);
      expect(list).toEqual({ keys: [stored], total_count: 1, current_page: 1, total_pages: 1 });
    }
  });

  it('finds those of a user', async () => {
    const user_id = fresh('user');
    const { body: key } = await post('/key/generate', { user_id, key_alias: fresh('owned') });
    expect(key.user_id).toBe(user_id);
    const listed = async (user: string) => (await get(`/key/list?user_id=${user}`)).body.keys;
    expect(await listed(user_id)).toEqual([key.token]);
    const moved = fresh('user');
    expect((await post('/key/update', { key: key.key, user_id: moved })).body.user_id).toBe(moved);
    expect((await post('/key/update', { key: key.key, user_id: null })).body.user_id).toBe(moved);
    expect([await listed(user_id), await listed(moved)]).toEqual([[], [key.token]]);
    expect((await get('/key/info', key.key)).body.info.user_id).toBe(moved);
  });

  it.each(['size=0', 'size=101', 'page=0', 'page=x', 'team_id=t', 'sort_by=spend', 'return_full_object=7'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await get(`/key/list?${query}`);
      expect([status, body.error.param]).toEqual([400, query.split('=')[0]]);
    },
  );
});

describe('another secret', () => {
  it.each([
    ['the body', (key: string) => post('/key/regenerate', { key })],
    ['the query', (key: string) => post(`/key/regenerate?key=${key}`)],
    ['the path', (key: string) => post(`/key/${key}/regenerate`, {})],
  ])('is given by /key/regenerate to the key in %s, and the one before stops at once', async (_where, regenerate) => {
    const { body: before } = await post('/key/generate', { models: ['whisper'], metadata: { a: 1 } });
    expect(await mayCall(before.key)).toBe(true);
    const { status, body } = await regenerate(before.key);
    const { key, token, token_id, key_name, ...same } = body;
    expect([status, token, token_id, key_name]).toEqual([200, hashOf(key), hashOf(key), `sk-aur-...${key.slice(-4)}`]);
    expect(before).toMatchObject(same);
    expect([await mayCall(before.key), await mayCall(key)]).toEqual([false, true]);
  });

  it('may be chosen, and changes may come with it', async () => {
    const { body: before } = await post('/key/generate');
    const new_key = 'sk-another-of-the-caller';
    const body = { key: before.token, new_key, duration: '1mo', tags: ['rotated'], grace_period: null };
    const { body: after } = await post('/key/regenerate', body);
    expect(after).toMatchObject({ key: new_key, key_alias: before.key_alias, metadata: { tags: ['rotated'] } });
    expect(Date.parse(after.expires)).toBeGreaterThan(Date.now() + 27 * 86_400_000);
    const other = (await post('/key/generate')).body;
    const refused = await post('/key/regenerate', { key: other.key, new_key });
    expect([refused.status, refused.body.error.param]).toEqual([409, 'new_key']);
    expect(await mayCall(other.key)).toBe(true);
  });

  it('is refused where it cannot be', async () => {
    const { body } = await post('/key/generate');
    expect((await post('/key/regenerate', {})).body.error).toMatchObject({ param: 'key' });
    expect((await post('/key/regenerate', { key: body.key, grace_period: 'soon' })).body.error).toMatchObject({
      param: 'grace_period',
    });
    expect((await post('/key/regenerate', { key: body.key, new_key: 'sk-x' })).body.error.param).toBe('new_key');
    expect((await post('/key/sk-nobody/regenerate')).status).toBe(404);
  });
});

describe('/model/info', () => {
  it('shows the master key every deployment, and no secret', async () => {
    const { body } = await get('/model/info');
    const whisper = body.data.find((it: { model_name: string }) => it.model_name === 'whisper');
    expect(whisper).toEqual({
      model_name: 'whisper',
      litellm_params: { model: 'openai/whisper-1', api_base: bench.simulator.url },
      model_info: {
        id: expect.any(String),
        db_model: true,
        mode: 'audio_transcription',
        litellm_provider: 'openai',
        input_cost_per_second: 0.0001,
      },
    });
    const gpt4o = body.data.find((it: { model_name: string }) => it.model_name === 'gpt4o');
    expect(gpt4o.model_info).toMatchObject({
      input_cost_per_audio_token: 0.0000025,
      input_cost_per_token: 0.0000025,
      output_cost_per_token: 0.00001,
    });
    expect(JSON.stringify(body)).not.toContain(SIMULATOR_KEY);
    const environment = body.data.find((it: { model_info: { litellm_provider: string } }) => {
      return it.model_info.litellm_provider === 'groq';
    });
    expect(environment.model_info.db_model).toBe(false);
    expect((await get(`/v1/model/info?litellm_model_id=${whisper.model_info.id}`)).body.data).toEqual([whisper]);
    expect((await get('/model/info?litellm_model_id=nothing')).status).toBe(404);
  });

  it('shows a key its own models, without addresses', async () => {
    const { key } = await bench.gateway.createKey({ models: ['gpt4o'] });
    const { body } = await get('/v1/model/info', key);
    expect(body.data).toMatchObject([{ model_name: 'gpt4o', litellm_params: { model: 'openai/gpt-4o-transcribe' } }]);
    expect(JSON.stringify(body)).not.toContain(bench.simulator.url);
    const [shown] = (await get('/model/info')).body.data.filter(
      (it: { model_name: string }) => it.model_name === 'whisper',
    );
    expect((await get(`/model/info?litellm_model_id=${shown.model_info.id}`, key)).status).toBe(404);
  });
});

describe('/model/new and /model/delete', () => {
  const params = () => ({ model: 'openai/whisper-1', api_key: SIMULATOR_KEY, api_base: bench.simulator.url });

  it('make a model that serves, add to it, and take it away with its last deployment', async () => {
    const name = fresh('added');
    const first = await post('/model/new', {
      model_name: name,
      litellm_params: { ...params(), api_version: null, rpm: 100, input_cost_per_second: 0.001 },
      model_info: { id: null, mode: 'audio_transcription' },
    });
    expect(first.body).toMatchObject({
      model_name: name,
      litellm_params: { model: 'openai/whisper-1', api_base: bench.simulator.url },
      model_info: { id: first.body.model_id, db_model: true, input_cost_per_second: 0.001 },
      created_by: 'master key',
      warnings: [],
    });
    const answer = await bench.send(form({ model: name, file: audioFile() }), { key: MASTER_KEY });
    expect(answer.status).toBe(200);
    const second = await post('/model/new', { model_name: name, litellm_params: params() });
    expect(second.body.model_id).not.toBe(first.body.model_id);
    const { body } = await bench.gateway.admin('GET', `models/${name}`);
    expect(body.deployments).toMatchObject([
      { id: first.body.model_id, routing: { max_requests_per_minute: 100 } },
      { id: second.body.model_id },
    ]);
    const id = first.body.model_id;
    expect((await post('/model/delete', { id })).body).toEqual({ message: `Model: ${id} deleted successfully` });
    expect((await bench.gateway.admin('GET', `models/${name}`)).status).toBe(200);
    await post('/model/delete', { id: second.body.model_id });
    expect((await bench.gateway.admin('GET', `models/${name}`)).status).toBe(404);
    expect((await post('/model/delete', { id })).status).toBe(404);
  });

  it('keep a model whose name a key has, when its last deployment goes', async () => {
    const name = fresh('named');
    const { body } = await post('/model/new', { model_name: name, litellm_params: params() });
    await bench.gateway.createKey({ models: [name] });
    expect((await post('/model/delete', { id: body.model_id })).status).toBe(200);
    expect((await bench.gateway.admin('GET', `models/${name}`)).body.deployments).toEqual([]);
  });

  it('add deployments of one new model that come at once', async () => {
    const name = fresh('at-once');
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => post('/model/new', { model_name: name, litellm_params: params() })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await bench.gateway.admin('GET', `models/${name}`)).body.deployments).toHaveLength(4);
  });

  it('show what can be sent again', async () => {
    const name = fresh('again');
    const sent = { model_name: name, litellm_params: { ...params(), model: 'openai/Systran/faster-whisper-large-v3' } };
    const { body } = await post('/model/new', sent);
    const { litellm_params } = body;
    expect(litellm_params).toEqual({ model: sent.litellm_params.model, api_base: bench.simulator.url });
    const again = await post('/model/new', {
      model_name: name,
      litellm_params: { ...litellm_params, api_key: SIMULATOR_KEY },
    });
    expect(again.body.litellm_params).toEqual(litellm_params);
  });

  it('leave a key of the environment where it is', async () => {
    for (const api_key of [undefined, 'os.environ/GROQ_API_KEY']) {
      const model = { model_name: fresh('groq'), litellm_params: { model: 'groq/whisper-large-v3', api_key } };
      const { body } = await post('/model/new', model);
      const { body: stored } = await bench.gateway.admin('GET', `deployments/${body.model_id}`);
      expect(stored.api_key_preview).toBe(api_key === undefined ? null : 'gsk_...ment');
    }
  });

  it('read no variable that is not a provider’s', async () => {
    for (const name of ['PRIVATE_NOTE', 'MASTER_KEY', 'DATABASE_URL', ' PRIVATE_NOTE']) {
      const litellm_params = { ...params(), api_key: `os.environ/${name}` };
      const { status, body } = await post('/model/new', { model_name: fresh('x'), litellm_params });
      expect([status, body.error.param]).toEqual([400, 'litellm_params.api_key']);
      expect(body.error.message).toMatch(/names a variable that no provider reads/);
    }
  });

  it('use a stored credential', async () => {
    const credential = { name: fresh('stored'), provider: 'openai', api_key: SIMULATOR_KEY };
    await bench.gateway.admin('POST', 'credentials', { ...credential, api_base: bench.simulator.url });
    const name = fresh('credentialed');
    const litellm_params = { model: 'openai/whisper-1', litellm_credential_name: credential.name };
    const { body } = await post('/model/new', { model_name: name, litellm_params });
    expect(body.litellm_params).toMatchObject({ litellm_credential_name: credential.name });
    expect((await bench.send(form({ model: name, file: audioFile() }), { key: MASTER_KEY })).status).toBe(200);
    const unknown = { ...litellm_params, litellm_credential_name: 'nobody' };
    const refused = await post('/model/new', { model_name: name, litellm_params: unknown });
    expect(refused.body.error.param).toBe('litellm_params.litellm_credential_name');
    const other = { ...litellm_params, model: 'groq/whisper-large-v3' };
    const mixed = await post('/model/new', { model_name: name, litellm_params: other });
    expect(mixed.body.error).toMatchObject({ param: 'litellm_params.litellm_credential_name' });
  });

  it('tell what has no effect', async () => {
    const litellm_params = { ...params(), tpm: 1000 };
    const { body } = await post('/model/new', { model_name: fresh('warned'), litellm_params });
    expect(body.warnings).toEqual([expect.stringMatching(/^litellm_params\.tpm: has no effect here/)]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['a misspelt key', { api_kye: 'x' }, 'litellm_params.api_kye', /did you mean api_key\?/],
    ['a wrong value', { rpm: 'many' }, 'litellm_params.rpm', /must be/],
    ['an unknown provider', { model: 'opnai/whisper-1' }, 'litellm_params.model', /did you mean openai\?/],
    ['a model for embeddings', { model: 'openai/text-embedding-3-small' }, 'litellm_params.model', /by its name/],
    ['a wildcard', { model: 'openai/*' }, 'litellm_params.model', /wildcards are not served/],
    ['an address that is none', { api_base: 'nowhere' }, 'litellm_params.api_base', /http/],
    ['a number for a model', { model: 7 }, 'litellm_params.model', /expected string/],
    ['NUL', { api_base: 'http://a\0' }, 'litellm_params.api_base', /NUL/],
    ['a list for a key', { api_key: ['x'] }, 'litellm_params.api_key', /must be text/],
  ])('refuse %s', async (_what, wrong, param, message) => {
    const { status, body } = await post('/model/new', {
      model_name: 'wrong',
      litellm_params: { ...params(), ...wrong },
    });
    expect([status, body.error]).toMatchObject([400, { param }]);
    expect(body.error.message).toMatch(message);
    expect(body.error.message).not.toContain(SIMULATOR_KEY);
  });

  it('refuse bodies of another shape, and ids of the caller', async () => {
    for (const body of [{}, [], { model_name: 'a' }, { model_name: 'a b', litellm_params: params() }]) {
      expect((await post('/model/new', body)).status).toBe(400);
    }
    const chosen = await post('/model/new', { model_name: 'a', litellm_params: params(), model_info: { id: 'mine' } });
    expect(chosen.body.error.param).toBe('model_info.id');
    for (const id of [7, '', 'x'.repeat(201)]) expect((await post('/model/delete', { id })).status).toBe(400);
    const environment = (await get('/model/info')).body.data.find((it: { model_info: { db_model: boolean } }) => {
      return !it.model_info.db_model;
    });
    expect((await post('/model/delete', { id: environment.model_info.id })).status).toBe(409);
  });
});

describe('what was spent', () => {
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  let key: { id: string; key: string };
  let requests: string[];
  beforeAll(async () => {
    key = await bench.gateway.createKey();
    requests = [];
    for (const model of ['whisper', 'whisper', 'gpt4o']) {
      const fields = { model, user: 'u-1', metadata: '{"job": 7}', tags: 'night', file: audioFile() };
      requests.push((await bench.send(form(fields), { key: key.key })).headers.get('x-request-id') ?? '');
    }
  });

  it.each([
    ['transcribe', 'atranscription'],
    ['translate', 'atranscription'],
    ['speak', 'aspeech'],
    ['chat', 'acompletion'],
  ] as const)('is of the type that LiteLLM has for it: %s is %s', async (task, call_type) => {
    const log = logEntry({ task });
    await writeLogs(bench.gateway, log);
    const { body } = await get(`/spend/logs?request_id=${log.id}`);
    expect(body).toMatchObject([{ request_id: log.id, call_type }]);
  });

  it('is shown by request, newest first', async () => {
    const { body } = await get(`/spend/logs?api_key=${key.key}`);
    expect(body.map((row: { request_id: string }) => row.request_id)).toEqual(requests.toReversed());
    const { data } = (await bench.gateway.admin('GET', `logs?key_id=${key.id}`)).body;
    expect(body[2]).toEqual({
      request_id: requests[0],
      call_type: 'atranscription',
      api_key: hashOf(key.key),
      spend: data[2].cost_usd,
      prompt_tokens: 0,
      completion_tokens: 0,
      total_tokens: 0,
      startTime: data[2].created_at,
      endTime: expect.any(String),
      model: 'whisper-1',
      model_group: 'whisper',
      model_id: data[2].deployment_id,
      custom_llm_provider: 'openai',
      api_base: '',
      user: '',
      end_user: 'u-1',
      team_id: null,
      cache_hit: 'False',
      cache_key: '',
      request_tags: ['night'],
      requester_ip_address: '127.0.0.1',
      metadata: { user_api_key_alias: data[2].key_name, requester_metadata: { job: 7 } },
      messages: {},
      response: {},
      status: 'success',
      request_duration_ms: data[2].latency_ms,
    });
    expect(body[0].total_tokens).toBe(data[0].usage.total_tokens);
    expect((await get(`/spend/logs?request_id=${requests[1]}`)).body).toHaveLength(1);
    expect((await get('/spend/logs?request_id=chatcmpl-1')).body).toEqual([]);
    expect((await get('/spend/logs?api_key=sk-nobody')).body).toEqual([]);
    expect((await get(`/spend/logs?api_key=${key.id}&limit=2`)).body).toHaveLength(2);
    const rows = await get(`/spend/logs?start_date=${today}&end_date=${tomorrow}&summarize=false&api_key=${key.id}`);
    expect(rows.body).toHaveLength(3);
  });

  it('is summed by day between two days', async () => {
    const { body } = await get(`/spend/logs?start_date=${today}&end_date=${tomorrow}&api_key=${hashOf(key.key)}`);
    const { data } = (await bench.gateway.admin('GET', `logs?key_id=${key.id}`)).body;
    const [gpt4o, whisper, other] = data.map((row: { cost_usd: number }) => row.cost_usd);
    expect(body.at(-2)).toEqual({
      startTime: today,
      spend: expect.closeTo(gpt4o + whisper + other, 9),
      users: {},
      models: { 'whisper-1': expect.closeTo(whisper + other, 9), 'gpt-4o-transcribe': expect.closeTo(gpt4o, 9) },
      [hashOf(key.key)]: expect.closeTo(gpt4o + whisper + other, 9),
    });
    expect(body.at(-1)).toEqual({ startTime: tomorrow, spend: 0, users: {}, models: {} });
    expect((await get('/spend/logs?start_date=2020-01-01&end_date=2020-01-31')).body).toEqual([]);
  });

  it('is reported by key and by model', async () => {
    const range = `start_date=${today}&end_date=${tomorrow}`;
    const { data } = (await bench.gateway.admin('GET', `logs?key_id=${key.id}`)).body;
    const { usage } = data[0];
    const total = data.reduce((sum: number, row: { cost_usd: number }) => sum + row.cost_usd, 0);
    const byKey = (await get(`/global/spend/report?${range}&group_by=api_key`)).body;
    const costs = byKey.map((it: { total_cost: number }) => it.total_cost);
    expect(costs).toEqual(costs.toSorted((left: number, right: number) => right - left));
    const own = byKey.find((it: { api_key: string }) => it.api_key === hashOf(key.key));
    expect(own).toMatchObject({
      total_cost: expect.closeTo(total, 9),
      total_input_tokens: usage.input_tokens,
      total_output_tokens: usage.output_tokens,
    });
    expect(own.model_details.map((it: { model: string }) => it.model).toSorted()).toEqual([
      'gpt-4o-transcribe',
      'whisper-1',
    ]);
    expect((await get(`/global/spend/report?${range}&group_by=api_key&api_key=${key.key}`)).body).toEqual([own]);
    const byModel = (await get(`/global/spend/report?${range}&group_by=model&api_key=${key.key}`)).body;
    const details = own.model_details.map(({ model, ...sums }: { model: string }) => ({
      model,
      ...sums,
      api_key_details: [{ api_key: hashOf(key.key), ...sums }],
    }));
    expect(byModel).toEqual(details);
    expect((await get('/global/spend/report?start_date=2020-01-01&end_date=2020-01-31')).body).toEqual([]);
  });

  it('is reported by team and by customer, of each day, as LiteLLM does', async () => {
    const { body: team } = await bench.gateway.admin('POST', 'teams', { name: 'before' });
    const own = await bench.gateway.createKey({ team: 'before' });
    await bench.send(form({ model: 'whisper', file: audioFile(), user: 'palantir' }), { key: own.key });
    await bench.gateway.admin('PATCH', 'teams/before', { name: 'reporters' });
    await bench.send(form({ model: 'whisper', file: audioFile() }), { key: own.key });
    const range = `start_date=${today}&end_date=${tomorrow}`;
    const { data } = (await bench.gateway.admin('GET', `logs?key_id=${own.id}`)).body;
    const [second, first] = data.map((row: { cost_usd: number }) => row.cost_usd);
    const details = (spend: number) => ({
      total_spend: expect.closeTo(spend, 9),
      metadata: [{ model: 'whisper-1', api_key: hashOf(own.key), spend: expect.closeTo(spend, 9), total_tokens: 0 }],
    });
    const [day, ...others] = (await get(`/global/spend/report?${range}`)).body;
    expect([day.group_by_day, others]).toEqual([`${today}T00:00:00+00:00`, []]);
    expect(day.teams.map((it: { team_name: string }) => it.team_name).toSorted()).toEqual(
      expect.arrayContaining(['Unassigned Team', 'reporters']),
    );
    const ofTeam = [
      { group_by_day: day.group_by_day, teams: [{ team_name: 'reporters', ...details(first + second) }] },
    ];
    expect((await get(`/global/spend/report?${range}&group_by=team&team_id=${team.id}`)).body).toEqual(ofTeam);
    expect((await get(`/global/spend/report?${range}&group_by=customer&team_id=${team.id}`)).body).toEqual([
      {
        group_by_day: day.group_by_day,
        customers: expect.arrayContaining([
          { customer: 'palantir', ...details(first) },
          { customer: '', ...details(second) },
        ]),
      },
    ]);
    const ofCustomer = (await get(`/global/spend/report?${range}&customer_id=palantir`)).body;
    expect(ofCustomer[0].teams).toMatchObject([{ total_spend: expect.closeTo(first, 9) }]);
  });

  it('stays when the key is gone, under its id, and is the master key’s under that name', async () => {
    const gone = await bench.gateway.createKey();
    await bench.send(form({ model: 'whisper', file: audioFile() }), { key: gone.key });
    await bench.send(form({ model: 'whisper', file: audioFile() }), { key: MASTER_KEY });
    await post('/key/delete', { keys: [gone.key] });
    const range = `start_date=${today}&end_date=${tomorrow}`;
    const names = (await get(`/global/spend/report?${range}&group_by=api_key`)).body.map(
      (it: { api_key: string }) => it.api_key,
    );
    expect(names).toEqual(expect.arrayContaining([gone.id, 'master key']));
    expect((await get(`/spend/logs?api_key=${gone.id}`)).body).toMatchObject([{ api_key: gone.id }]);
  });

  it.each([
    ['/spend/logs?start_date=2026-11-01', 'end_date'],
    ['/spend/logs?end_date=2026-11-01', 'end_date'],
    ['/spend/logs?start_date=2026-02-30&end_date=2026-03-01', 'start_date'],
    ['/spend/logs?start_date=2026-11-02&end_date=2026-11-01', 'end_date'],
    ['/spend/logs?start_date=2020-01-01&end_date=2026-11-01', 'end_date'],
    ['/spend/logs?limit=1001', 'limit'],
    ['/spend/logs?user_id=u', 'user_id'],
    ['/spend/logs?api_key=', 'api_key'],
    ['/spend/logs?request_id=a%00', 'request_id'],
    ['/global/spend/report', 'start_date'],
    ['/global/spend/report?start_date=2026-11-01', 'end_date'],
    ['/global/spend/report?start_date=today&end_date=2026-11-01', 'start_date'],
    ['/global/spend/report?start_date=2026-11-01&end_date=2026-11-02&group_by=tag', 'group_by'],
    ['/global/spend/report?start_date=2026-11-01&end_date=2026-11-02&team_id=t', 'team_id'],
  ])('is not asked for as %s', async (path, param) => {
    const { status, body } = await get(path);
    expect([status, body.error.param]).toEqual([400, param]);
  });
});

describe('teams', () => {
  const TEAM = {
    models: [],
    blocked: false,
    metadata: {},
    spend: 0,
    organization_id: null,
    admins: [],
    members: [],
    members_with_roles: [],
    max_budget: null,
    budget_duration: null,
    budget_reset_at: null,
    tpm_limit: null,
    rpm_limit: null,
    max_parallel_requests: null,
  };

  it('/team/new makes one, and says of it what LiteLLM says', async () => {
    const team_alias = fresh('team');
    const { status, body } = await post('/team/new', {
      team_alias,
      models: ['whisper'],
      metadata: { cost_center: 7, tags: ['night'] },
      max_budget: null,
      members_with_roles: [],
    });
    expect([status, body]).toEqual([
      200,
      {
        ...TEAM,
        team_id: expect.any(String),
        team_alias,
        models: ['whisper'],
        metadata: { cost_center: 7, tags: ['night'] },
        created_at: expect.any(String),
      },
    ]);
    expect((await bench.gateway.admin('GET', `teams/${body.team_id}`)).body).toMatchObject({
      name: team_alias,
      models: ['whisper'],
      tags: ['night'],
      metadata: { cost_center: '7' },
    });
    expect((await get('/team/list')).body).toContainEqual(body);
    expect((await post('/team/new')).body.team_alias).toMatch(/^team-/);
    const taken = await post('/team/new', { team_alias });
    expect([taken.status, taken.body.error.param]).toEqual([409, 'team_alias']);
  });

  it.each([
    [{ soft_budget: 10 }, 'max_budget'],
    [{ team_member_budget: 10 }, 'team_member_budget'],
    [{ team_id: 'mine' }, 'team_id'],
    [{ members_with_roles: [{ role: 'user', user_id: 'u' }] }, 'members_with_roles'],
    [{ guardrails: ['pii'] }, 'guardrails'],
    [{ colour: 'red' }, 'colour'],
    [{ team_alias: ' ' }, 'team_alias'],
  ])('/team/new refuses %j', async (fields, param) => {
    const { status, body } = await post('/team/new', fields);
    expect([status, body.error.param]).toEqual([400, param]);
  });

  it('keys belong to them, find them, and are shut out with them', async () => {
    const { team_id, team_alias } = (await post('/team/new', { team_alias: fresh('team'), models: ['whisper'] })).body;
    const { body: key } = await post('/key/generate', { team_id });
    expect(key.team_id).toBe(team_id);
    expect((await get('/key/info', key.key)).body.info.team_id).toBe(team_id);
    const { body: other } = await post('/key/generate');
    expect(other.team_id).toBeNull();
    expect((await post('/key/update', { key: other.key, team_id: team_alias })).body.team_id).toBe(team_id);
    expect((await post('/key/update', { key: other.key, team_id: null })).body.team_id).toBe(team_id);
    expect((await get(`/key/list?team_id=${team_id}`)).body).toMatchObject({
      keys: [other.token, key.token],
      total_count: 2,
    });
    const { body: info } = await get(`/team/info?team_id=${team_alias}`);
    expect(info).toMatchObject({ team_id: team_alias, team_info: { team_id }, team_memberships: [] });
    expect(info.keys.map(({ token }: { token: string }) => token)).toEqual([other.token, key.token]);

    const changed = await post('/team/update', { team_id, models: [], metadata: { job: 1 } });
    expect(changed.body).toMatchObject({ team_id, data: { models: [], metadata: { job: 1 } } });
    expect(await mayCall(key.key)).toBe(true);
    expect((await post('/team/block', { team_id })).body.blocked).toBe(true);
    expect(await mayCall(key.key)).toBe(false);
    expect((await post('/team/unblock', { team_id })).body.blocked).toBe(false);
    expect(await mayCall(key.key)).toBe(true);
  });

  it('/team/info asks which', async () => {
    const { status, body } = await get('/team/info');
    expect([status, body.error.param]).toEqual([400, 'team_id']);
  });

  it('/team/delete takes the keys along, all or none', async () => {
    const { team_id } = (await post('/team/new', { team_alias: fresh('team') })).body;
    const { body: key } = await post('/key/generate', { team_id });
    expect(await mayCall(key.key)).toBe(true);
    expect((await post('/team/delete', { team_ids: [team_id, 'nobody'] })).status).toBe(404);
    expect(await mayCall(key.key)).toBe(true);
    expect((await post('/team/delete', { team_ids: [team_id] })).body).toEqual({ deleted_teams: [team_id] });
    expect(await mayCall(key.key)).toBe(false);
    expect((await bench.gateway.admin('GET', `teams/${team_id}`)).status).toBe(404);
    expect((await get(`/key/info?key=${key.token}`)).status).toBe(404);
  });

  it.each([
    ['/team/update', { team_id: 'nobody', models: [] }],
    ['/team/block', { team_id: 'nobody' }],
    ['/team/unblock', { team_id: 'nobody' }],
    ['/team/delete', { team_ids: ['nobody'] }],
  ])('%s knows no team that is not there', async (path, sent) => {
    const { status, body } = await post(path, sent);
    expect([status, body.error.param]).toEqual([404, 'team_id']);
  });
});

it('opens what changes something, and what was spent, to the master key only', async () => {
  const { key } = await bench.gateway.createKey();
  const closed = ['/key/generate', '/key/update', '/key/delete', '/key/block', '/key/unblock', '/key/regenerate'];
  for (const path of [...closed, `/key/${key}/regenerate`, '/model/new', '/model/delete']) {
    expect({ path, status: (await post(path, { key }, key)).status }).toEqual({ path, status: 401 });
  }
  for (const path of ['/team/new', '/team/update', '/team/delete', '/team/block', '/team/unblock']) {
    expect({ path, status: (await post(path, {}, key)).status }).toEqual({ path, status: 401 });
  }
  for (const path of ['/key/list', '/team/list', '/team/info', '/spend/logs', '/global/spend/report']) {
    expect({ path, status: (await get(path, key)).status }).toEqual({ path, status: 401 });
  }
  expect(await mayCall(key)).toBe(true);
});

it.each([
  '/team/member_add',
  '/team/permissions_list?team_id=1',
  '/user/new',
  '/user/list',
  '/organization/new',
  '/customer/info',
  '/budget/new',
  '/TEAM/x/y',
])('says that %s is not there', async (path) => {
  for (const method of ['GET', 'POST', 'DELETE']) {
    const { status, body } = await call(method, path, method === 'GET' ? undefined : {});
    expect([status, body.error.message]).toEqual([
      400,
      expect.stringMatching(/of LiteLLM is not there: this gateway has keys/),
    ]);
  }
});
