import { keyState } from './key-state';

const now = new Date('2026-11-27T14:00:00Z');

it.each([
  [{ blocked: false, expires_at: null }, 'active', 'good'],
  [{ blocked: true, expires_at: null }, 'blocked', 'bad'],
  [{ blocked: true, expires_at: '2026-11-01T00:00:00Z' }, 'blocked', 'bad'],
  [{ blocked: false, expires_at: '2026-11-27T14:00:00Z' }, 'expired', 'bad'],
  [{ blocked: false, expires_at: '2026-11-29T14:00:00Z' }, 'expires in 2 days', 'warn'],
  [{ blocked: false, expires_at: '2026-12-29T14:00:00Z' }, 'expires in 1 mo.', 'good'],
])('says of %j that it is %s', (key, words, tone) => {
  expect(keyState(key, now)).toEqual({ words, tone });
});
