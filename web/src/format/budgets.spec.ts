import { budgetUse, tightestBudget } from './budgets';

const budget: Parameters<typeof budgetUse>[0] = {
  limit_usd: 50,
  soft_limit_usd: null,
  limit_audio_seconds: null,
  period: 'month',
  time_zone: 'UTC',
  model: null,
  increase: null,
  source: 'api',
  spent_usd: 10,
  reserved_usd: 5,
  spent_audio_seconds: 0,
  reserved_audio_seconds: 0,
  left_usd: 35,
  left_audio_seconds: null,
  resets_at: null,
};

it('counts what is reserved as used', () => {
  expect(budgetUse(budget)).toEqual({ share: 0.3, settledShare: 0.2, unit: 'usd', state: 'has_room' });
});

it.each([
  [{ soft_limit_usd: 12 }, 'over_soft_limit'],
  [{ spent_usd: 40, left_usd: 5 }, 'nearly_exhausted'],
  [{ spent_usd: 51, left_usd: 0 }, 'exhausted'],
  [{ limit_usd: 0, spent_usd: 0, reserved_usd: 0, left_usd: 0 }, 'exhausted'],
  [{ limit_usd: null, left_usd: null, soft_limit_usd: 1 }, 'over_soft_limit'],
  [{ limit_usd: null, left_usd: null }, 'has_room'],
] as const)('says of %j that it is %s', (fields, state) => {
  expect(budgetUse({ ...budget, ...fields }).state).toBe(state);
});

it('shows audio where that ends first', () => {
  const both = { ...budget, limit_audio_seconds: 100, spent_audio_seconds: 90, left_audio_seconds: 10 };
  expect(budgetUse(both)).toMatchObject({ unit: 'audio_seconds', share: 0.9, state: 'nearly_exhausted' });
});

it('takes the one that ends first', () => {
  const soft = { ...budget, soft_limit_usd: 1 };
  expect(tightestBudget([budget, soft])).toBe(soft);
  expect(tightestBudget([])).toBeUndefined();
});
