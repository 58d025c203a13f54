import { badRequest } from '../../domain/errors.js';
import { apiBaseFault } from '../../providers/api-base.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';

/** @throws GatewayError 400 for a base URL that the provider cannot be called with, with the form that it has */
export function checkApiBase(adapter: ProviderAdapter, apiBase: string, param: string): void {
  const fault = apiBaseFault(adapter, apiBase);
  if (fault !== undefined) throw badRequest(`Invalid '${param}': it ${fault}`, param, 'invalid_value');
}
