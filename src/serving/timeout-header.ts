import { invalid } from './form-values.js';

/**
 * Reads the header `x-auricle-timeout-ms`.
 * @throws GatewayError 400
 */
export function readTimeoutHeader(value: string | string[] | undefined): number | undefined {
  if (value === undefined) return undefined;
  const milliseconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (milliseconds < 1) throw invalid('x-auricle-timeout-ms', 'must be a positive whole number of milliseconds');
  return milliseconds;
}
