import { fieldOf } from './field-of';

const values = {
  name: '',
  models: 'a\nb',
  endpoints: [],
  budgets: [{ limit_usd: '' }],
  limits: { requests_per_day: '' },
};

it.each([
  ['name', 'name'],
  ['models.3', 'models'],
  ['endpoints.0', 'endpoints'],
  ['budgets.0.limit_usd', 'budgets.0.limit_usd'],
  ['limits.requests_per_day', 'limits.requests_per_day'],
])('finds the field of %s', (param, field) => {
  expect(fieldOf(values, param)).toBe(field);
});

it.each([undefined, '', 'team', 'limits', 'budgets', 'budgets.7.limit_usd', 'toString', '__proto__.x'])(
  'has no field for %s',
  (param) => {
    expect(fieldOf(values, param)).toBeUndefined();
  },
);
