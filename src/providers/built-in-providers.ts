import type { ProviderAdapter, ProviderFactory } from './provider-adapter.js';
import type { ProviderHttp } from './provider-http.js';
import * as registered from './provider-list.js';

const factories: Readonly<Record<string, ProviderFactory>> = registered;

/**
 * An adapter of every registered provider, by name.
 * @param http what they call their providers through; nothing is opened before the first call
 */
export function builtInProviders(http: ProviderHttp): readonly ProviderAdapter[] {
  return Object.values(factories)
    .map((make) => make(http))
    .toSorted((one, other) => (one.provider < other.provider ? -1 : 1));
}
