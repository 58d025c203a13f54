import type { Schemas } from '../../../api/client';
import { gatewayChanges, gatewayValues } from './gateway-values';

const budget = {
  limit_usd: 50,
  soft_limit_usd: null,
  limit_audio_seconds: null,
  period: 'month',
  time_zone: 'UTC',
  model: null,
  increase: null,
  source: 'api',
} as Schemas['Budget'];
const stored: Schemas['Gateway'] = {
  object: 'gateway',
  budgets: [{ ...budget, source: 'file', limit_usd: 7 }, budget],
  redaction: { kinds: [], patterns: [{ name: 'case', pattern: 'C' }], in: 'answer' },
  privacy: null,
  limits: null,
};

it('sends nothing of what nobody has touched, nor budgets of the file', () => {
  expect(gatewayValues(stored, 'utc').budgets).toHaveLength(1);
  expect(gatewayChanges(stored, gatewayValues(stored, 'utc'), 'utc')).toEqual({});
});

it('sends what has been changed, whole', () => {
  const values = gatewayValues(stored, 'utc');
  const changed = { ...values, limits: { ...values.limits, requests_per_minute: '60', audio_seconds_per_hour: '2' } };
  const { limits, ...others } = gatewayChanges(stored, changed, 'utc');
  expect(limits).toMatchObject({ requests_per_minute: 60, audio_seconds_per_hour: 120, requests_per_day: null });
  expect(others).toEqual({});
  const masked = { ...values, redaction: { ...values.redaction, kinds: ['email' as const] } };
  expect(gatewayChanges(stored, masked, 'utc')).toEqual({
    redaction: { kinds: ['email'], patterns: [{ name: 'case', pattern: 'C' }], in: 'answer' },
  });
  const patterns = [...values.redaction.patterns, { name: ' order ', pattern: ' O\\d' }];
  expect(gatewayChanges(stored, { ...values, redaction: { ...values.redaction, patterns } }, 'utc')).toEqual({
    redaction: {
      kinds: [],
      patterns: [
        { name: 'case', pattern: 'C' },
        { name: 'order', pattern: ' O\\d' },
      ],
      in: 'answer',
    },
  });
  const without = { ...values, redaction: { ...values.redaction, patterns: [] } };
  expect(gatewayChanges(stored, without, 'utc')).toEqual({ redaction: null });
});
