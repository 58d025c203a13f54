import { MASTER_KEY } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { object } from '../admin/openapi-document.js';
import { COST_NANO_USD, LedgerBench } from '../ledger/ledger-bench.js';

/** What one of the bench's requests costs; its six seconds would cost less. */
const COST_USD = Number(COST_NANO_USD) / 1e9;
/** What is reserved for it: six seconds of whisper-1. */
const ESTIMATE_USD = 0.0006;

let bench: LedgerBench;
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());
beforeEach(() => bench.gateway.admin('PATCH', 'gateway', { budgets: [] }));

async function newKey(...budgets: readonly object[]) {
  return await bench.gateway.createKey({ budgets });
}

/** The statuses of so many requests, one after the other, each in the ledger before the next. */
async function statuses(key: string, count: number, fields: Record<string, string> = {}): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) {
    seen.push((await bench.transcribe(key, fields)).status);
    await bench.gateway.logs();
  }
  return seen;
}

async function budgetsOf(id: string) {
  return (await bench.gateway.admin('GET', `keys/${id}`)).body.budgets;
}

describe('a key with a budget', () => {
  it('is served until the next request would exceed it, and then told when it resets', async () => {
    const { id, key } = await newKey({ limit_usd: 2 * COST_USD, period: 'month', time_zone: 'Europe/Berlin' });
    expect(await statuses(key, 2)).toEqual([200, 200]);
    const { text, status, id: requestId } = await bench.transcribe(key);
    expect(status).toBe(429);
    expect(JSON.parse(text)).toEqual({
      error: {
        message: expect.stringMatching(
          /^This request would exceed the budget of this API key \(\$0.0018 a month\)\. It resets at 20\d\d-\d\d-\d\dT2[23]:00:00\.000Z\.$/,
        ),
        type: 'insufficient_quota',
        param: null,
        code: 'budget_exceeded',
      },
    });
    expect(await budgetsOf(id)).toMatchObject([
      { limit_usd: 0.0018, spent_usd: 0.0018, reserved_usd: 0, spent_audio_seconds: 12, period: 'month' },
    ]);
    await bench.gateway.logs();
    expect((await bench.gateway.admin('GET', `logs/${requestId}`)).body).toMatchObject({
      status: 'failure',
      http_status: 429,
      error_code: 'budget_exceeded',
      attempts: [],
    });
  });

  it('is told not to try again', async () => {
    const { key } = await newKey({ limit_usd: 0, period: 'day' });
    await bench.gateway.createModel('speaker', bench.simulator.url, { upstream_model: 'tts-1' });
    const asked = await fetch(`${bench.gateway.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'speaker', input: 'Hello.', voice: 'alloy' }),
    });
    await asked.text();
    expect([asked.status, asked.headers.get('x-should-retry'), asked.headers.get('x-auricle-budget-reset')]).toEqual([
      429,
      'false',
      expect.stringMatching(/^20\d\d-\d\d-\d\dT00:00:00\.000Z$/),
    ]);
  });

  it('gets back what was reserved for a request that failed', async () => {
    const { id, key } = await newKey({ limit_usd: ESTIMATE_USD, period: 'total' });
    bench.simulator.respondWith(errorAnswer(400, { message: 'no' }));
    expect(await statuses(key, 1)).toEqual([400]);
    expect(await budgetsOf(id)).toMatchObject([{ spent_usd: 0, reserved_usd: 0, resets_at: null }]);
    expect(await statuses(key, 1)).toEqual([200]);
  });

  it('counts what a model costs where it names one', async () => {
    const { key } = await newKey({ limit_usd: 0, period: 'total', model: 'gpt4o' });
    expect(await statuses(key, 1)).toEqual([200]);
    expect(await statuses(key, 1, { model: 'gpt4o' })).toEqual([429]);
  });

  it('follows a model that gets another name', async () => {
    const { id } = await newKey({ limit_usd: 0, period: 'total', model: 'renamed' });
    await bench.gateway.createModel('renamed', bench.simulator.url);
    expect((await bench.gateway.admin('PATCH', 'models/renamed', { name: 'renamed-again' })).status).toBe(200);
    expect(await budgetsOf(id)).toMatchObject([{ model: 'renamed-again' }]);
  });

  it('bounds seconds of audio, too', async () => {
    const { key } = await newKey({ limit_audio_seconds: 13, period: 'day' });
    expect(await statuses(key, 3)).toEqual([200, 200, 429]);
  });

  it('warns from its soft limit on', async () => {
    const { key } = await newKey({ limit_usd: 1, soft_limit_usd: COST_USD, period: 'day' });
    expect((await bench.transcribe(key)).warning).toBeNull();
    await bench.gateway.logs();
    expect((await bench.transcribe(key)).warning).toBe(
      'more than the soft limit of the budget of this API key ($1 a day) is spent',
    );
  });

  it('may be given more, and another one, without losing count', async () => {
    const { id, key } = await newKey({ limit_usd: COST_USD, period: 'month' });
    expect(await statuses(key, 2)).toEqual([200, 429]);
    await bench.gateway.admin('PATCH', `keys/${id}`, {
      budgets: [
        { limit_usd: 2 * COST_USD, period: 'month' },
        { limit_usd: 5, period: 'total' },
      ],
    });
    expect(await statuses(key, 2)).toEqual([200, 429]);
    // The new one has what was spent before.
    expect(await budgetsOf(id)).toMatchObject([{ spent_usd: 2 * COST_USD }, { spent_usd: 2 * COST_USD }]);
    await bench.gateway.admin('PATCH', `keys/${id}`, { budgets: [] });
    expect(await statuses(key, 1)).toEqual([200]);
  });

  it('may have more for a time, which ends by itself', async () => {
    const { id, key } = await newKey({ limit_usd: COST_USD, period: 'total' });
    expect(await statuses(key, 2)).toEqual([200, 429]);
    const with_ = async (expires_at: string) =>
      await bench.gateway.admin('PATCH', `keys/${id}`, {
        budgets: [{ limit_usd: COST_USD, period: 'total', increase: { usd: COST_USD, expires_at } }],
      });
    const { body } = await with_('2999-01-01T00:00:00+01:00');
    const increase = { usd: COST_USD, audio_seconds: null, expires_at: '2998-12-31T23:00:00.000Z' };
    expect(body.budgets).toMatchObject([{ limit_usd: COST_USD, left_usd: COST_USD, increase }]);
    expect(await statuses(key, 2)).toEqual([200, 429]);
    expect((await bench.transcribe(key)).text).toContain(
      'the budget of this API key ($0.0009 and $0.0009 more until 2998-12-31T23:00:00.000Z)',
    );
    // Nothing has to be done at its end, and what was over is not asked back.
    expect((await with_('2026-01-01T00:00:00Z')).body.budgets).toMatchObject([{ increase: null, left_usd: 0 }]);
    expect(await statuses(key, 1)).toEqual([429]);
  });

  it('lets in no more than it has room for, whoever asks at once', async () => {
    const { id, key } = await newKey({ limit_usd: 7 * COST_USD, period: 'total' });
    // A request is reserved for less than it costs here: how many are let in depends on how many have ended by then.
    const seen = await Promise.all(Array.from({ length: 60 }, () => bench.transcribe(key)));
    const served = seen.filter(({ status }) => status === 200).length;
    expect(seen.filter(({ status }) => status === 429)).toHaveLength(60 - served);
    await bench.gateway.logs();
    const [budget] = await budgetsOf(id);
    expect(served).toBeGreaterThanOrEqual(7);
    expect(served).toBeLessThanOrEqual(Math.floor((7 * COST_USD) / ESTIMATE_USD));
    expect(budget).toMatchObject({ spent_usd: served * COST_USD, reserved_usd: 0 });
  });

  it.each([
    ['no limit', [{ period: 'day' }], 'budgets.0'],
    ['a soft limit above the other', [{ limit_usd: 1, soft_limit_usd: 2, period: 'day' }], 'budgets.0.soft_limit_usd'],
    ['no such time zone', [{ limit_usd: 1, period: 'day', time_zone: 'Mars/Olympus' }], 'budgets.0.time_zone'],
    ['no such period', [{ limit_usd: 1, period: 'year' }], 'budgets.0.period'],
    [
      'CET, whose clocks PostgreSQL does not change',
      [{ limit_usd: 1, period: 'day', time_zone: 'CET' }],
      'budgets.0.time_zone',
    ],
    [
      'more of nothing',
      [{ limit_usd: 1, period: 'day', increase: { audio_seconds: 1, expires_at: '2027-01-01T00:00:00Z' } }],
      'budgets.0.increase.audio_seconds',
    ],
    [
      'an increase of nothing',
      [{ limit_usd: 1, period: 'day', increase: { expires_at: '2027-01-01T00:00:00Z' } }],
      'budgets.0.increase',
    ],
    ['an increase for ever', [{ limit_usd: 1, period: 'day', increase: { usd: 1 } }], 'budgets.0.increase.expires_at'],
    ['less than nothing', [{ limit_usd: -1, period: 'day' }], 'budgets.0.limit_usd'],
    [
      'two of a kind',
      [
        { limit_usd: 1, period: 'day' },
        { limit_usd: 2, period: 'day' },
      ],
      'budgets',
    ],
    ['too many', Array.from({ length: 21 }, (_, n) => ({ limit_usd: 1, period: 'day', model: `m${n}` })), 'budgets'],
  ])('is not made with %s', async (_, budgets, param) => {
    const { status, body } = await bench.gateway.admin('POST', 'keys', { name: 'not made', budgets });
    expect([status, body.error.param]).toEqual([400, param]);
  });
});

describe('a key asks for itself', () => {
  const me = async (authorization: string) => {
    const answer = await fetch(`${bench.gateway.url}/v1/me`, { headers: { authorization: `Bearer ${authorization}` } });
    return { status: answer.status, body: object(await answer.json()) };
  };

  it('and is told its models and what is left', async () => {
    const { id, key } = await bench.gateway.createKey({
      name: 'self',
      models: ['whisper'],
      tags: ['a note'],
      metadata: { of: 'the administrator' },
      budgets: [
        { limit_usd: 3 * COST_USD, period: 'month', time_zone: 'Europe/Berlin' },
        { limit_audio_seconds: 5, period: 'total' },
      ],
    });
    const whole = await bench.gateway.createKey({ budgets: [{ limit_usd: COST_USD, period: 'day' }] });
    expect(await statuses(whole.key, 1)).toEqual([200]);
    expect((await me(whole.key)).body).toMatchObject({ spend_usd: COST_USD, budgets: [{ left_usd: 0 }] });
    expect(await me(key)).toEqual({
      status: 200,
      body: {
        object: 'me',
        id,
        name: 'self',
        models: ['whisper'],
        endpoints: null,
        expires_at: null,
        spend_usd: 0,
        limits: [],
        budgets: [
          expect.objectContaining({
            limit_usd: 3 * COST_USD,
            left_usd: 3 * COST_USD,
            left_audio_seconds: null,
            resets_at: expect.stringMatching(/^20.*Z$/),
          }),
          expect.objectContaining({ left_usd: null, left_audio_seconds: 5, resets_at: null }),
        ],
        team_budgets: [],
        gateway_budgets: [],
      },
    });
  });

  it('and is told what is left to its team, and to all, but not how much all may spend', async () => {
    await bench.gateway.admin('POST', 'teams', {
      name: 'sharing',
      budgets: [{ limit_usd: 2 * COST_USD, period: 'month', time_zone: 'Europe/Berlin' }],
    });
    const { key } = await bench.gateway.createKey({ team: 'sharing' });
    expect(await statuses(key, 1)).toEqual([200]);
    // What all have spent this day counts, though it is only limited now.
    await bench.gateway.admin('PATCH', 'gateway', { budgets: [{ limit_usd: 1000, period: 'day' }] });
    const [gateway] = (await bench.gateway.admin('GET', 'gateway')).body.budgets;
    expect((await me(key)).body).toMatchObject({
      budgets: [],
      team_budgets: [
        {
          limit_usd: 2 * COST_USD,
          limit_audio_seconds: null,
          left_usd: COST_USD,
          left_audio_seconds: null,
          period: 'month',
          time_zone: 'Europe/Berlin',
          model: null,
          resets_at: expect.stringMatching(/^20.*Z$/),
        },
      ],
      gateway_budgets: [
        {
          left_usd: gateway.left_usd,
          left_audio_seconds: null,
          period: 'day',
          time_zone: 'UTC',
          model: null,
          resets_at: gateway.resets_at,
        },
      ],
    });
    expect(gateway.spent_usd).toBeGreaterThanOrEqual(COST_USD);
    expect(JSON.stringify((await me(key)).body)).not.toContain('1000');
    await bench.gateway.admin('PATCH', 'gateway', { budgets: [{ limit_usd: 0.000001, period: 'day' }] });
    const { text } = await bench.transcribe(key);
    expect(text).toContain('This request would exceed the budget of this gateway (a day). It resets at');
  });

  it('and is told what is left of its models where its team allows fewer', async () => {
    await bench.gateway.admin('POST', 'teams', { name: 'narrow', models: ['whisper'] });
    const all = await bench.gateway.createKey({ team: 'narrow' });
    const some = await bench.gateway.createKey({ team: 'narrow', models: ['whisper', 'gpt4o'] });
    expect([(await me(all.key)).body['models'], (await me(some.key)).body['models']]).toEqual([
      ['whisper'],
      ['whisper'],
    ]);
  });

  it('and nobody else', async () => {
    const { key } = await newKey();
    const made = await fetch(`${bench.gateway.url}/v1/client_tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    });
    const token = String(object(await made.json())['token']);
    const codes = [MASTER_KEY, token, 'sk-nobody'].map(
      async (secret) => object((await me(secret)).body['error'])['code'],
    );
    expect(await Promise.all(codes)).toEqual(['key_required', 'client_token_not_allowed', 'invalid_api_key']);
  });
});

describe('what nobody knows the cost of', () => {
  const asked = async (environment: Record<string, string>) => {
    const other = await LedgerBench.start(environment);
    await other.gateway.createModel('unpriced', other.simulator.url, {
      api_key: SIMULATOR_KEY,
      // Without the price of a minute nobody knows what it will be.
      price: { type: 'tokens', text_input_usd: '1', output_usd: '1' },
    });
    const key = await other.gateway.createKey({ budgets: [{ limit_usd: 1, period: 'day' }] });
    const free = await other.gateway.createKey({ budgets: [{ limit_audio_seconds: 60, period: 'day' }] });
    const answers = [
      await other.transcribe(key.key, { model: 'unpriced' }),
      await other.transcribe(free.key, { model: 'unpriced' }),
    ];
    await other.close();
    return answers;
  };

  it('is refused where a budget counts dollars, and the administrator is told what to do', async () => {
    const [refused, served] = await asked({});
    expect([refused?.status, served?.status]).toEqual([403, 200]);
    expect(JSON.parse(refused?.text ?? '')).toMatchObject({
      error: {
        code: 'unknown_cost',
        message:
          "A budget limits what requests may cost, and what this one of the model 'unpriced' would cost is unknown with " +
          "openai/whisper-1. An administrator sets the `price` of the model's deployments, or lets such requests pass with " +
          'BUDGET_UNKNOWN_COST=allow.',
      },
    });
  });

  it('passes while anything is left where the operator says so', async () => {
    expect((await asked({ BUDGET_UNKNOWN_COST: 'allow' })).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe("a team's budget", () => {
  it('bounds the requests of all of its keys together, and says so', async () => {
    const made = await bench.gateway.admin('POST', 'teams', {
      name: 'newsroom',
      budgets: [{ limit_usd: 2 * COST_USD, period: 'day' }],
    });
    expect(made).toMatchObject({ status: 201, body: { budgets: [{ limit_usd: 2 * COST_USD, spent_usd: 0 }] } });
    const keys = [
      await bench.gateway.createKey({ team: 'newsroom' }),
      await bench.gateway.createKey({ team: 'newsroom', budgets: [{ limit_usd: 1, period: 'day' }] }),
    ];
    expect(await statuses(keys[0]?.key ?? '', 1)).toEqual([200]);
    expect(await statuses(keys[1]?.key ?? '', 2)).toEqual([200, 429]);
    expect((await bench.transcribe(keys[0]?.key ?? '')).text).toContain('the budget of this team ($0.0018 a day)');
    const { body } = await bench.gateway.admin('GET', 'teams/newsroom');
    expect(body.budgets).toMatchObject([{ spent_usd: 2 * COST_USD, left_usd: 0, spent_audio_seconds: 12 }]);
    // A change counts at once.
    await bench.gateway.admin('PATCH', 'teams/newsroom', { budgets: [{ limit_usd: 3 * COST_USD, period: 'day' }] });
    expect(await statuses(keys[0]?.key ?? '', 2)).toEqual([200, 429]);
    await bench.gateway.admin('PATCH', 'teams/newsroom', { budgets: [] });
    expect(await statuses(keys[0]?.key ?? '', 1)).toEqual([200]);
    expect((await bench.gateway.admin('GET', 'teams')).body.data).toContainEqual(
      expect.objectContaining({ name: 'newsroom', budgets: [] }),
    );
  });
});

describe("the gateway's budget", () => {
  it('bounds all requests together, also those of the master key', async () => {
    const [one, other] = [await newKey(), await newKey({ limit_usd: 5, period: 'day' })];
    // Nobody has asked for this model before.
    const gatewayBudget = { limit_usd: 3 * COST_USD, period: 'total', model: 'gateway-model' };
    await bench.gateway.createModel('gateway-model', bench.simulator.url, { api_key: SIMULATOR_KEY });
    const set = await bench.gateway.admin('PATCH', 'gateway', { budgets: [gatewayBudget] });
    expect(set.body).toMatchObject({ object: 'gateway', budgets: [{ spent_usd: 0, source: 'api', ...gatewayBudget }] });
    const asked = { model: 'gateway-model' };
    expect(await statuses(one.key, 1, asked)).toEqual([200]);
    expect(await statuses(MASTER_KEY, 1, asked)).toEqual([200]);
    expect(await statuses(other.key, 2, asked)).toEqual([200, 429]);
    expect((await bench.transcribe(MASTER_KEY, asked)).text).toContain(
      "the budget of this gateway ($0.0027, for the model 'gateway-model')",
    );
    expect((await bench.transcribe(one.key, asked)).text).toContain(
      "the budget of this gateway (for the model 'gateway-model')",
    );
    expect((await bench.gateway.admin('GET', 'gateway')).body.budgets).toMatchObject([
      { spent_usd: 3 * COST_USD, reserved_usd: 0 },
    ]);
  });
});
