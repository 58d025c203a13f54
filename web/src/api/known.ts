import type { Analytics } from './analytics';

type Values = Analytics['totals'];

/**
 * A metric's value. Sums leave out what is unknown of the cost: where that is all of it, the cost is not 0 but null, as of
 * what cannot be told. That asks for `requests` and `unpriced_requests` beside `cost_usd`.
 */
export function knownValue(values: Values, metric: string): number | null {
  const isUnknown = metric === 'cost_usd' && values.unpriced_requests && values.unpriced_requests === values.requests;
  return isUnknown ? null : (values[metric] ?? null);
}
