import type { Caller } from '../domain/caller.js';
import { badRequest } from '../domain/errors.js';
import type { GatewayRouting } from '../domain/routing-settings.js';
import type { ClientWishes } from './client-wishes.js';

/**
 * The model that is to fail on purpose, to see the fallback work. That is for administrators, unless the gateway allows it
 * to everybody.
 * @throws GatewayError 400: whoever asks for it would take an answer without it for a proof
 */
export function modelToFail(
  caller: Caller,
  model: string,
  { mockFallbacks }: ClientWishes,
  { mock_testing_fallbacks }: GatewayRouting,
): string | undefined {
  if (!mockFallbacks) return undefined;
  if (caller.kind === 'master_key' || mock_testing_fallbacks) return model;
  throw badRequest(
    "Invalid 'mock_testing_fallbacks': it needs the master key, or the gateway's setting MOCK_TESTING_FALLBACKS",
    'mock_testing_fallbacks',
    'invalid_value',
  );
}
