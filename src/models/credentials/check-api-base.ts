import type { Settings } from '../../config/settings.schema.js';
import { badRequest } from '../../domain/errors.js';
import { apiBaseFault } from '../../providers/api-base.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { addressRulesOf } from '../../providers/provider-addresses.js';

/** @throws GatewayError 400 for a base URL that the provider cannot or may not be called with, with the form that it has */
export function checkApiBase(
  adapter: ProviderAdapter,
  apiBase: string,
  param: string,
  settings: Pick<Settings, 'allow_private_api_bases'>,
): void {
  const fault = apiBaseFault(adapter, apiBase, addressRulesOf(settings));
  if (fault !== undefined) throw badRequest(`Invalid '${param}': it ${fault}`, param, 'invalid_value');
}
