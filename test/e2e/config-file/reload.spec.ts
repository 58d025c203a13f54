import { rm } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { MASTER_KEY, startTestGateway } from '../../support/gateway.js';
import type { OpenAiSimulator } from '../../support/openai-simulator.js';
import { errorAnswer, heldAnswer } from '../../support/simulator-answers.js';
import { ModelsRepository } from '../../../src/models/models.repository.js';
import { until } from '../../support/upload-server.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';
import { FileBench, entry } from './file-bench.js';

let bench: FileBench;
let a: OpenAiSimulator;
let b: OpenAiSimulator;
beforeAll(async () => {
  bench = await FileBench.create();
  await bench.start({ model_list: [] });
});
afterAll(async () => bench.close());
beforeEach(async () => {
  a = await bench.simulator();
  b = await bench.simulator();
  bench.pauses.length = 0;
});

const failure = (status = 500) => errorAnswer(status, { message: 'no' });
const failures = (count: number) => Array.from({ length: count }, () => failure());

async function statusOf(model: string): Promise<number> {
  return (await bench.send(MASTER_KEY, { model })).status;
}

async function idsOf(model: string): Promise<readonly string[]> {
  const { body } = await bench.gateway.admin('GET', `models/${model}`);
  return body.deployments.map(({ id }: { id: string }) => id);
}

it('brings what is new and takes what is gone', async () => {
  const first = await bench.reload({ model_list: [entry('old', a)] });
  expect([first.status, first.body]).toEqual([
    200,
    {
      object: 'config_reload',
      file: bench.path,
      read_at: expect.stringMatching(/^\d{4}-.+Z$/),
      models: ['old'],
      rules: [],
      problems: [],
      warnings: [],
    },
  ]);
  expect([await statusOf('old'), await statusOf('new')]).toEqual([200, 404]);
  await bench.use({ model_list: [entry('new', b)] });
  expect([await statusOf('old'), await statusOf('new')]).toEqual([404, 200]);
  expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
});

it('says what it would change before it does, with what is wrong and where, and changes nothing', async () => {
  const plan = async (content: string | object) => {
    await bench.write(content);
    const { status, body } = await bench.gateway.admin('GET', 'config/plan');
    expect(status).toBe(200);
    return body;
  };
  const before = { model_list: [entry('old', a), entry('kept', a)], router_settings: { num_retries: 1 } };
  await bench.use(before);
  const nothing = { object: 'config_reload_plan', file: bench.path, is_usable: true, changes: [], restart: [] };
  expect(await plan(before)).toEqual({ ...nothing, problems: [] });
  const after = {
    // A key that looks the same where it is shown is another all the same.
    model_list: [entry('new', b), entry('kept', a, { api_key: 'sk-another-secret-that-nobody-may-see' })],
    router_settings: { num_retries: 3, model_group_alias: { nick: 'kept' }, cache_kwargs: 'r' },
    general_settings: { max_request_size_mb: 7, alerting: ['slack'], alert_to_webhook_url: {} },
    litellm_settings: { max_budget: 12.5, budget_duration: '30d', fallbacks: [{ kept: ['new'] }] },
  };
  const told = await plan(after);
  expect(told).toMatchObject({ is_usable: true, restart: ['max_file_size_mb'] });
  expect(told.changes).toEqual(
    expect.arrayContaining([
      { section: 'models', added: ['new'], changed: ['kept'], removed: ['old'] },
      {
        section: 'deployments',
        added: ['new: openai/whisper-1'],
        changed: ['kept: openai/whisper-1'],
        removed: ['old: openai/whisper-1'],
      },
      { section: 'aliases', added: ['nick'], changed: [], removed: [] },
      { section: 'fallbacks', added: ['kept'], changed: [], removed: [] },
      { section: 'settings', added: [], changed: ['max_retries'], removed: [] },
      { section: 'budgets', added: [expect.stringMatching(/^all requests, /)], changed: [], removed: [] },
    ]),
  );
  expect(told.problems).toContainEqual({
    kind: 'no_effect',
    message: expect.any(String),
    at: { file: bench.path, line: 1, column: expect.any(Number), key: 'router_settings.cache_kwargs' },
  });
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(await plan('model_list: {')).toMatchObject({
    is_usable: false,
    changes: [],
    restart: [],
    problems: [{ kind: 'unusable', at: { file: bench.path, line: expect.any(Number) } }],
  });
  // Where settings do not go together, no one line of the file is at fault.
  const roles = [{ everybody: true, role: 'viewer' }];
  const issuer = { id: 'a', name: 'A', issuer: 'https://a.example', client_id: 'c', client_secret: 'secret', roles };
  const apart = await plan({ model_list: [], general_settings: { oidc_issuers: [issuer] } });
  expect(apart).toMatchObject({ is_usable: false, problems: [{ kind: 'unusable', at: null }] });
  expect(JSON.stringify(apart.problems)).toContain('PUBLIC_URL');
  expect((await bench.gateway.admin('GET', 'config')).body.models).toEqual(['old', 'kept']);
  expect([await statusOf('old'), await statusOf('new')]).toEqual([200, 404]);
});

it('declares alerts of Slack, which only the file changes, and takes them back', async () => {
  const receiver = await WebhookReceiver.start();
  const model_list = [entry('watched', a)];
  const environment_variables = { SLACK_WEBHOOK_URL: receiver.url() };
  const listed = async () => (await bench.gateway.admin('GET', 'alerts')).body.data;
  const changes = async () => (await bench.gateway.admin('GET', 'audit?kind=alert')).body.data;
  const file = { model_list, environment_variables, general_settings: { alerting: ['slack'] } };
  await bench.use(file);
  const [alert, ...others] = await listed();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    name: 'slack of the configuration file',
    format: 'slack',
    event_types: null,
    enabled: true,
    managed_by: 'file',
  });
  const refused = await Promise.all([
    bench.gateway.admin('PATCH', `alerts/${alert.id}`, { enabled: false }),
    bench.gateway.admin('POST', `alerts/${alert.id}/rotate`, {}),
    bench.gateway.admin('DELETE', `alerts/${alert.id}`),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([409, 409, 409]);
  await bench.gateway.admin('POST', `alerts/${alert.id}/test`);
  expect(receiver.received.map(({ body }) => Object.keys(body))).toEqual([['text', 'blocks']]);
  // What is the same is not touched.
  await bench.use(file);
  expect(await listed()).toEqual([alert]);
  expect(await changes()).toMatchObject([{ action: 'create', actor_kind: 'file' }]);

  const { body: own } = await bench.gateway.admin('POST', 'alerts', { name: 'own', url: receiver.url('/own') });
  await bench.use({ ...file, general_settings: { alerting: ['slack'], alert_types: ['budget_alerts'] } });
  expect(
    (await listed()).map(({ name, event_types }: { name: string; event_types: unknown }) => [name, event_types]),
  ).toEqual([
    ['own', null],
    [alert.name, ['budget.soft_limit', 'budget.exhausted']],
  ]);
  // Several addresses for the same are several alerts.
  const alert_to_webhook_url = { outage_alerts: [receiver.url('/a'), receiver.url('/b')] };
  await bench.use({ ...file, general_settings: { alerting: ['slack'], alert_to_webhook_url } });
  expect((await listed()).length).toBe(4);
  // A name that is taken stays whose it is.
  await bench.use({ model_list });
  expect((await listed()).map(({ id }: { id: string }) => id)).toEqual([own.id]);
  await bench.gateway.admin('PATCH', `alerts/${own.id}`, { name: alert.name });
  await bench.use(file);
  expect(await listed()).toMatchObject([{ id: own.id, managed_by: 'api' }]);
  await bench.gateway.admin('DELETE', `alerts/${own.id}`);
  await bench.use({ model_list });
  await receiver.close();
});

it('declares a budget of the gateway, beside those of the admin API, and takes it back', async () => {
  const model_list = [entry('budgeted', a)];
  const budgets = async () => (await bench.gateway.admin('GET', 'gateway')).body.budgets;
  await bench.use({ model_list, litellm_settings: { max_budget: 0.00001, budget_duration: '30d' } });
  const ofFile = { source: 'file', limit_usd: 0.00001, period: 'month', time_zone: 'UTC', model: null };
  expect(await budgets()).toMatchObject([ofFile]);
  const refused = await bench.send(MASTER_KEY, { model: 'budgeted' });
  expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('budget_exceeded')]);
  // Neither takes away what the other has said.
  const ofApi = { limit_usd: 7, period: 'day' };
  await bench.gateway.admin('PATCH', 'gateway', { budgets: [ofApi] });
  expect(await budgets()).toMatchObject([ofFile, { source: 'api', ...ofApi }]);
  await bench.use({ model_list, litellm_settings: { max_budget: '12.5', budget_duration: '1mo' } });
  expect(await budgets()).toMatchObject([{ ...ofFile, limit_usd: 12.5 }, ofApi]);
  expect(await statusOf('budgeted')).toBe(200);
  await bench.gateway.admin('PATCH', 'gateway', { budgets: [] });
  expect(await budgets()).toMatchObject([{ source: 'file' }]);
  // As in LiteLLM, 0 is none.
  await bench.use({ model_list, litellm_settings: { max_budget: 0 } });
  expect(await budgets()).toEqual([]);
  const { body } = await bench.reload({ model_list, litellm_settings: { budget_duration: '7d' } });
  expect(body.warnings).toEqual([
    expect.stringContaining('litellm_settings.budget_duration: has no effect without max_budget'),
  ]);
  expect(
    (await bench.reload({ model_list, litellm_settings: { max_budget: 1, budget_duration: '10d' } })).body.error
      .message,
  ).toContain('litellm_settings.budget_duration: must be 24h or 1d, 7d, 30d or 1mo');
  expect((await bench.reload({ model_list, litellm_settings: { max_budget: 'much' } })).status).toBe(400);
});

it('lets requests that are running end as they began', async () => {
  await bench.use({ model_list: [entry('old', a)] });
  const { answer, release } = heldAnswer();
  a.respondWith(answer);
  const arrived = a.nextRequest();
  const running = bench.send(MASTER_KEY, { model: 'old' });
  await arrived;
  await bench.use({ model_list: [entry('new', b)] });
  expect(await statusOf('old')).toBe(404);
  release();
  const response = await running;
  expect([response.status, await response.json()]).toEqual([200, { text: 'late, but complete' }]);
  expect(await bench.row(response)).toMatchObject({ model: 'old', status: 'success' });
});

describe('a broken file changes nothing', () => {
  beforeEach(async () => {
    await bench.use({ model_list: [entry('kept', a)], router_settings: { num_retries: 1 } });
  });
  afterEach(async () => {
    a.respondWith(failure());
    const response = await bench.send(MASTER_KEY, { model: 'kept' });
    expect([response.status, response.headers.get('x-auricle-attempts')]).toEqual([200, '2']);
  });

  it.each([
    ['general_settings:\n  alowed_ips: [10.0.0.1]\n', '2:3 general_settings.alowed_ips: is not a setting'],
    [
      'general_settings: { master_key: os.environ/NO_SUCH }\n',
      '1:33 general_settings.master_key: the environment variable NO_SUCH is not set',
    ],
    ['model_list: { model_name: new }\n', '1:13 model_list: must be a list, not a map'],
    ['model_list: {\n', ''],
  ])('%j', async (text, problem) => {
    const { status, body } = await bench.reload(text);
    expect([status, body.error]).toMatchObject([
      400,
      { type: 'invalid_request_error', param: null, code: 'invalid_config_file' },
    ]);
    expect(body.error.message).toContain(`${bench.path}:${problem}`);
    expect(await statusOf('new')).toBe(404);
  });

  it('nor does one that is gone', async () => {
    await rm(bench.path);
    const { status, body } = await bench.gateway.admin('POST', 'config/reload');
    expect([status, body.error.message]).toEqual([400, `${bench.path}:1:1 there is no such file`]);
  });
});

describe('a file with mistakes that are no danger', () => {
  const withMistakes = () => ({
    model_list: [
      entry('fine', a),
      { model_name: 'off', litellm_params: { model: 'whisper-1', api_key: 'os.environ/NO_SUCH' } },
      { model_name: 'chat', litellm_params: { model: 'text-embedding-3-small', api_key: 'k' } },
    ],
    router_settings: { timeut: 5 },
  });

  it('is used; what cannot be is switched off, with an error in the admin API and in the process log', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error');
    const { status, body } = await bench.reload(withMistakes());
    expect([status, body.models]).toEqual([200, ['fine', 'off']]);
    const unset =
      /config\.yaml:1:\d+ model_list\[1\]\.litellm_params\.api_key: the environment variable NO_SUCH is not set$/;
    expect(body.warnings).toEqual([
      expect.stringMatching(unset),
      expect.stringMatching(
        /config\.yaml:1:\d+ model_list\[2\]\.litellm_params\.model: the model 'chat' is left out: /,
      ),
      expect.stringMatching(/config\.yaml:1:\d+ router_settings\.timeut: .+did you mean timeout\?$/),
    ]);
    const told = errors.mock.calls.map(([message]) => String(message));
    errors.mockRestore();
    expect(told).toEqual([expect.stringMatching(/^deployment [0-9a-f-]{36} of model 'off' is switched off: /)]);
    expect(told[0]).toMatch(unset);

    const { body: off } = await bench.gateway.admin('GET', 'models/off');
    expect(off.deployments).toMatchObject([
      { provider: 'openai', enabled: false, managed_by: 'file', error: expect.stringMatching(unset) },
    ]);
    expect((await bench.send(MASTER_KEY, { model: 'fine' })).status).toBe(200);
    expect((await bench.send(MASTER_KEY, { model: 'off' })).status).toBe(503);
    expect((await bench.send(MASTER_KEY, { model: 'chat' })).status).toBe(404);
  });
});

describe('warnings', () => {
  it('are answered and logged', async () => {
    const log = jest.spyOn(Logger.prototype, 'warn');
    const { body } = await bench.reload({
      model_list: [entry('w', a)],
      router_settings: { cache_kwargs: 'r' },
    });
    expect(body.warnings).toEqual([
      expect.stringMatching(/config\.yaml:1:\d+ router_settings\.cache_kwargs: has no effect here\. .+Redis/),
    ]);
    expect(log.mock.calls.map(([message]) => message)).toEqual(body.warnings);
    log.mockRestore();
    expect(body.problems).toEqual([
      {
        kind: 'no_effect',
        message: expect.stringContaining('Redis'),
        at: { file: bench.path, line: 1, column: expect.any(Number), key: 'router_settings.cache_kwargs' },
      },
    ]);
  });

  it('tell what a reload cannot change, as the settings in force do', async () => {
    const settings = async () => {
      const { status, body } = await bench.gateway.admin('GET', 'settings');
      expect(status).toBe(200);
      const all: { name: string }[] = body.sections.flatMap((section: { settings: object[] }) => section.settings);
      return new Map(all.map((setting) => [setting.name, setting]));
    };
    const { status, body } = await bench.reload({
      model_list: [entry('w', a)],
      // A variable wins over the key: a restart would change nothing.
      general_settings: { master_key: 'sk-new-key', max_request_size_mb: 7 },
      router_settings: { num_retries: 3 },
    });
    const warning = 'max_file_size_mb has changed: the gateway must be restarted for it';
    expect([status, body.warnings]).toEqual([200, [warning]]);
    expect(body.problems).toEqual([{ kind: 'note', message: warning, at: null }]);
    expect((await bench.gateway.admin('GET', 'models')).status).toBe(200);
    const now = await settings();
    expect(now.get('max_file_size_mb')).toMatchObject({
      value: 100,
      origin: { source: 'default' },
      restart_pending: true,
    });
    expect(now.get('max_retries')).toMatchObject({
      value: 3,
      origin: { source: 'file', file: bench.path, line: 1, key: 'router_settings.num_retries' },
    });
    expect(now.get('master_key')).toMatchObject({
      is_set: true,
      value: null,
      origin: { source: 'environment', variable: 'MASTER_KEY' },
      restart_pending: false,
    });
    await bench.use({ model_list: [entry('w', a)] });
    const { value, origin, restart_pending } = Object(await settings().then((all) => all.get('max_retries')));
    expect([value, origin, restart_pending]).toEqual([2, { source: 'default' }, false]);
  });
});

describe('routing', () => {
  it('of fallbacks and retries changes at once', async () => {
    const model_list = [entry('main', a), entry('backup', b)];
    await bench.use({ model_list, router_settings: { num_retries: 0 } });
    a.respondWith(failure());
    expect(await statusOf('main')).toBe(502);

    await bench.use({ model_list, router_settings: { num_retries: 1, fallbacks: [{ main: ['backup'] }] } });
    a.respondWith(...failures(2));
    const response = await bench.send(MASTER_KEY, { model: 'main' });
    expect([response.status, response.headers.get('x-auricle-model')]).toEqual([200, 'backup']);
    expect(await bench.outcomes(response)).toEqual(['unavailable', 'unavailable', 'success']);
  });

  it('of strategy changes at once', async () => {
    const cheap = { input_cost_per_second: 0.0001 };
    const model_list = [entry('w', a, cheap), entry('w', b, { input_cost_per_second: 1 })];
    bench.draw = 0.99;
    await bench.use({ model_list });
    await statusOf('w');
    expect([a.requests.length, b.requests.length]).toEqual([0, 1]);
    await bench.use({ model_list, router_settings: { routing_strategy: 'cost-based-routing' } });
    await statusOf('w');
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
  });

  it('keeps the health of a deployment, whatever else changes around it', async () => {
    const settings = { router_settings: { num_retries: 0, allowed_fails: 0, cooldown_time: 3000 } };
    await bench.use({ model_list: [entry('w', a), entry('w', b)], ...settings });
    const [first, second] = await idsOf('w');
    bench.draw = 0.1;
    a.respondWith(failure());
    expect(await statusOf('w')).toBe(200);
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);

    await bench.use({ model_list: [entry('w', b), entry('w', a, { weight: 9 })], ...settings });
    expect(await idsOf('w')).toEqual([second, first]);
    const { body } = await bench.gateway.admin('GET', 'deployments/health');
    expect(body.data.map(({ id, circuit }: { id: string; circuit: string }) => [id, circuit])).toEqual([
      [second, 'closed'],
      [first, 'open'],
    ]);
    for (const draw of [0.1, 0.9]) {
      bench.draw = draw;
      expect(await statusOf('w')).toBe(200);
    }
    expect([a.requests.length, b.requests.length]).toEqual([1, 3]);
  });
});

it('is not undone by a change through the API that began before it and ends after it', async () => {
  await bench.use({ model_list: [entry('before', a)] });
  const repository = bench.gateway.app.get(ModelsRepository);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const all = repository.all.bind(repository);
  const slow = jest.spyOn(repository, 'all').mockImplementationOnce(async () => {
    const rows = await all();
    await released;
    return rows;
  });
  const made = bench.gateway.admin('POST', 'models', { name: 'made', deployments: [] });
  await until(() => slow.mock.calls.length > 0);
  await bench.write({ model_list: [entry('after', a)] });
  const reloaded = bench.gateway.admin('POST', 'config/reload');
  // Time enough for a reload that does not wait for its turn.
  for (let asked = 0; asked < 10; asked += 1) await bench.gateway.admin('GET', 'keys');
  release();
  expect([(await made).status, (await reloaded).status]).toEqual([201, 200]);
  slow.mockRestore();
  const { body } = await bench.gateway.admin('GET', 'models');
  expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['after', 'made']);
});

it('a gateway without a file has nothing to read again', async () => {
  const gateway = await startTestGateway();
  const { status, body } = await gateway.admin('POST', 'config/reload');
  const shown = await gateway.admin('GET', 'config');
  await gateway.close();
  expect([shown.status, shown.body.error.code]).toEqual([404, 'no_config_file']);
  expect([status, body.error]).toEqual([
    409,
    {
      message: 'The gateway was started without a configuration file',
      type: 'invalid_request_error',
      param: null,
      code: 'no_config_file',
    },
  ]);
});

it('is not for holders of a virtual key', async () => {
  const { key } = await bench.gateway.createKey();
  const response = await fetch(`${bench.gateway.url}/admin/v1/config/reload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
  expect(response.status).toBe(401);
});
