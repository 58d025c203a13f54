import { keyChangesOf, keyValues, newKeyOf } from './key-values';

const key = {
  name: 'app',
  models: [],
  endpoints: null,
  allowed_addresses: null,
  user: null,
  team: 'blue',
  expires_at: '2027-01-01T00:00:00.123Z',
  cache: true,
  allow_provider_keys: false,
  budgets: [],
  redaction: null,
  privacy: null,
  limits: null,
  tags: [],
} as unknown as Parameters<typeof keyChangesOf>[0];

it('sends nothing that was not changed, not even what a form cannot show', () => {
  expect(keyChangesOf(key, keyValues(key, 'utc'), 'utc')).toEqual({});
  expect(keyChangesOf(key, { ...keyValues(key, 'utc'), user: 'ann', team: '' }, 'utc')).toEqual({
    user: 'ann',
    team: null,
  });
});

it('has an expiry by the clocks that are shown', () => {
  const values = { ...keyValues(undefined, 'utc'), name: 'app', expires_at: '2027-01-01T12:30' };
  expect(newKeyOf(values, 'utc')).toMatchObject({ name: 'app', expires_at: '2027-01-01T12:30:00.000Z', models: null });
});
