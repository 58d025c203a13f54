import { shownValues } from './shown-values.js';

it.each<[string, unknown, string, unknown]>([
  ['limit_nano_usd', 50_250_000_000, 'limit_usd', 50.25],
  ['limit_nano_usd', 1e18, 'limit_usd', 1e9],
  ['soft_limit_nano_usd', null, 'soft_limit_usd', null],
  ['limit_audio_ms', 1500, 'limit_audio_seconds', 1.5],
  ['limit_audio_ms', null, 'limit_audio_seconds', null],
  ['expires_at', '2026-11-20T10:30:00.5+01:00', 'expires_at', '2026-11-20T09:30:00.500Z'],
  ['expires_at', 'infinity', 'expires_at', 'infinity'],
  ['expires_at', null, 'expires_at', null],
  ['previous_expires_at', '2026-11-20T00:00:00Z', 'previous_secret_expires_at', '2026-11-20T00:00:00.000Z'],
  ['metadata', { paid_at: 'noon' }, 'metadata', { paid_at: 'noon' }],
])('shows %s of %j as %s of %j', (column, value, name, shown) => {
  expect(shownValues({ [column]: value })).toEqual({ [name]: shown });
});
