import type { BudgetFields } from '../budgets/budget.js';
import { NO_ISSUING_RULES, type IssuingRules } from '../domain/issuing-rules.js';
import { limitsSchema } from '../domain/limits.js';
import { boundBudgets, checkChange, newKeyFields, openBudget, requireSaid, type NewKeyFields } from './issuing.js';

const now = new Date('2027-01-31T12:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const budget = (limitUsd: number | undefined, period: BudgetFields['period'], fields: Partial<BudgetFields> = {}) => ({
  ...openBudget({ limitUsd, period }, 'UTC'),
  ...fields,
});
const limits = (sent: object) => limitsSchema.parse(sent);
const NOTHING = { models: null, user: null, tags: [], metadata: {}, expiresAt: null, budgets: [], limits: null };

const rules: IssuingRules = {
  ...NO_ISSUING_RULES,
  newKeys: {
    budget: { limitUsd: 10, period: 'day' },
    lifetime: '7d',
    requestsPerMinute: 60,
    models: ['whisper'],
    user: 'alice',
    tags: ['night'],
    metadata: { a: 'b' },
  },
  keyBounds: {
    budget: { limitUsd: 100, period: 'month' },
    lifetime: '30d',
    requestsPerMinute: 100,
    concurrentRequests: 5,
  },
};
const onlyBounds: IssuingRules = { ...NO_ISSUING_RULES, keyBounds: rules.keyBounds };
const onlyDefaults: IssuingRules = { ...NO_ISSUING_RULES, newKeys: rules.newKeys };

describe('a new key', () => {
  it.each<[string, NewKeyFields, IssuingRules, NewKeyFields]>([
    ['nothing where no file says anything', {}, NO_ISSUING_RULES, NOTHING],
    [
      'the defaults, and the bounds of what they leave open',
      {},
      rules,
      {
        models: ['whisper'],
        user: 'alice',
        tags: ['night'],
        metadata: { a: 'b' },
        expiresAt: inDays(7),
        budgets: [budget(10, 'day')],
        limits: limits({ requests_per_minute: 60, concurrent_requests: 5 }),
      },
    ],
    ['nothing of the defaults that it says is nothing', NOTHING, onlyDefaults, NOTHING],
    [
      'the bounds where it says nothing',
      NOTHING,
      onlyBounds,
      {
        ...NOTHING,
        expiresAt: inDays(30),
        budgets: [budget(100, 'month')],
        limits: limits({ requests_per_minute: 100, concurrent_requests: 5 }),
      },
    ],
    [
      'the bound of a limit that is not among those that it says',
      { limits: limits({ concurrent_requests: 2, max_file_bytes: 9 }) },
      onlyBounds,
      {
        ...NOTHING,
        expiresAt: inDays(30),
        budgets: [budget(100, 'month')],
        limits: limits({ requests_per_minute: 100, concurrent_requests: 2, max_file_bytes: 9 }),
      },
    ],
  ])('gets %s', (_, said, given, fields) => expect(newKeyFields(said, given, now)).toEqual(fields));

  it('gets the bound instead of a default above it', () => {
    const high: IssuingRules = {
      ...rules,
      newKeys: { budget: { limitUsd: 1000 }, lifetime: '1mo', requestsPerMinute: 101, concurrentRequests: 6 },
      keyBounds: { ...rules.keyBounds, lifetime: '28d' },
    };
    // A month from 31 January ends on 28 February, which is 28 days later.
    expect(newKeyFields({}, high, now)).toMatchObject({
      expiresAt: inDays(28),
      budgets: [budget(100, 'month')],
      limits: { requests_per_minute: 100, concurrent_requests: 5 },
    });
    expect(newKeyFields({}, { ...high, keyBounds: { ...rules.keyBounds, lifetime: '8d' } }, now).expiresAt).toEqual(
      inDays(8),
    );
  });

  it.each<[string, NewKeyFields]>([
    ['expires_at', { expiresAt: inDays(30) }],
    ['budgets', { budgets: [budget(100, 'month')] }],
    ['budgets', { budgets: [budget(100, 'day'), budget(9000, 'total'), budget(9000, 'month', { model: 'whisper' })] }],
    [
      'budgets',
      { budgets: [budget(90, 'day', { increase: { nanoUsd: 10n ** 10n, audioMs: null, endsAt: inDays(1) } })] },
    ],
    [
      'budgets',
      { budgets: [budget(90, 'day', { increase: { nanoUsd: 10n ** 12n, audioMs: null, endsAt: inDays(-1) } })] },
    ],
    ['limits', { limits: limits({ requests_per_minute: 100, concurrent_requests: 5 }) }],
  ])('may be at the bound of %s: %#', (_, said) => expect(newKeyFields(said, onlyBounds, now)).toMatchObject(said));

  it.each<[string, NewKeyFields]>([
    ['expires_at', { expiresAt: new Date(inDays(30).getTime() + 1) }],
    ['budgets', { budgets: [budget(100.000_000_001, 'month')] }],
    ['budgets', { budgets: [budget(50, 'total')] }],
    ['budgets', { budgets: [budget(50, 'total'), budget(101, 'month')] }],
    ['budgets', { budgets: [budget(undefined, 'month', { limitAudioMs: 5n })] }],
    ['budgets', { budgets: [budget(5, 'month', { model: 'whisper' })] }],
    [
      'budgets',
      { budgets: [budget(90, 'day', { increase: { nanoUsd: 10n ** 10n + 1n, audioMs: null, endsAt: inDays(1) } })] },
    ],
    ['limits.requests_per_minute', { limits: limits({ requests_per_minute: 101 }) }],
    ['limits.concurrent_requests', { limits: limits({ concurrent_requests: 6 }) }],
  ])('may not be above the bound of %s: %#', (param, said) => {
    expect(() => newKeyFields(said, onlyBounds, now)).toThrow(
      expect.objectContaining({
        status: 400,
        param,
        message: expect.stringContaining(`Invalid '${param}': the configuration file`),
      }),
    );
  });

  it('may be without a budget where only how long one may last is bounded', () => {
    const bounds: IssuingRules = { ...NO_ISSUING_RULES, keyBounds: { budget: { period: 'day' } } };
    expect(newKeyFields({}, bounds, now).budgets).toEqual([]);
    expect(newKeyFields({ budgets: [budget(5, 'day')] }, bounds, now).budgets).toHaveLength(1);
    expect(() => newKeyFields({ budgets: [budget(5, 'week')] }, bounds, now)).toThrow(/begins anew every day/);
  });
});

describe('a change', () => {
  const { keyBounds } = rules;
  const key = { expiresAt: inDays(90), limits: limits({ requests_per_minute: 500 }) };

  it.each<[string, Pick<NewKeyFields, 'expiresAt' | 'limits'>]>([
    ['nothing', {}],
    ['an end as before', { expiresAt: inDays(90) }],
    ['an earlier end', { expiresAt: inDays(60) }],
    ['an end within the bound', { expiresAt: inDays(30) }],
    ['limits as before, and one less', { limits: limits({ requests_per_minute: 500, concurrent_requests: 50 }) }],
    ['a lower limit', { limits: limits({ requests_per_minute: 499 }) }],
  ])('of a key above the bounds may be %s', (_, fields) => {
    expect(() => checkChange(key, fields, keyBounds, now)).not.toThrow();
  });

  it.each<[string, Pick<NewKeyFields, 'expiresAt' | 'limits'>]>([
    ['a later end', { expiresAt: inDays(91) }],
    ['no end', { expiresAt: null }],
    ['a higher limit', { limits: limits({ requests_per_minute: 501 }) }],
    ['no limit', { limits: limits({}) }],
    ['no limits', { limits: null }],
  ])('of a key above the bounds may not be %s', (_, fields) => {
    expect(() => checkChange(key, fields, keyBounds, now)).toThrow(/the configuration file lets a key/);
  });

  it('of a key without an end and without limits may leave it so', () => {
    expect(() =>
      checkChange({ expiresAt: null, limits: null }, { expiresAt: null, limits: null }, keyBounds, now),
    ).not.toThrow();
  });

  const changed = (stored: readonly BudgetFields[], after: readonly BudgetFields[]) => {
    const change = boundBudgets(after, keyBounds, now);
    return typeof change === 'function' ? change(stored) : change;
  };
  const high = budget(500, 'month');

  it.each<[string, readonly BudgetFields[], readonly BudgetFields[]]>([
    ['as before', [high], [high]],
    ['lower', [high], [budget(400, 'month')]],
    ['within the bound', [high], [budget(100, 'day')]],
    ['joined by others', [high], [high, budget(900, 'total')]],
    ['made where there was none', [], [high]],
    ['still none', [], []],
  ])('of budgets above the bound may be %s', (_, stored, after) => expect(changed(stored, after)).toEqual(after));

  it.each<[string, readonly BudgetFields[], readonly BudgetFields[]]>([
    ['higher', [high], [budget(501, 'month')]],
    ['gone', [high], []],
    ['more by another one', [high], [budget(500, 'week')]],
    ['more for a time', [high], [{ ...high, increase: { nanoUsd: 1n, audioMs: null, endsAt: inDays(1) } }]],
    ['without one of two', [high, budget(900, 'total')], [high]],
    ['for one model', [budget(50, 'month')], [budget(50, 'month', { model: 'whisper' })]],
    ['above it', [budget(50, 'month')], [budget(101, 'month')]],
  ])('of budgets may not be %s', (_, stored, after) => {
    expect(() => changed(stored, after)).toThrow(
      "Invalid 'budgets': the configuration file wants a key to have a budget of $100 at most for all models, which begins anew every month at the latest",
    );
  });
});

describe('what must be said', () => {
  const required: IssuingRules = {
    ...NO_ISSUING_RULES,
    required: { byTeamAdmins: ['tags', 'user'], withoutTeam: ['metadata'] },
  };
  const missing = (said: object, scope: readonly string[] | null) => {
    try {
      requireSaid(said, scope, required);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  it.each<[object, readonly string[] | null, string | undefined]>([
    [{ team: 'a', tags: ['x'], user: 'bob' }, ['t'], undefined],
    [{ team: 'a', tags: [], user: 'bob' }, ['t'], 'tags'],
    [{ team: 'a', tags: ['x'], user: null }, ['t'], 'user'],
    [{ team: 'a' }, null, undefined],
    [{}, null, 'metadata'],
    [{ team: null, metadata: {} }, null, 'metadata'],
    [{ metadata: { a: 'b' } }, null, undefined],
  ])('of %j, by an admin of %j: %s is missing', (said, scope, param) => {
    if (param === undefined) expect(missing(said, scope)).toBeUndefined();
    else expect(missing(said, scope)).toMatchObject({ status: 400, param, code: 'missing_required_parameter' });
  });
});
