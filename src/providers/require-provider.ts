import { badRequest } from '../domain/errors.js';
import type { ProviderAdapter } from './provider-adapter.js';
import type { ProviderRegistry } from './provider-registry.js';

/**
 * The adapter that a body names.
 * @param param where the body names it
 * @throws GatewayError 400 with the names that are known
 */
export function requireProvider(providers: ProviderRegistry, name: string, param = 'provider'): ProviderAdapter {
  const adapter = providers.get(name);
  if (adapter) return adapter;
  throw badRequest(`Unknown provider '${name}'. Known: ${providers.names().join(', ')}`, param, 'invalid_value');
}
