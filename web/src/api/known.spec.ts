import { knownValue } from './known';

it('a cost of which nothing is known is not 0', () => {
  expect(knownValue({ cost_usd: 0, requests: 3, unpriced_requests: 3 }, 'cost_usd')).toBeNull();
  expect(knownValue({ cost_usd: 1, requests: 3, unpriced_requests: 2 }, 'cost_usd')).toBe(1);
  expect(knownValue({ cost_usd: 0, requests: 0, unpriced_requests: 0 }, 'cost_usd')).toBe(0);
  expect(knownValue({ requests: 3, unpriced_requests: 3 }, 'requests')).toBe(3);
  expect(knownValue({}, 'latency_ms_p95')).toBeNull();
});
