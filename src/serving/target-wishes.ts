import { badRequest } from '../domain/errors.js';
import type { ClientWishes } from './client-wishes.js';

/**
 * Refuses wishes of whoever has laid out who is asked when, and so has said it twice.
 * @throws GatewayError 400
 */
export function refuseFallbacks({ fallbacks, mockFallbacks }: ClientWishes): void {
  const param = fallbacks ? 'fallbacks' : mockFallbacks ? 'mock_testing_fallbacks' : undefined;
  if (param === undefined) return;
  throw badRequest(`Invalid '${param}': it cannot be combined with a config that has targets`, param, 'invalid_value');
}
