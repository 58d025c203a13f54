import { MASTER_KEY, type AdminAnswer } from '../../support/gateway.js';
import type { OpenAiSimulator } from '../../support/openai-simulator.js';
import { FileBench, entry } from './file-bench.js';

const DAY_MS = 86_400_000;

let bench: FileBench;
let simulator: OpenAiSimulator;
beforeAll(async () => {
  bench = await FileBench.create();
  simulator = await bench.simulator();
  await bench.start({ model_list: [entry('whisper', simulator)] });
});
afterAll(async () => bench.close());
afterEach(() => use({}));

async function use(litellm_settings: object): Promise<void> {
  await bench.use({ model_list: [entry('whisper', simulator)], litellm_settings });
}

async function call(path: string, body: object, key = MASTER_KEY, method = 'POST'): Promise<AdminAnswer> {
  const response = await fetch(bench.gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A name that no other test uses. */
let count = 0;
const fresh = () => `thing-${(count += 1)}`;
const shown = async (path: string) => (await bench.gateway.admin('GET', path)).body;

/** Makes a key by each door, with the same said in its words, and shows them as the admin API does. */
async function byBothDoors(ours: object, theirs: object) {
  const [a, b] = [fresh(), fresh()];
  const made = [
    await bench.gateway.admin('POST', 'keys', { name: a, ...ours }),
    await call('/key/generate', { key_alias: b, ...theirs }),
  ];
  expect(made.map(({ status, body }) => [status, body.error])).toEqual([
    [201, undefined],
    [200, undefined],
  ]);
  return [await shown(`keys/${a}`), await shown(`keys/${b}`)];
}

const daysLeft = ({ expires_at }: { expires_at: string }) => (Date.parse(expires_at) - Date.now()) / DAY_MS;
const refusal = ({ status, body }: AdminAnswer) => [status, body.error?.param, body.error?.code];

const bounds = {
  upperbound_key_generate_params: {
    max_budget: 100,
    budget_duration: '30d',
    duration: '30d',
    rpm_limit: 60,
    max_parallel_requests: 5,
  },
};

it('gives new keys what the file says where nothing else is said, whichever door makes them', async () => {
  const team = fresh();
  await bench.gateway.admin('POST', 'teams', { name: team });
  await use({
    timezone: 'Europe/Berlin',
    default_key_generate_params: {
      max_budget: 10,
      budget_duration: '7d',
      duration: '30d',
      models: ['whisper'],
      rpm_limit: 60,
      max_parallel_requests: 5,
      metadata: { cost_center: 4711, tags: ['night'] },
      team_id: team,
      user_id: 'alice',
    },
  });
  for (const key of await byBothDoors({}, {})) {
    expect(key).toMatchObject({
      models: ['whisper'],
      user: 'alice',
      team,
      tags: ['night'],
      metadata: { cost_center: '4711' },
      budgets: [{ limit_usd: 10, period: 'week', time_zone: 'Europe/Berlin', model: null }],
      limits: { requests_per_minute: 60, concurrent_requests: 5 },
    });
    expect(daysLeft(key)).toBeCloseTo(30, 1);
  }
  const [ours, theirs] = await byBothDoors(
    { models: null, user: null, team: null, expires_at: null, budgets: [], limits: null, tags: [], metadata: {} },
    // As in LiteLLM, null and what is empty say nothing.
    { models: [], metadata: {}, max_budget: null, rpm_limit: 7 },
  );
  const none = { models: null, user: null, team: null, expires_at: null, budgets: [], limits: null, tags: [] };
  expect(ours).toMatchObject({ ...none, metadata: {} });
  expect(theirs).toMatchObject({
    models: ['whisper'],
    metadata: { cost_center: '4711' },
    budgets: [{ limit_usd: 10 }],
    limits: { requests_per_minute: 7, concurrent_requests: 5 },
  });
  // Each part of a budget is filled in.
  expect(await byBothDoors({}, { max_budget: 5 })).toMatchObject([
    {},
    { budgets: [{ limit_usd: 5, period: 'week', time_zone: 'Europe/Berlin' }] },
  ]);
  expect(await byBothDoors({}, { budget_duration: '1d', models: ['all-proxy-models'] })).toMatchObject([
    {},
    { budgets: [{ limit_usd: 10, period: 'day' }], models: null },
  ]);
  await bench.gateway.admin('DELETE', `teams/${team}`);
});

it('refuses a key where the team that the file names is not there', async () => {
  await use({ default_key_generate_params: { team_id: 'nowhere' } });
  const answer = await bench.gateway.admin('POST', 'keys', { name: fresh() });
  expect(refusal(answer)).toEqual([400, 'team', 'invalid_value']);
  expect(answer.body.error.message).toContain('default_key_generate_params');
  expect(refusal(await call('/key/generate', {}))).toEqual([400, 'team_id', 'invalid_value']);
});

describe('a bound', () => {
  beforeEach(() => use(bounds));

  it('is what a new key gets that leaves it open', async () => {
    for (const key of await byBothDoors({ limits: { max_audio_seconds: 60 } }, { budget_duration: '30d' })) {
      expect(key).toMatchObject({
        budgets: [{ limit_usd: 100, period: 'month' }],
        limits: { requests_per_minute: 60, concurrent_requests: 5 },
      });
      expect(daysLeft(key)).toBeCloseTo(30, 1);
    }
    // Null says nothing either, where a bound is.
    const [key] = await byBothDoors({ expires_at: null, budgets: [], limits: null }, { max_budget: 5 });
    expect(key).toMatchObject({ budgets: [{ limit_usd: 100 }], limits: { concurrent_requests: 5 } });
  });

  const soon = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
  const at = () => ({
    ours: {
      budgets: [{ limit_usd: 100, period: 'month' }],
      limits: { requests_per_minute: 60, concurrent_requests: 5 },
      expires_at: soon(30),
    },
    theirs: { max_budget: 100, budget_duration: '30d', duration: '30d', rpm_limit: 60, max_parallel_requests: 5 },
  });
  const below = () => ({
    ours: {
      budgets: [{ limit_usd: 1, period: 'day' }],
      limits: { requests_per_minute: 1, concurrent_requests: 1 },
      expires_at: soon(1),
    },
    theirs: { max_budget: 1, budget_duration: '1d', duration: '1d', rpm_limit: 1, max_parallel_requests: 1 },
  });
  const above = (): [string, string, object, object][] => [
    ['budgets', 'max_budget', { budgets: [{ limit_usd: 100.01, period: 'month' }] }, { max_budget: 100.01 }],
    ['budgets', 'max_budget', { budgets: [{ limit_usd: 5, period: 'month', model: 'whisper' }] }, { max_budget: 1e6 }],
    ['expires_at', 'duration', { expires_at: soon(30.01) }, { duration: '31d' }],
    ['limits.requests_per_minute', 'rpm_limit', { limits: { requests_per_minute: 61 } }, { rpm_limit: 61 }],
    [
      'limits.concurrent_requests',
      'max_parallel_requests',
      { limits: { requests_per_minute: 60, concurrent_requests: 6 } },
      { max_parallel_requests: 6 },
    ],
  ];

  it('lets keys be made and changed at it and below it, and not above it, by every door', async () => {
    expect(await byBothDoors(at().ours, at().theirs)).toHaveLength(2);
    const [ours, theirs] = await byBothDoors(below().ours, below().theirs);
    const changes: ((said: { ours: object; theirs: object }) => Promise<AdminAnswer>)[] = [
      (said) => bench.gateway.admin('PATCH', `keys/${ours.id}`, said.ours),
      (said) => call('/key/update', { key: theirs.id, ...said.theirs }),
      (said) => call('/key/regenerate', { key: theirs.id, ...said.theirs }),
      (said) => call(`/key/${theirs.id}/regenerate`, said.theirs),
    ];
    for (const change of changes) {
      for (const said of [below(), at(), below()]) expect((await change(said)).status).toBe(200);
    }
    const before = await shown('keys?limit=100');
    for (const [param, word, inOurs, inTheirs] of above()) {
      const answers = [
        await bench.gateway.admin('POST', 'keys', { name: fresh(), ...inOurs }),
        await call('/key/generate', inTheirs),
      ];
      for (const change of changes) answers.push(await change({ ours: inOurs, theirs: inTheirs }));
      expect([param, answers.map(refusal)]).toEqual([
        param,
        [param, word, param, word, word, word].map((name) => [400, name, 'invalid_value']),
      ]);
    }
    // What opens what was bounded.
    for (const body of [
      { budgets: [] },
      { limits: null },
      { limits: { requests_per_minute: 1 } },
      { expires_at: null },
    ]) {
      expect((await bench.gateway.admin('PATCH', `keys/${ours.id}`, body)).status).toBe(400);
    }
    expect(refusal(await call('/key/update', { key: theirs.id, duration: '-1' }))).toEqual([
      400,
      'duration',
      'invalid_value',
    ]);
    const increase = { temp_budget_increase: 100, temp_budget_expiry: '10d' };
    expect(refusal(await call('/key/update', { key: theirs.id, ...increase }))).toEqual([
      400,
      'max_budget',
      'invalid_value',
    ]);
    expect(await shown('keys?limit=100')).toEqual(before);
    // What is not bounded can be changed.
    for (const change of [{ models: ['whisper'] }, { tags: ['a'] }, { blocked: true }, { blocked: false }]) {
      expect((await bench.gateway.admin('PATCH', `keys/${ours.id}`, change)).status).toBe(200);
    }
    expect((await bench.gateway.admin('POST', `keys/${ours.id}/rotate`)).status).toBe(200);
  });

  it('is not what existing keys are held to, until they are changed upwards', async () => {
    await use({});
    const high = {
      budgets: [{ limit_usd: 500, period: 'month' }],
      limits: { requests_per_minute: 500 },
      expires_at: soon(90),
    };
    const [ours, theirs] = await byBothDoors(high, { max_budget: 500, budget_duration: '30d', duration: '90d' });
    const [open] = await byBothDoors({}, {});
    const reloaded = await bench.reload({ model_list: [entry('whisper', simulator)], litellm_settings: bounds });
    expect(reloaded.body).toMatchObject({
      rules: ['keys get at most: budget $100 a month, lifetime 30d, requests a minute 60, requests at once 5'],
      warnings: [],
    });
    expect(await shown('config')).toEqual({ ...reloaded.body, object: 'config_file' });
    expect([await shown(`keys/${ours.id}`), await shown(`keys/${theirs.id}`)]).toEqual([ours, theirs]);
    const patch = async (id: string, body: object) => (await bench.gateway.admin('PATCH', `keys/${id}`, body)).status;
    expect(await patch(ours.id, { ...high, name: fresh() })).toBe(200);
    expect(await patch(ours.id, { ...high, budgets: [{ limit_usd: 501, period: 'month' }] })).toBe(400);
    expect(await patch(ours.id, { expires_at: soon(91) })).toBe(400);
    expect(await patch(ours.id, { limits: { requests_per_minute: 501 } })).toBe(400);
    expect(await patch(ours.id, { budgets: [{ limit_usd: 400, period: 'month' }], expires_at: soon(80) })).toBe(200);
    expect(await patch(ours.id, { budgets: [{ limit_usd: 401, period: 'month' }] })).toBe(400);
    expect((await call('/key/update', { key: theirs.id, max_budget: 499 })).status).toBe(200);
    expect((await call('/key/update', { key: theirs.id, max_budget: 500 })).status).toBe(400);
    expect(await patch(open.id, { budgets: [], limits: null, expires_at: null, tags: ['x'] })).toBe(200);
    // A lower bound is heard of at once, and so is that there is none.
    await use({ upperbound_key_generate_params: { rpm_limit: 10 } });
    expect((await call('/key/generate', { rpm_limit: 11 })).status).toBe(400);
    expect((await call('/key/generate', { rpm_limit: 10, duration: '900d' })).status).toBe(200);
    await use({});
    expect((await call('/key/generate', { rpm_limit: 11 })).status).toBe(200);
  });

  it('stays as it is where a file cannot be used', async () => {
    const wrong = { upperbound_key_generate_params: { max_budget: -1 } };
    const answer = await bench.reload({ model_list: [entry('whisper', simulator)], litellm_settings: wrong });
    expect([answer.status, answer.body.error.message]).toEqual([
      400,
      expect.stringContaining('litellm_settings.upperbound_key_generate_params.max_budget: must be a number of US'),
    ]);
    expect((await call('/key/generate', { max_budget: 101 })).status).toBe(400);
    expect((await shown('config')).rules).toHaveLength(1);
  });
});

it('gives new teams what the file says, whichever door makes them', async () => {
  await use({
    default_team_settings: [{ max_budget: 70 }],
    default_team_params: { budget_duration: '30d', rpm_limit: 600 },
  });
  const made = async (ours: object, theirs: object) => {
    const first = await bench.gateway.admin('POST', 'teams', { name: fresh(), ...ours });
    const second = await call('/team/new', { team_alias: fresh(), ...theirs });
    expect([first.status, second.status]).toEqual([201, 200]);
    return [first.body, await shown(`teams/${second.body.team_id}`)];
  };
  const byDefault = { budgets: [{ limit_usd: 70, period: 'month' }], limits: { requests_per_minute: 600 } };
  expect(await made({}, {})).toMatchObject([byDefault, byDefault]);
  expect(await made({ budgets: [], limits: null }, { max_budget: 5, max_parallel_requests: 3 })).toMatchObject([
    { budgets: [], limits: null },
    { budgets: [{ limit_usd: 5, period: 'month' }], limits: { requests_per_minute: 600, concurrent_requests: 3 } },
  ]);
});

it('wants to be said what the file names', async () => {
  const team = fresh();
  await bench.gateway.admin('POST', 'teams', { name: team });
  const admin = await bench.gateway.admin('POST', 'admin_keys', { name: fresh(), role: 'team_admin', teams: [team] });
  await use({
    key_generation_settings: {
      team_key_generation: { required_params: ['tags', 'max_budget'] },
      personal_key_generation: { required_params: ['team_id'] },
    },
  });
  const byAdmin = (path: string, body: object) => call(path, body, admin.body.key);
  const refused = [
    await byAdmin('/admin/v1/keys', { name: fresh(), team, tags: ['a'] }),
    await byAdmin('/admin/v1/keys', { name: fresh(), team, tags: [], budgets: [{ limit_usd: 5, period: 'day' }] }),
    await byAdmin('/key/generate', { team_id: team, metadata: { tags: ['a'] } }),
    await bench.gateway.admin('POST', 'keys', { name: fresh() }),
    await call('/key/generate', {}),
  ].map(refusal);
  expect(refused).toEqual(
    ['budgets', 'tags', 'max_budget', 'team', 'team_id'].map((name) => [400, name, 'missing_required_parameter']),
  );
  const budgets = [{ limit_usd: 5, period: 'day' }];
  expect((await byAdmin('/admin/v1/keys', { name: fresh(), team, tags: ['a'], budgets })).status).toBe(201);
  expect((await byAdmin('/key/generate', { team_id: team, tags: ['a'], max_budget: 5 })).status).toBe(200);
  // Others than team admins need not say it of a key of a team.
  expect((await call('/key/generate', { team_id: team })).status).toBe(200);
});

it('gives the keys of a team admin the team of the file, where it is one of theirs', async () => {
  const [ours, theirs] = [fresh(), fresh()];
  for (const name of [ours, theirs]) await bench.gateway.admin('POST', 'teams', { name });
  const admin = await bench.gateway.admin('POST', 'admin_keys', { name: fresh(), role: 'team_admin', teams: [ours] });
  const make = () => call('/admin/v1/keys', { name: fresh() }, admin.body.key);
  await use({ default_key_generate_params: { team_id: ours } });
  expect(await make()).toMatchObject({ status: 201, body: { team: ours } });
  // Nobody hears whether there is another one.
  for (const team_id of [theirs, 'nowhere']) {
    await use({ default_key_generate_params: { team_id } });
    const answer = await make();
    expect(refusal(answer)).toEqual([403, 'team', 'not_allowed']);
    expect(answer.body.error.message).not.toContain(team_id);
  }
});

it('is told of by the audit, by the names of the keys', async () => {
  await use({ upperbound_key_generate_params: { duration: '1d' }, default_key_generate_params: { rpm_limit: 5 } });
  const newest = async () => (await shown('audit?kind=configuration_file&limit=1')).data[0].after;
  expect(await newest()).toMatchObject({
    rules: { added: ['default_key_generate_params', 'upperbound_key_generate_params'] },
  });
  await use({ upperbound_key_generate_params: { duration: '2d' } });
  expect(await newest()).toMatchObject({
    rules: { changed: ['upperbound_key_generate_params'], removed: ['default_key_generate_params'] },
  });
});
